"""What the journal says, whatever happened in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genericpipe.engine.folder.processes import ProcessId, this_process
from genericpipe.engine.journal.history import History, reset
from genericpipe.engine.journal.jobfiles import Changed, JobFiles
from genericpipe.engine.journal.journal import NAME, Journal
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import RunAbout, StepKey
from genericpipe.engine.journal.stamps import FileStamp, Stamp
from genericpipe.recipes.job import JobIdentity, Outcome, Status

Record = Callable[[Callable[[Recorder], None]], History]
A, B, C = StepKey("a"), StepKey("b"), StepKey("c")


def started(recorder: Recorder) -> None:
    recorder.run_started(this_process(), "2026-01-01T00:00:00", "1", "/p", "", {})


actions = st.lists(
    st.tuples(
        st.sampled_from(["run", "step", "start", "done", "failed", "end", "forget"]),
        st.sampled_from([A, B, StepKey("a", (0,)), StepKey("a", (1, 2))]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(actions)
def test_no_job_recorded_as_finished_is_lost(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, StepKey, int]]
) -> None:
    """Against a model: the last word on a job counts until it is started again or forgotten."""
    folder = tmp_path_factory.mktemp("history")
    finished: dict[tuple[StepKey, int], str] = {}
    running: set[tuple[StepKey, int]] = set()
    order: list[StepKey] = []
    with Journal.open(folder) as journal:
        recorder = Recorder(journal)
        started(recorder)
        place = 0
        for action, key, index in actions:
            job, identity = (key, index), JobIdentity(key.step, index, key.passes)
            if action == "run":
                started(recorder)
                place = 0
            elif action == "step":
                recorder.step_started(key, "recipe", "t")
                if key not in order:
                    order.insert(place, key)
                place = max(place, order.index(key) + 1)
            elif action == "forget":
                recorder.forgotten(key, "test")
                if key in order:
                    gone = order[order.index(key) :]
                    order = order[: order.index(key)]
                    place = min(place, len(order))
                    finished = {one: status for one, status in finished.items() if one[0] not in gone}
            elif key in order and action == "start":
                recorder.job_started(identity, "localhost", "1", 2, "f")
                finished.pop(job, None)
                running.add(job)
            elif key in order and action in {"done", "failed"}:
                recorder.job_finished(identity, Outcome(Status(action)), JobFiles())
                finished[job] = action
                running.discard(job)
            elif key in order and action == "end":
                recorder.step_finished(key, "done", {})
    history = History.of(folder)
    assert history.damaged == []
    assert history.order == order
    known = {(key, index): one.status for key, jobs in history.jobs.items() for index, one in jobs.items()}
    assert known == finished
    assert set(history.unfinished) == running


def test_what_is_said_of_a_job_comes_back(record: Record) -> None:
    files = JobFiles(
        (FileStamp("/out", 1, 2),),
        ("/mine", FileStamp("/raw", 3, 4)),
        (Changed("/mine", Stamp(5, 6), Stamp(7, 8)),),
    )
    outcome = Outcome(Status.OUT_OF_MEMORY, -9, 10.5, 2.25, 1000, 0.5, {"k": "ü"}, "too large")

    def write(recorder: Recorder) -> None:
        recorder.step_started(A, "recipe", "t", "basis", FileStamp("/bin/true", 9, 9))
        recorder.job_started(JobIdentity("a", 0), "localhost", "12", 34, "print")
        recorder.job_finished(JobIdentity("a", 0), outcome, files)

    history = record(write)
    found = history.jobs[A][0]
    assert found.outcome() == outcome
    assert (found.fingerprint, found.basis, found.ok) == ("print", "basis", False)
    assert (found.product_paths, found.input_paths, found.rewritten) == (
        ["/out"],
        ["/mine", "/raw"],
        ["/mine"],
    )
    assert history.written == {"/out"}
    assert history.steps[A].program == FileStamp("/bin/true", 9, 9)
    assert history.explains("/mine", Stamp(5, 6), Stamp(7, 8))
    assert not history.explains("/mine", Stamp(5, 6), Stamp(7, 9))
    assert not history.explains("/raw", Stamp(5, 6), Stamp(7, 8))


def test_changes_follow_one_another(record: Record) -> None:
    def write(recorder: Recorder) -> None:
        recorder.step_started(A, "recipe")
        for index, (old, new) in enumerate([(1, 2), (2, 3), (3, 1)]):
            files = JobFiles(changed=(Changed("/f", Stamp(old, old), Stamp(new, new)),))
            recorder.job_finished(JobIdentity("a", index), Outcome(Status.DONE), files)

    history = record(write)
    assert history.explains("/f", Stamp(1, 1), Stamp(3, 3))
    assert not history.explains("/f", Stamp(1, 1), Stamp(4, 4))


def test_the_last_finished_job_of_a_path_made_it(record: Record) -> None:
    def write(recorder: Recorder) -> None:
        for key, inputs in ((A, ("/raw",)), (B, ("/x",))):
            recorder.step_started(key, "recipe")
            changed = (Changed("/x", Stamp(1, 1), Stamp(1, 2)),) if key == B else ()
            files = JobFiles((FileStamp("/x", 1, 1),), inputs, changed)
            recorder.job_finished(JobIdentity(key.step, 0), Outcome(Status.DONE), files)
            recorder.step_finished(key, "done", {})

    history = record(write)
    assert history.producers == {"/x": (A, 0)}
    assert {path: set(steps) for path, steps in history.rewritten.items()} == {"/x": {B}}
    assert history.taken == {"/raw": {A}, "/x": {B}}


def test_a_step_put_between_others_has_its_place(record: Record) -> None:
    def write(recorder: Recorder) -> None:
        for keys in ((A, C), (A, B, C), (A,)):
            started(recorder)
            for key in keys:
                recorder.step_started(key, "recipe")

    assert record(write).order == [A, B, C]


def test_runs_are_told_apart(record: Record) -> None:
    me = ProcessId("node1", 12, 345, "boot")

    def write(recorder: Recorder) -> None:
        recorder.run_finished("failed")
        recorder.run_started(me, "2026-02-02T00:00:00", "2", "/q", "text", {"force": ["a"]})

    first, second = record(write).runs
    assert (first.status, second.status) == ("failed", "")
    assert (second.process, second.parset, second.options) == (me, "/q", {"force": ["a"]})
    assert len(second.parset_digest) == 32
    assert record(lambda recorder: None).start_times == ("2026-01-01T00:00:00", "2026-02-02T00:00:00")


def test_only_finished_recipe_steps_are_in_a_statefile(record: Record) -> None:
    def write(recorder: Recorder) -> None:
        recorder.step_started(A, "plugin", "createMapfile")
        recorder.step_finished(A, "done", {})
        recorder.step_started(B, "recipe", "dppp")
        recorder.step_finished(B, "done", {"mapfile": "/m"})
        recorder.step_started(C, "recipe", "dppp")
        recorder.step_finished(C, "failed", {})

    (only,) = record(write).recipe_steps()
    assert (only.key, only.task, only.result) == (B, "dppp", {"mapfile": "/m"})


def test_a_text_is_stored_once(tmp_path: Path, record: Record) -> None:
    for _ in range(2):
        record(
            lambda recorder: recorder.step_started(A, "recipe", maps={"/m1": "long text", "/m2": "long text"})
        )
    assert (tmp_path / NAME).read_text().count("long text") == 1


def test_events_of_a_later_version_are_passed_over(tmp_path: Path, record: Record) -> None:
    history = record(lambda recorder: recorder.journal.write("invented_later", {"x": 1}))
    assert history.damaged == []
    assert len(history.runs) == 1


def test_what_was_removed_on_purpose_is_known_until_it_is_made_again(bench: Any, doing: Any) -> None:
    step = doing("a", [bench.file("raw")], [bench.path("made")])
    bench.run(step)
    with Journal.open(bench.root) as journal:
        Recorder(journal).removed(StepKey("a"), [(bench.path("made"), 7)])
    assert bench.history().removed == {bench.path("made"): 7}
    Path(bench.path("made")).unlink()
    bench.run(step)
    assert bench.history().removed == {}


def test_whether_steps_were_forgotten_since_the_last_run(bench: Any, doing: Any) -> None:
    step = doing("a", [bench.file("raw")], [bench.path("made")])
    bench.run(step)
    assert not bench.history().forgot
    with Journal.open(bench.root) as journal:
        reset(bench.history(), Recorder(journal), "a")
    assert bench.history().forgot
    bench.run(step)
    assert not bench.history().forgot


def test_what_is_told_of_a_run_and_of_a_step(record: Any) -> None:
    about = RunAbout(("a", "b"), ("a", ""), {"DP3": "6.2"}, {"job_name": "p"})

    def write(recorder: Recorder) -> None:
        recorder.run_started(this_process(), "2026-03-03T00:00:00", "2", "/q", "", {}, about)
        recorder.step_started(StepKey("a"), "recipe", jobs=(7, 3), environment={"SKY": "deep"})
        recorder.step_finished(StepKey("a"), "done", {})
        recorder.run_finished("done")

    history = record(write)
    run, step = history.runs[-1], history.steps[StepKey("a")]
    assert (run.about, run.status, run.line) == (about, "done", 2)
    assert run.ended >= run.time
    assert (step.planned, step.environment, step.line) == ((7, 3), {"SKY": "deep"}, 3)
    assert step.ended >= step.began > "2026"
