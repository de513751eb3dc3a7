"""Which jobs run again: every sentence of the design about it, with real files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genericpipe.engine.journal.history import reset
from genericpipe.engine.journal.journal import Journal
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import AdoptedStep, StepKey
from genericpipe.engine.resume.adoption import Adoption
from genericpipe.engine.resume.fingerprint import Fingerprints
from genericpipe.engine.resume.resume import Resume
from genericpipe.errors import ExitStatus, StateError

Make = Callable[..., Any]


@pytest.fixture
def chain(bench: Any, doing: Make) -> tuple[Any, Any]:
    """Two steps of two jobs each: raw0 -> a0 -> b0, raw1 -> a1 -> b1."""
    raw = [bench.file(f"raw{n}", f"raw{n}") for n in range(2)]
    first = [bench.path(f"a{n}") for n in range(2)]
    return doing("a", raw, first), doing("b", first, [bench.path(f"b{n}") for n in range(2)])


def in_place(reads: str, leaves: str) -> None:
    with open(leaves, "a") as file:
        file.write("+")


def test_a_finished_run_runs_nothing(bench: Any, chain: Any) -> None:
    assert bench.run(*chain) == ["a[0]", "a[1]", "b[0]", "b[1]"]
    assert bench.run(*chain) == []
    assert bench.lines == []
    assert bench.run(*chain) == []


def test_what_a_reused_job_gave_is_given_again(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    history = bench.history()
    decision = bench.assessed(chain, history).decisions[StepKey("a")]
    (first, second) = decision.outcomes().values()
    assert (first.status, first.returncode, first.started, first.duration) == ("reused", 0, 1.0, 2.0)
    assert (first.peak_memory, first.cpu_time, first.results) == (3000, 1.5, {"size": "7"})
    assert second == first


def test_a_killed_run_goes_on_where_it_was(bench: Any, chain: Any) -> None:
    assert bench.run(*chain, killed=1) == ["a[0]"]
    assert bench.run(*chain) == ["a[1]", "b[0]", "b[1]"]
    assert bench.reasons == {"a[1]": "was interrupted", "b[0]": "new", "b[1]": "new"}


def test_changed_arguments_run_a_step_and_what_depends_on_it(bench: Any, chain: Any, changed: Make) -> None:
    bench.run(*chain)
    assert bench.run(changed(chain[0], words=("-x",)), chain[1]) == ["a[0]", "a[1]", "b[0]", "b[1]"]
    assert bench.reasons["a[0]"] == "arguments changed"
    assert bench.reasons["b[1]"] == f"an input was made again: {bench.path('a1')}"
    assert bench.lines == [
        "step 'a': 2 of 2 jobs run again: arguments changed (2)",
        f"step 'b': 2 of 2 jobs run again: an input was made again: {bench.path('a0')} (2)",
    ]


def test_only_what_depends_on_it(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    bench.file("raw1", "other data")
    assert bench.run(*chain) == ["a[1]", "b[1]"]
    assert bench.reasons["a[1]"] == f"input changed: {bench.path('raw1')}"
    assert bench.lines[0] == f"step 'a': 1 of 2 jobs run again: input changed: {bench.path('raw1')}"


def test_an_input_of_the_same_size_at_another_time_has_changed(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    os.utime(bench.path("raw0"), ns=(1, 1))
    assert bench.run(*chain) == ["a[0]", "b[0]"]
    assert bench.run(*chain) == []


def test_an_input_that_is_gone_has_served(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    os.unlink(bench.path("raw0"))
    assert bench.run(*chain) == []


def test_a_lost_product_is_made_again(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    os.unlink(bench.path("b0"))
    assert bench.run(*chain) == ["b[0]"]
    assert bench.reasons == {"b[0]": f"product lost: {bench.path('b0')}"}


def test_a_product_that_a_later_step_took_is_not_lost(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    os.unlink(bench.path("a0"))
    assert bench.run(*chain) == []


def test_a_product_taken_by_an_unfinished_job_is_lost(bench: Any, chain: Any) -> None:
    bench.run(*chain, killed=3)
    os.unlink(bench.path("a0"))
    os.unlink(bench.path("a1"))
    assert bench.run(*chain) == ["a[1]", "b[1]"]
    assert bench.reasons["a[1]"] == f"product lost: {bench.path('a1')}"


def test_what_a_finished_job_took_is_not_lost_though_its_step_was_killed(bench: Any, chain: Any) -> None:
    bench.run(*chain, killed=3)
    os.unlink(bench.path("a0"))
    assert bench.run(*chain) == ["b[1]"]


def test_a_step_that_moves_files_is_not_undone(bench: Any, chain: Any, changed: Make) -> None:
    steps = (chain[0], changed(chain[1], act=lambda reads, leaves: shutil.move(reads, leaves)))
    assert bench.run(*steps) == ["a[0]", "a[1]", "b[0]", "b[1]"]
    assert bench.run(*steps) == []


def test_what_a_repeated_step_moved_away_is_made_again_first(bench: Any, chain: Any, changed: Make) -> None:
    moving = changed(chain[1], act=lambda reads, leaves: shutil.move(reads, leaves))
    bench.run(chain[0], moving)
    assert bench.run(chain[0], changed(moving, words=("-v",))) == ["a[0]", "a[1]", "b[0]", "b[1]"]
    assert bench.reasons["a[0]"] == f"step 'b' needs its product again: {bench.path('a0')}"
    assert bench.run(chain[0], changed(moving, words=("-v",))) == []


def test_a_product_is_taken_by_whoever_has_its_mapfile(bench: Any, chain: Any, changed: Make) -> None:
    elsewhere = changed(chain[1], reads=[bench.file("other")], leaves=[bench.path("b")])
    bench.run(chain[0], elsewhere)
    os.unlink(bench.path("a0"))
    assert bench.run(chain[0], elsewhere) == ["a[0]"]
    taking = changed(elsewhere, takes=("a",))
    bench.run(chain[0], taking)
    os.unlink(bench.path("a0"))
    assert bench.run(chain[0], taking) == []
    bench.file("raw0", "other data")
    assert bench.run(chain[0], taking) == ["a[0]", "b[0]"]
    assert bench.reasons["b[0]"] == "an input was made again: the files of step 'a'"


def test_a_failed_job_runs_again(bench: Any, chain: Any, changed: Make) -> None:
    strict = changed(chain[0], fails=[1], tolerant=False)
    assert bench.run(strict, chain[1]) == ["a[0]", "a[1]"]
    assert bench.run(*chain) == ["a[1]", "b[0]", "b[1]"]
    assert bench.reasons["a[1]"] == "failed before"


def test_a_failure_that_was_tolerated_stays(bench: Any, chain: Any, changed: Make) -> None:
    tolerant = changed(chain[0], fails=[1])
    last = changed(chain[1], reads=chain[1].reads[:1], leaves=chain[1].leaves[:1])
    assert bench.run(tolerant, last) == ["a[0]", "a[1]", "b[0]"]
    assert bench.run(chain[0], last) == []
    outcomes = bench.assessed((chain[0],), bench.history()).decisions[StepKey("a")].outcomes()
    assert [(one.status, one.reason) for one in outcomes.values()] == [
        ("reused", ""),
        ("failed", "exit status 1"),
    ]
    assert bench.run(chain[0], last, retry_failed=True) == ["a[1]"]


def test_a_tolerated_failure_is_tried_with_other_arguments(bench: Any, chain: Any, changed: Make) -> None:
    bench.run(changed(chain[0], fails=[1]))
    assert bench.run(changed(chain[0], words=("-x",))) == ["a[0]", "a[1]"]


def test_an_entry_more_is_a_job_more(bench: Any, chain: Any, changed: Make) -> None:
    bench.run(*chain)
    more = changed(
        chain[0], reads=[*chain[0].reads, bench.file("raw2")], leaves=[*chain[0].leaves, bench.path("a2")]
    )
    assert bench.run(more, chain[1]) == ["a[2]"]
    assert bench.reasons == {"a[2]": "new"}
    assert bench.lines == []


def test_a_forced_step_runs_and_what_depends_on_it(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    assert bench.run(*chain, force=["a"]) == ["a[0]", "a[1]", "b[0]", "b[1]"]
    assert bench.reasons["a[0]"] == "asked for (--force)"
    assert bench.run(*chain, force=["b"]) == ["b[0]", "b[1]"]


def test_a_step_that_changes_an_input_from_outside_in_place(bench: Any, doing: Make) -> None:
    raw = bench.file("raw")
    steps = (doing("a", [raw], [bench.path("a0")]), doing("fix", [raw], [raw], act=in_place))
    assert bench.run(*steps) == ["a[0]", "fix[0]"]
    assert bench.run(*steps) == []


def test_a_program_that_changes_its_input_unasked(bench: Any, doing: Make) -> None:
    """Nothing says that the second step writes into `raw`: its time before and after does."""
    raw = bench.file("raw")

    def sly(reads: str, leaves: str) -> None:
        in_place(reads, reads)
        Path(leaves).write_text("x")

    steps = (doing("a", [raw], [bench.path("a0")]), doing("sly", [raw], [bench.path("s")], act=sly))
    bench.run(*steps)
    assert bench.run(*steps) == []
    bench.file("raw", "by hand")
    with pytest.raises(StateError, match=r"step 'a' would run again on .*raw, which the later step 'sly'"):
        bench.run(*steps)


@pytest.fixture
def calibration(bench: Any, doing: Make) -> tuple[Any, Any, Any]:
    """`look` reads what `make` leaves, then `fix` changes it in place."""
    data = bench.path("data")
    return (
        doing("make", [bench.file("raw")], [data]),
        doing("look", [data], [bench.path("plot")]),
        doing("fix", [data], [data], act=in_place),
    )


def test_no_step_runs_on_what_a_later_one_changed(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, fix)
    journal = (bench.root / "journal.jsonl").read_bytes()
    with pytest.raises(StateError) as caught:
        bench.run(make, changed(look, words=("-v",)), fix)
    assert caught.value.exit_status == ExitStatus.STATE == 5
    assert caught.value.message == (
        f"step 'look' would run again on {bench.path('data')}, which the later step 'fix' has changed "
        "in place; it would run because: arguments changed"
    )
    assert "--force look" in caught.value.hint
    assert (bench.root / "journal.jsonl").read_bytes() == journal
    assert bench.run(make, look, fix) == []


def test_force_runs_a_step_on_the_file_as_it_is(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, fix)
    assert bench.run(make, changed(look, words=("-v",)), fix, force=["look"]) == ["look[0]"]


def test_a_new_step_before_the_change_is_refused_too(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, fix)
    new = changed(look, name="new", leaves=[bench.path("other")])
    with pytest.raises(StateError, match=r"'new' would run again on .* 'fix' has changed in place"):
        bench.run(make, new, look, fix)


def test_a_step_behind_the_change_may_run(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    after = changed(look, name="after", leaves=[bench.path("after")])
    bench.run(make, look, fix, after)
    assert bench.run(make, look, fix, changed(after, words=("-v",))) == ["after[0]"]


def test_made_afresh_the_file_is_what_it_was(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, fix)
    again = changed(make, words=("-v",))
    assert bench.run(again, look, fix) == ["make[0]", "look[0]", "fix[0]"]
    assert Path(bench.path("data")).read_text() == "data make-v+"
    assert bench.run(again, look, fix) == []


def test_a_file_is_made_afresh_from_what_is_changed(bench: Any, calibration: Any, doing: Make) -> None:
    """`fix` runs again on what `later` changed, although an earlier in-place step repeats as well."""
    make, look, fix = calibration
    data = bench.path("data")
    later = doing("later", [data], [data], act=in_place)
    bench.run(make, look, fix, later)
    with pytest.raises(StateError, match=r"'fix' would run again on .* 'later' has changed in place"):
        bench.run(make, look, doing("fix", [data], [data], words=("-v",), act=in_place), later)


def test_nothing_is_done_in_place_twice(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, fix)
    again = changed(fix, words=("-v",))
    with pytest.raises(
        StateError, match=r"'fix' would run again on .*data, which it has changed in place already"
    ):
        bench.run(make, look, again)
    assert bench.run(make, look, again, force=["fix"]) == ["fix[0]"]
    assert bench.run(changed(make, words=("-v",)), look, fix) == ["make[0]", "look[0]", "fix[0]"]


def test_what_failed_in_place_is_tried_again(bench: Any, calibration: Any, changed: Make) -> None:
    make, look, fix = calibration
    bench.run(make, look, changed(fix, fails=[0], tolerant=False))
    assert bench.run(make, look, changed(fix, words=("-v",))) == ["fix[0]"]


events = st.lists(
    st.one_of(
        st.tuples(st.just("kill"), st.integers(0, 8)),
        st.tuples(st.just("words"), st.sampled_from(["a", "fix", "b", "move"])),
        st.tuples(st.just("raw"), st.integers(0, 1)),
        st.tuples(st.just("lose"), st.sampled_from(["a0", "b1", "c0"])),
        st.tuples(st.just("drop"), st.integers(0, 8)),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(events)
def test_resumed_or_not_the_outcome_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, bench_at: Make, doing: Make, events: list[tuple[str, Any]]
) -> None:
    """Whatever happens between runs: a resume that is not refused leaves what a run from the start leaves."""
    words = dict.fromkeys(["a", "fix", "b", "move"], 0)
    raw = [0, 0]

    def pipeline(bench: Any) -> list[Any]:
        def names(stem: str) -> list[str]:
            return [bench.path(f"{stem}{n}") for n in range(2)]

        def fix(reads: str, leaves: str) -> None:
            Path(leaves).write_text(f"{Path(reads).read_text()} fix{words['fix']}")

        def move(reads: str, leaves: str) -> None:
            text = Path(reads).read_text()
            Path(leaves).write_text(f"{text} move{words['move']}")
            os.unlink(reads)

        def told(name: str) -> tuple[str, ...]:
            return (str(words[name]),)

        return [
            doing("a", names("raw"), names("a"), words=told("a")),
            doing("fix", names("a"), names("a"), words=told("fix"), act=fix),
            doing("b", names("a"), names("b"), words=told("b")),
            doing("move", names("b"), names("c"), words=told("move"), act=move),
        ]

    def fill(bench: Any) -> None:
        for n in range(2):
            path = Path(bench.path(f"raw{n}"))
            path.write_text(f"raw{n}.{raw[n]}")
            os.utime(path, ns=(1, 1 + raw[n]))

    def attempt(bench: Any, killed: int | None = None) -> bool:
        try:
            bench.run(*pipeline(bench), killed=killed)
        except StateError:
            return False
        return True

    bench = bench_at(tmp_path_factory.mktemp("resumed"))
    fill(bench)
    for what, value in events:
        if what == "kill":
            attempt(bench, value)
        elif what == "words":
            words[value] += 1
        elif what == "raw":
            raw[value] += 1
            fill(bench)
        elif what == "lose":
            Path(bench.path(value)).unlink(missing_ok=True)
        else:
            attempt(bench)
    if not attempt(bench):
        return
    assert bench.run(*pipeline(bench)) == []
    fresh = bench_at(tmp_path_factory.mktemp("fresh"))
    fill(fresh)
    assert attempt(fresh)
    for name in ("c0", "c1"):
        assert Path(bench.path(name)).read_text() == Path(fresh.path(name)).read_text()


def test_passes_of_a_loop_are_steps_of_their_own(bench: Any, doing: Make) -> None:
    data = bench.file("data")
    body = [doing("look", [data], [bench.path(f"look{n}")], passes=(n,)) for n in range(3)]
    assert bench.run(*body[:2]) == ["look[0.0]", "look[1.0]"]
    assert bench.run(*body) == ["look[2.0]"]
    os.unlink(bench.path("look1"))
    assert bench.run(*body) == ["look[1.0]"]


def test_start_times_in_paths_do_not_count(bench: Any, chain: Any, changed: Make) -> None:
    first = changed(chain[0], words=(f"logs/{bench.start_time}/a.log",))
    bench.run(first)
    bench.start_time = "2026-02-02T00:00:00"
    assert bench.run(changed(chain[0], words=(f"logs/{bench.start_time}/a.log",))) == []
    assert bench.run(changed(chain[0], words=("logs/2027-03-03T00:00:00/a.log",))) == ["a[0]", "a[1]"]


def test_with_an_equal_basis_no_job_is_made(bench: Any, chain: Any, changed: Make) -> None:
    step = changed(chain[0], basis="b1")
    bench.run(step)
    history = bench.history()

    class Unmade:
        indices = step.indices

        def job(self, index: int) -> Any:
            raise AssertionError("made")

    resume = Resume(history, Fingerprints(history.start_times))
    decision = resume.consider(step.key, Unmade(), "b1")
    assert (decision.run, decision.whole) == ({}, True)
    other = Resume(history, Fingerprints(history.start_times)).consider(step.key, step, "b2")
    assert (other.run, other.whole) == ({}, False)


def test_a_step_whose_mapfile_is_gone_has_to_finish_again(bench: Any, chain: Any, record: Make) -> None:
    mapfile = bench.file("a.mapfile")
    key = StepKey("x")

    def write(recorder: Recorder) -> None:
        recorder.step_started(key, "recipe", "task", "b")
        recorder.step_finished(key, "done", {"mapfile": mapfile})

    class Empty:
        indices = ()

        def job(self, index: int) -> Any:
            raise IndexError(index)

    history = record(write)
    assert Resume(history, Fingerprints([])).consider(key, Empty(), "b").whole
    os.unlink(mapfile)
    assert not Resume(history, Fingerprints([])).consider(key, Empty(), "b").whole


def test_a_reset_step_and_all_after_it_run_again(bench: Any, chain: Any, doing: Make) -> None:
    third = doing("c", chain[1].leaves, [bench.path("c0"), bench.path("c1")])
    bench.run(*chain, third)
    history = bench.history()
    with Journal.open(bench.root) as journal:
        assert reset(history, Recorder(journal), "b") == (StepKey("b"), StepKey("c"))
    assert history.order == [StepKey("a")] == bench.history().order
    assert bench.run(*chain, third) == ["b[0]", "b[1]", "c[0]", "c[1]"]
    assert set(bench.reasons.values()) == {"new"}


def test_an_unknown_step_cannot_be_reset(bench: Any, chain: Any) -> None:
    bench.run(*chain)
    with (
        Journal.open(bench.root) as journal,
        pytest.raises(StateError, match=r"no step 'bb' has run here") as caught,
    ):
        reset(bench.history(), Recorder(journal), "bb")
    assert caught.value.hint == "did you mean 'b'?"


def test_an_adopted_step_is_trusted_until_its_input_is_made_again(
    bench: Any, chain: Any, record: Make
) -> None:
    mapfile = bench.file("b.mapfile")
    entries = [AdoptedStep("task", "a", {"mapfile": mapfile}), AdoptedStep("task", "", {"mapfile": mapfile})]
    history = record(lambda recorder: recorder.adopted(entries))
    adoption = Adoption(history)
    resume = Resume(history, Fingerprints([]))
    taken = adoption.take(StepKey("a"), "task")
    first = resume.consider(StepKey("a"), chain[0], adopted=taken)
    assert (first.whole, first.run, dict(first.record.result)) == (True, {}, {"mapfile": mapfile})
    second = resume.consider(StepKey("b"), chain[1], adopted=adoption.take(StepKey("b"), "task"))
    assert second.whole
    assert adoption.take(StepKey("c"), "task") is None
    forced = Resume(history, Fingerprints([]), force=["a"])
    forced.consider(StepKey("a"), chain[0], adopted=taken)
    os.unlink(mapfile)
    lost = forced.consider(StepKey("b"), chain[1], adopted=entries[1])
    assert set(lost.run.values()) == {"its mapfile is gone"}


def test_an_adopted_state_of_another_pipeline_is_refused(record: Make) -> None:
    history = record(lambda recorder: recorder.adopted([AdoptedStep("dppp", "a", {})]))
    with pytest.raises(
        StateError, match=r"step 'b' .dppp. stands where the adopted statefile has the step 'a'"
    ):
        Adoption(history).take(StepKey("b"), "dppp")
    with pytest.raises(StateError, match=r"does not match"):
        Adoption(history).take(StepKey("a"), "wsclean")
