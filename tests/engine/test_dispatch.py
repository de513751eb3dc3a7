"""Jobs through the dispatcher and the executor of this machine, as little shell programs (design 8)."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from genericpipe.engine.dispatch import Dispatcher, Stop, remove_products
from genericpipe.engine.executor import Submission
from genericpipe.executors.local import LocalExecutor
from genericpipe.recipes.job import Job, JobIdentity, Limits, Outcome, Status

LONG = "60"


@dataclass
class Bench:
    """Runs entries of a step; each is a shell program that finds its number in ``$index``."""

    path: Path
    executor: LocalExecutor
    stop: Stop = field(default_factory=Stop)
    started: list[int] = field(default_factory=list)
    finished: list[tuple[int, Status]] = field(default_factory=list)
    on_start: Callable[[Submission], None] | None = None

    def job(self, index: int, program: str, **fields: Any) -> Job:
        values: dict[str, Any] = {
            "environment": {"index": str(index)},
            "working_directory": self.path,
            "stdout": self.path / f"{index}.log",
            "stderr": self.path / f"{index}.err",
            **fields,
        }
        argv = values.pop("argv", ("/bin/sh", "-c", program))
        return Job(JobIdentity("step", index), "", argv, **values)

    def run(
        self, program: str, hosts: list[str] | int = 1, per_host: int = 2, **fields: Any
    ) -> dict[int, Outcome]:
        """Run a program once for each of the hosts, or so many times on one."""
        names = ["here"] * hosts if isinstance(hosts, int) else hosts
        dispatcher = Dispatcher(self.executor, self._started, self._finished, self.stop)
        numbered = dict(enumerate(names))
        return dispatcher.run(numbered, lambda index: self.job(index, program, **fields), per_host)

    def lines(self, name: str) -> list[str]:
        return (self.path / name).read_text().split()

    def _started(self, submission: Submission) -> None:
        self.started.append(submission.job.identity.index)
        if self.on_start is not None:
            self.on_start(submission)

    def _finished(self, job: Job, outcome: Outcome) -> None:
        self.finished.append((job.identity.index, outcome.status))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    executor = LocalExecutor(grace=(0.2, 0.2, 5))
    yield Bench(tmp_path, executor)
    executor.close()


def most_at_once(lines: list[str]) -> int:
    """Return how many were between their ``+`` and their ``-`` at most."""
    now = most = 0
    for line in lines:
        now += 1 if line.startswith("+") else -1
        most = max(most, now)
    return most


def test_each_entry_is_run_once_and_told(bench: Bench) -> None:
    outcomes = bench.run('echo "$index" >> ran', 7)
    assert sorted(bench.lines("ran")) == list("0123456")
    assert {index: outcome.status for index, outcome in outcomes.items()} == dict.fromkeys(
        range(7), Status.DONE
    )
    assert sorted(bench.started) == list(range(7))
    assert sorted(bench.finished) == [(index, Status.DONE) for index in range(7)]


def test_nothing_to_do_gives_nothing(bench: Bench) -> None:
    assert bench.run("true", 0) == {}


def test_with_one_slot_entries_run_in_their_order(bench: Bench) -> None:
    bench.run('echo "$index" >> ran; sleep 0.0$((5 - index))', 5, per_host=1)
    assert bench.lines("ran") == list("01234")


def test_a_job_is_made_when_it_is_about_to_start(bench: Bench) -> None:
    made: list[tuple[int, int]] = []

    def job(index: int) -> Job:
        made.append((index, len(bench.finished)))
        return bench.job(index, "true")

    Dispatcher(bench.executor, bench._started, bench._finished, bench.stop).run(
        dict.fromkeys(range(4), "here"), job, 1
    )
    assert made == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_every_host_has_its_slots(bench: Bench) -> None:
    hosts = ["one", "two", "three"] * 4
    program = 'echo "+$index" >> ran; sleep 0.1; echo "-$index" >> ran'
    bench.run(program, hosts, per_host=2)
    lines = bench.lines("ran")
    assert len(lines) == 24
    for number in range(3):
        mine = [line for line in lines if int(line[1:]) % 3 == number]
        assert most_at_once(mine) == 2
    assert most_at_once(lines) > 2  # hosts do not wait for each other


def test_a_full_host_does_not_keep_another_waiting(bench: Bench) -> None:
    # The first host's one slot is taken for long; all of the second host's are done meanwhile.
    waiting = "while [ $(wc -l < ran) -lt 3 ]; do sleep 0.02; done"
    program = f"if [ $index = 0 ]; then {waiting}; fi; echo $index >> ran"
    (bench.path / "ran").touch()
    bench.run(program, ["slow", "slow", "fast", "fast", "fast"], per_host=1)
    assert bench.lines("ran") == ["2", "3", "4", "0", "1"]


def test_what_fails_is_not_tried_again_by_itself(bench: Bench) -> None:
    outcomes = bench.run("echo x >> ran; exit 3")
    assert bench.lines("ran") == ["x"]
    assert outcomes[0].status is Status.FAILED
    assert outcomes[0].returncode == 3


def test_others_go_on_after_a_failure(bench: Bench) -> None:
    outcomes = bench.run("exit $((index == 1))", 4, per_host=1)
    assert [outcomes[index].status.ok for index in range(4)] == [True, False, True, True]


def test_a_segmentation_fault_is_tried_once_more(bench: Bench) -> None:
    outcomes = bench.run("echo x >> ran; kill -SEGV $$")
    assert bench.lines("ran") == ["x", "x"]
    assert outcomes[0].returncode == -11
    assert bench.started == [0, 0]
    assert bench.finished == [(0, Status.FAILED)]  # told once, when it has ended for good


def test_a_segmentation_fault_that_does_not_come_back_is_none(bench: Bench) -> None:
    outcomes = bench.run("mkdir once && kill -SEGV $$; echo well")
    assert outcomes[0].status is Status.DONE
    assert bench.finished == [(0, Status.DONE)]


@pytest.mark.parametrize(("signal", "tries"), [("ABRT", 1), ("KILL", 1), ("SEGV", 2)])
def test_only_segmentation_faults_are_tried_again(bench: Bench, signal: str, tries: int) -> None:
    bench.run(f"echo x >> ran; kill -{signal} $$")
    assert bench.lines("ran") == ["x"] * tries


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_step_says_how_often_its_jobs_are_tried_again(bench: Bench, retries: int) -> None:
    outcomes = bench.run("echo x >> ran; exit 1", limits=Limits(retries=retries))
    assert len(bench.lines("ran")) == retries + 1
    assert outcomes[0].returncode == 1


def test_a_job_that_succeeds_at_last_is_done(bench: Bench) -> None:
    outcomes = bench.run("echo x >> ran; [ $(wc -l < ran) = 3 ]", limits=Limits(retries=5))
    assert len(bench.lines("ran")) == 3
    assert outcomes[0].status is Status.DONE


def test_a_retry_keeps_its_slot(bench: Bench) -> None:
    program = 'echo "+$index" >> ran; sleep 0.05; echo "-$index" >> ran; exit 1'
    bench.run(program, 4, per_host=2, limits=Limits(retries=2))
    lines = bench.lines("ran")
    assert len(lines) == 24
    assert most_at_once(lines) == 2


def test_a_retry_finds_nothing_of_the_failed_try_but_its_inputs(bench: Bench) -> None:
    inside = bench.path / "product.ms"
    kept = bench.path / "input.ms"
    kept.mkdir()
    (kept / "table").write_text("data")
    # A product that is there, or an input that is not, gives 9; otherwise the first try leaves one and fails.
    program = """
        if [ -e product.ms ] || [ ! -e input.ms/table ]; then exit 9; fi
        mkdir product.ms; touch product.ms/x
        mkdir once && exit 1
        true"""
    products = (str(inside), str(kept))  # a step that works in place: its input is its product
    outcomes = bench.run(program, limits=Limits(retries=1), inputs=(str(kept),), products=products)
    assert outcomes[0].status is Status.DONE
    assert (kept / "table").read_text() == "data"


def test_the_products_of_a_last_failed_try_stay(bench: Bench) -> None:
    product = bench.path / "product"
    bench.run("echo half > product; exit 1", limits=Limits(retries=1), products=(str(product),))
    assert product.read_text() == "half\n"  # for who wants to see how far it came


def test_products_are_removed_as_what_they_are(bench: Bench) -> None:
    data = bench.path / "data"
    data.mkdir()
    (data / "precious").touch()
    link, file = bench.path / "link", bench.path / "file"
    link.symlink_to(data)
    file.touch()
    gone = bench.path / "never-made"
    products = tuple(map(str, (link, file, gone)))
    remove_products(bench.job(0, "true", products=products))
    assert not link.is_symlink()
    assert not file.exists()
    assert (data / "precious").exists()  # a link goes, not what it shows


def test_a_job_that_takes_too_long_is_stopped(bench: Bench) -> None:
    began = time.monotonic()
    outcomes = bench.run(f"echo $$ > pid; exec sleep {LONG}", limits=Limits(timeout=0.3))
    assert time.monotonic() - began < 30
    assert outcomes[0].status is Status.FAILED
    assert outcomes[0].reason == "took longer than 0.3 s (timeout)"
    assert not os.path.exists(f"/proc/{bench.lines('pid')[0]}")
    assert bench.finished == [(0, Status.FAILED)]


def test_a_time_limit_is_each_jobs_own(bench: Bench) -> None:
    # Four jobs in one slot take longer than the limit together.
    outcomes = bench.run("sleep 0.3", 4, per_host=1, limits=Limits(timeout=1.0))
    assert all(outcome.status is Status.DONE for outcome in outcomes.values())


def test_only_the_job_that_is_late_is_stopped(bench: Bench) -> None:
    program = f"if [ $index = 1 ]; then exec sleep {LONG}; fi; sleep 0.1"
    outcomes = bench.run(program, 4, limits=Limits(timeout=1.0))
    assert [outcomes[index].status.ok for index in range(4)] == [True, False, True, True]


def test_a_job_that_was_too_slow_is_tried_again_where_the_step_allows(bench: Bench) -> None:
    program = f"echo x >> ran; mkdir once && exec sleep {LONG}; true"
    outcomes = bench.run(program, limits=Limits(timeout=0.5, retries=1))
    assert bench.lines("ran") == ["x", "x"]
    assert outcomes[0].status is Status.DONE


def test_a_program_that_is_not_there_fails_its_own_entry_alone(bench: Bench) -> None:
    dispatcher = Dispatcher(bench.executor, bench._started, bench._finished, bench.stop)
    programs = {0: ("/bin/true",), 1: ("/no/such/program",), 2: ("/bin/true",)}
    outcomes = dispatcher.run(
        dict.fromkeys(programs, "here"), lambda index: bench.job(index, "", argv=programs[index]), 1
    )
    assert outcomes[0].status is outcomes[2].status is Status.DONE
    assert outcomes[1].status is Status.FAILED
    assert outcomes[1].returncode is None
    assert "/no/such/program" in outcomes[1].reason
    assert bench.finished == [(0, Status.DONE), (1, Status.FAILED), (2, Status.DONE)]
    assert bench.started == [0, 2]  # what never started is not told as started


def test_where_nothing_can_be_started_all_have_failed(bench: Bench) -> None:
    outcomes = bench.run("", 5, argv=("/no/such/program",))
    assert len(outcomes) == 5
    assert not any(outcome.status.ok for outcome in outcomes.values())


def test_a_script_without_an_interpreter_fails_at_its_start(bench: Bench) -> None:
    script = bench.path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    outcomes = bench.run("", 2, argv=(str(script),))
    assert re.search("interpreter", outcomes[0].reason)
    assert [status for _, status in bench.finished] == [Status.FAILED] * 2


def test_stopping_ends_what_runs_and_starts_nothing_more(bench: Bench) -> None:
    def stop_at_the_second(submission: Submission) -> None:
        if len(bench.started) == 2:
            bench.stop.requests += 1
            bench.executor.wake()

    bench.on_start = stop_at_the_second
    outcomes = bench.run(f"exec sleep {LONG}", 6)
    assert bench.started == [0, 1]
    assert {index: outcome.status for index, outcome in outcomes.items()} == {
        0: Status.CANCELLED,
        1: Status.CANCELLED,
    }
    assert sorted(bench.finished) == [(0, Status.CANCELLED), (1, Status.CANCELLED)]


def test_a_stop_between_two_jobs_leaves_the_rest_unstarted(bench: Bench) -> None:
    def job(index: int) -> Job:
        if index == 2:
            bench.stop.requests += 1  # as a signal does that comes while a job is being made
        return bench.job(index, "true")

    outcomes = Dispatcher(bench.executor, bench._started, bench._finished, bench.stop).run(
        dict.fromkeys(range(5), "here"), job, 1
    )
    assert sorted(outcomes) == [0, 1, 2]
    assert bench.started == [0, 1, 2]


def test_one_that_was_asked_to_stop_before_starts_nothing(bench: Bench) -> None:
    bench.stop.requests = 1
    assert bench.run("echo x >> ran", 3) == {}
    assert not (bench.path / "ran").exists()


def test_a_job_that_fails_while_all_stops_is_told_and_not_tried_again(bench: Bench) -> None:
    def ask() -> None:
        bench.stop.requests = 1  # while the job is waited for
        (bench.path / "asked").touch()

    bench.on_start = lambda submission: threading.Timer(0.2, ask).start()
    program = "echo x >> ran; while [ ! -e asked ]; do sleep 0.02; done; exit 1"
    outcomes = bench.run(program, limits=Limits(retries=3))
    assert bench.lines("ran") == ["x"]
    assert bench.finished == [(0, Status.FAILED)]
    assert outcomes[0].returncode == 1


def test_a_second_request_does_not_wait_for_a_polite_end(tmp_path: Path) -> None:
    executor = LocalExecutor(grace=(60, 60, 5))
    bench = Bench(tmp_path, executor)

    def ask_thrice(submission: Submission) -> None:
        while not (tmp_path / "ready").exists():
            time.sleep(0.01)
        bench.stop.requests = 1
        executor.wake()

        def again() -> None:
            for count in (2, 3):
                time.sleep(0.2)
                bench.stop.requests = count
                executor.wake()

        threading.Thread(target=again).start()

    bench.on_start = ask_thrice
    began = time.monotonic()
    try:
        outcomes = bench.run("trap '' INT TERM; touch ready; while :; do sleep 0.1; done")
    finally:
        executor.close()
    assert time.monotonic() - began < 30
    assert outcomes[0].status is Status.CANCELLED


def test_a_dispatcher_serves_one_step_after_another(bench: Bench) -> None:
    dispatcher = Dispatcher(bench.executor, bench._started, bench._finished, bench.stop)
    for status in range(3):
        job = bench.job(0, f"exit {status}")
        outcomes = dispatcher.run({0: "here"}, {0: job}.__getitem__, 1)
        assert outcomes[0].returncode == status


def test_a_job_that_is_refused_is_not_started_and_the_others_are(bench: Bench) -> None:
    asked: list[int] = []

    def refusal(job: Job) -> str:
        asked.append(job.identity.index)
        return "its input is empty" if job.identity.index == 1 else ""

    dispatcher = Dispatcher(bench.executor, bench._started, bench._finished, bench.stop, refusal=refusal)
    outcomes = dispatcher.run(
        dict.fromkeys(range(3), "here"), lambda index: bench.job(index, 'echo "$index" >> ran'), 1
    )
    assert bench.lines("ran") == list("02")
    assert (outcomes[1].status, outcomes[1].reason) == (Status.FAILED, "its input is empty")
    assert outcomes[1].returncode is None
    assert bench.started == [0, 2]
    assert (1, Status.FAILED) in bench.finished
    assert asked == [0, 1, 2]


def test_a_job_is_looked_at_again_before_it_is_tried_again(bench: Bench) -> None:
    asked: list[bool] = []

    def refusal(job: Job) -> str:
        asked.append((bench.path / "ran").exists())
        return "" if len(asked) == 1 else "its input is gone"

    dispatcher = Dispatcher(bench.executor, bench._started, bench._finished, bench.stop, refusal=refusal)
    job = bench.job(0, "touch ran; exit 3", limits=Limits(retries=2))
    outcomes = dispatcher.run({0: "here"}, lambda _: job, 1)
    assert outcomes[0].reason == "its input is gone"
    assert asked == [False, True]
