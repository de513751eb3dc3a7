"""Jobs that are stopped: politely first, whole in the end, also those of an earlier process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from genericpipe.engine.executor import Submission
from genericpipe.errors import GenericPipeError
from genericpipe.executors.processes import belonging_to, is_running, look_up, start_of
from genericpipe.recipes.job import Status

STUBBORN = """\
#!/bin/sh
trap '' INT TERM
sh -c 'trap "" INT TERM; echo $$ >> pids; while :; do sleep 100; done' &
setsid sh -c 'trap "" INT TERM; echo $$ >> pids; while :; do sleep 100; done' &
echo $$ >> pids
while :; do sleep 100; done
"""


def wait_until(condition, what: str) -> None:
    """Wait for another process to do something; it has no way to tell us."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.01)


def lines(path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_a_polite_program_may_tidy_up(workshop):
    program = workshop.file(
        "tidy", "#!/bin/sh\ntrap 'echo tidy; exit 0' INT\necho ready\nwhile :; do sleep 0.1; done\n"
    )
    submission = workshop.executor.submit(workshop.job(str(program)))
    log = workshop.path / "logs/step/0.log"
    wait_until(lambda: "ready" in lines(log), "ready")
    workshop.executor.cancel(submission)
    (outcome,) = workshop.wait(1).values()
    assert (outcome.status, outcome.reason) == (Status.CANCELLED, "stopped")
    assert workshop.log() == "ready\ntidy\n"


def test_one_that_ignores_everything_is_killed_with_all_it_started(make_workshop):
    workshop = make_workshop(grace=(0.3, 0.3, 0.3))
    program = workshop.file("stubborn", STUBBORN)
    submission = workshop.executor.submit(workshop.job(str(program)))
    pids = workshop.path / "work/pids"
    wait_until(lambda: len(lines(pids)) == 3, "three processes")
    started = time.monotonic()
    workshop.executor.cancel(submission)
    (outcome,) = workshop.wait(1).values()
    assert (outcome.status, outcome.returncode) == (Status.CANCELLED, -signal.SIGKILL)
    assert time.monotonic() - started >= 0.6
    assert [pid for pid in lines(pids) if is_running(int(pid), None)] == []


def test_a_second_request_hurries(make_workshop):
    workshop = make_workshop(grace=(500.0, 500.0, 500.0))
    program = workshop.file("stubborn", STUBBORN)
    submission = workshop.executor.submit(workshop.job(str(program)))
    pids = workshop.path / "work/pids"
    wait_until(lambda: len(lines(pids)) == 3, "three processes")
    for _ in range(2):
        workshop.executor.cancel(submission)
        assert workshop.executor.poll(0.1) == []
    workshop.executor.cancel(submission)
    (outcome,) = workshop.wait(1).values()
    assert outcome.status is Status.CANCELLED
    assert [pid for pid in lines(pids) if is_running(int(pid), None)] == []


def test_its_end_is_told_when_the_last_of_it_is_gone(make_workshop):
    workshop = make_workshop(grace=(0.5, 0.5, 0.5))
    script = "(trap '' INT TERM; echo $$ > ready; sleep 100) & trap 'exit 0' INT; while :; do sleep 0.1; done"
    submission = workshop.executor.submit(workshop.job("sh", "-c", script))
    wait_until(lambda: lines(workshop.path / "work/ready"), "ready")
    workshop.executor.cancel(submission)
    workshop.wait(1)
    assert belonging_to(int(submission.handle)) == []


def test_one_that_has_ended_is_left_alone(workshop):
    submission = workshop.executor.submit(workshop.job("true"))
    pid = int(submission.handle)
    wait_until(lambda: look_up(pid).is_zombie, "ended")
    workshop.executor.poll(0)
    workshop.executor.cancel(submission)
    assert workshop.executor.poll(0) == []


def test_only_the_job_that_is_meant_is_stopped(workshop):
    first = workshop.executor.submit(workshop.job("sleep", "100"))
    workshop.executor.submit(workshop.job("sleep", "1", index=1))
    workshop.executor.cancel(first)
    outcomes = workshop.wait(2)
    assert [outcomes[identity].status for identity in sorted(outcomes, key=lambda one: one.index)] == [
        Status.CANCELLED,
        Status.DONE,
    ]


def test_closing_stops_everything(make_workshop):
    workshop = make_workshop(grace=(0.2, 0.2, 0.2))
    program = workshop.file("stubborn", STUBBORN)
    script = workshop.file("script.py", "import time\ndef main():\n    print('here')\n    time.sleep(100)\n")
    workshop.executor.submit(workshop.job(str(program)))
    called = workshop.executor.submit(workshop.call(script, index=1))
    pids = workshop.path / "work/pids"

    def are_there() -> bool:
        workshop.executor.poll(0)
        return len(lines(pids)) == 3 and lines(workshop.path / "logs/step/1.log") == ["here"]

    wait_until(are_there, "four processes")
    workshop.executor.close()
    assert [pid for pid in lines(pids) if is_running(int(pid), None)] == []
    assert belonging_to(int(called.handle)) == []
    workshop.executor.close()


RUNNER = """\
import json, pathlib, sys, time
from genericpipe.executors.local import LocalExecutor
from genericpipe.recipes.job import Job, JobIdentity, PythonCall
folder = pathlib.Path(sys.argv[1])
executor = LocalExecutor()
for index, (program, script) in enumerate(json.loads(sys.argv[2])):
    call = PythonCall(script, (), {}) if script else None
    job = Job(JobIdentity("old", index), "localhost", (program or "call",), {}, folder / "work",
              folder / f"old{index}.log", folder / f"old{index}.err", call=call)
    submission = executor.submit(job)
    print(submission.handle, submission.process_start, submission.host, flush=True)
while True:
    executor.poll(None)
"""


def killed_runner(workshop, jobs, ready) -> list[Submission]:
    """Start jobs in another process, kill that one when they are ready, and return what it submitted."""
    words = [sys.executable, "-c", RUNNER, str(workshop.path), json.dumps(jobs)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as runner:
        told = [runner.stdout.readline().split() for _ in jobs]
        wait_until(ready, "the jobs of another process")
        runner.kill()
    return [
        Submission(workshop.job("x", step="old", index=index), handle, host, int(start))
        for index, (handle, start, host) in enumerate(told)
    ]


def test_a_job_of_a_killed_runner_is_stopped_whole(make_workshop):
    workshop = make_workshop(grace=(0.2, 0.2, 0.2))
    program = workshop.file("stubborn", STUBBORN)
    pids = workshop.path / "work/pids"
    (submission,) = killed_runner(workshop, [(str(program), "")], lambda: len(lines(pids)) == 3)
    assert all(is_running(int(pid), None) for pid in lines(pids))
    workshop.executor.cancel(submission)
    (outcome,) = workshop.wait(1).values()
    assert outcome.status is Status.CANCELLED
    assert [pid for pid in lines(pids) if is_running(int(pid), None)] == []
    assert not workshop.executor.adopt(submission)
    workshop.executor.cancel(submission)
    assert workshop.executor.poll(0) == []


def test_python_jobs_of_a_killed_runner_go_on_and_can_be_stopped(make_workshop):
    workshop = make_workshop(grace=(0.3, 0.3, 0.3))
    script = workshop.file(
        "script.py",
        """\
        import os, signal, time
        def main():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            print(os.getpid(), flush=True)
            time.sleep(100)
        """,
    )
    logs = [workshop.path / f"old{index}.log" for index in range(2)]
    submissions = killed_runner(workshop, [("", str(script))] * 2, lambda: all(map(lines, logs)))
    pids = [int(lines(log)[0]) for log in logs]
    assert all(is_running(pid, None) for pid in pids)
    assert [workshop.executor.adopt(submission) for submission in submissions] == [True, True]
    assert workshop.executor.poll(0.2) == []
    workshop.executor.cancel(submissions[0])
    outcomes = workshop.wait(2)
    assert {outcome.status for outcome in outcomes.values()} == {Status.CANCELLED}
    assert [pid for pid in pids if is_running(pid, None)] == []


def feed(fifo, text):
    """Write into a pipe as soon as somebody reads from it: without a reader opening it waits for ever."""
    opened = []

    def is_read():
        try:
            opened.append(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads yet
            return False
        return True

    wait_until(is_read, "somebody reads from the pipe")
    os.write(opened[0], text.encode())
    os.close(opened[0])


def test_a_parent_ends_when_its_runner_is_gone_and_its_last_child_has_ended(workshop):
    script = workshop.file("script.py", "def main():\n    print(open('fifo').read(), flush=True)\n")
    quick = workshop.file("quick.py", "def main():\n    print('done', flush=True)\n")
    (workshop.path / "work").mkdir()
    os.mkfifo(workshop.path / "work/fifo")
    log = workshop.path / "old1.log"
    waits, idle = killed_runner(
        workshop, [("", str(script)), ("", str(quick))], lambda: lines(log) == ["done"]
    )
    wait_until(lambda: not is_running(int(idle.handle), idle.process_start), "the idle parent ends")
    assert is_running(int(waits.handle), waits.process_start)
    feed(workshop.path / "work/fifo", "go")
    wait_until(lambda: not is_running(int(waits.handle), waits.process_start), "the other parent ends")
    assert lines(workshop.path / "old0.log") == ["go"]


def test_a_job_of_a_killed_runner_can_be_waited_for(workshop):
    program = workshop.file("short", "#!/bin/sh\necho here > ready\nread line < fifo\necho done > end\n")
    (workshop.path / "work").mkdir()
    os.mkfifo(workshop.path / "work/fifo")
    (submission,) = killed_runner(workshop, [(str(program), "")], lambda: lines(workshop.path / "work/ready"))
    assert workshop.executor.adopt(submission)
    assert workshop.executor.poll(0.1) == []
    feed(workshop.path / "work/fifo", "go\n")
    (outcome,) = workshop.wait(1).values()
    assert (outcome.status, outcome.returncode) == (Status.FAILED, None)
    assert "not known" in outcome.reason
    assert lines(workshop.path / "work/end") == ["done"]


def test_another_process_with_the_same_number_is_left_alone(workshop):
    with subprocess.Popen(["sleep", "100"], start_new_session=True) as stranger:
        start = start_of(stranger.pid)
        earlier = Submission(workshop.job("x"), str(stranger.pid), os.uname().nodename, start - 1)
        assert not workshop.executor.adopt(earlier)
        workshop.executor.cancel(earlier)
        assert stranger.poll() is None
        stranger.kill()


def test_a_job_of_another_machine_is_refused(workshop):
    with pytest.raises(GenericPipeError, match="started on elsewhere"):
        workshop.executor.cancel(Submission(workshop.job("x"), "1", "elsewhere", 1))


def test_wake_from_a_signal_handler(workshop):
    submission = workshop.executor.submit(workshop.job("sleep", "100"))
    before = signal.signal(signal.SIGUSR1, lambda *_: workshop.executor.wake())
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        assert workshop.executor.poll(60) == []
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    workshop.executor.cancel(submission)
    workshop.wait(1)
