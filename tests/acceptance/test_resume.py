"""Runs that go on where an earlier one ended: which jobs run again, why, and that the outcome is the same."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Block, Lab

Twin = Callable[[], "Lab"]

ABC = ["a", "b", "c"]


def jobs(step: str, suffix: str = ".ms", names: list[str] = ABC) -> list[str]:
    """Return what the jobs of a step note."""
    return [f"{step} {name}{suffix}" for name in names]


def chain(lab: Lab) -> list[Block]:
    """Return a step that lists the data, and two that work one on the other's products."""
    return [lab.make(), lab.step("one", "copy"), lab.after("two", "copy", "one")]


# Nothing has changed.


def test_a_finished_run_runs_nothing_again(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    assert lab.ran == jobs("one") + jobs("two", ".one")
    done = lab.run()
    assert lab.ran == []
    assert "again" not in done.stdout
    said = [line for line in lab.log().splitlines() if "already exists in saved state" in line]
    assert len(said) == 2
    assert all("Task executable_args already exists in saved state; skipping" in line for line in said)
    lab.expect_as_undisturbed(twin())


def test_the_drop_in_command_resumes_too(lab: Lab, twin: Twin) -> None:
    """However the same files are spelled: LOFAR's own refused (contract 11, 15)."""
    lab.write(*chain(lab))
    lab.project.write(
        "p.cfg", "[DEFAULT]\nruntime_directory = .\nworking_directory = .\n[remote]\nmethod = local\n"
    )

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "genericpipe.cli.legacy", *words],
            cwd=lab.project.path,
            env=lab.project.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    run("p.parset", "-c", "p.cfg")
    first = lab.all_ran()
    assert len(first) == 6
    said = run("./p.parset", "-c", str(lab.project.file("p.cfg")), "-d", "-r", ".")
    assert lab.all_ran() == first
    assert "Task executable_args already exists in saved state; skipping" in said
    assert said.endswith("Results:\n")
    lab.run("-c", "p.cfg")
    assert lab.ran == []
    lab.expect_as_undisturbed(twin())


def test_steps_that_make_no_file_are_done_all_the_same(lab: Lab) -> None:
    lab.write(lab.make(), lab.step("show", "look"), lab.step("more", "look"))
    lab.run()
    assert lab.ran == jobs("show") + jobs("more")
    lab.run()
    assert lab.ran == []


def test_a_log_path_with_the_start_time_is_the_same_argument(lab: Lab, twin: Twin) -> None:
    lab.write(lab.make(), lab.step("one", "log", more="input.output.log_file"), lab.step("two", "copy"))
    lab.run("--start-time", "2026-03-01T10:00:00")
    assert lab.ran == jobs("one") + jobs("two")
    lab.run("--start-time", "2026-03-02T11:30:00")
    assert lab.ran == []
    assert list(lab.folder.glob("logs/*/pipeline.log.one")) == [
        lab.folder / "logs/2026-03-01T10:00:00/pipeline.log.one"
    ]
    lab.expect_as_undisturbed(twin())


# A step failed, and the run goes on once its reason is gone.


@pytest.fixture
def stumbling(lab: Lab) -> Callable[..., None]:
    """Return a function that runs a pipeline until its step ``three`` fails for the file b, and mends it."""

    def stumble(*blocks: Block) -> None:
        lab.write(*blocks)
        bad = [lab.project.write(f"bad/b.{ending}", "") for ending in ("ms", "one", "two")]
        lab.run(status=1)
        for path in bad:
            path.unlink()

    return stumble


@pytest.mark.parametrize("action", ["copy", "move"])
def test_copied_or_moved_products_are_not_made_again(
    action: str, lab: Lab, stumbling: Callable[..., None], twin: Twin
) -> None:
    strict = lab.after("three", "check", "two").with_lines("control.error_tolerance = False")
    stumbling(lab.make(), lab.step("one", "copy"), lab.after("two", action, "one"), strict)
    assert lab.ran == jobs("one") + jobs("two", ".one") + jobs("three", ".two")
    assert lab.folder.joinpath("b.one").exists() == (action == "copy")
    lab.run()
    assert lab.ran == ["three b.two"]
    lab.expect_as_undisturbed(twin())


def test_deleted_products_are_not_made_again(lab: Lab, stumbling: Callable[..., None], twin: Twin) -> None:
    strict = lab.after("three", "check", "two").with_lines("control.error_tolerance = False")
    tidy = lab.after("tidy", "delete", "one")
    stumbling(lab.make(), lab.step("one", "copy"), lab.after("two", "copy", "one"), tidy, strict)
    assert lab.steps_ran == ["one", "two", "tidy", "three"]
    lab.run()
    assert lab.ran == ["three b.two"]
    lab.expect_as_undisturbed(twin())


def test_files_are_not_changed_in_place_twice(lab: Lab, stumbling: Callable[..., None], twin: Twin) -> None:
    strict = lab.after("three", "check", "one").with_lines("control.error_tolerance = False")
    stumbling(lab.make(), lab.step("one", "copy"), lab.inplace("two", "one"), strict)
    lab.run()
    assert lab.ran == ["three b.one"]
    assert lab.folder.joinpath("b.one").read_text() == "b\none\ntwo\n"
    lab.expect_as_undisturbed(twin())


def test_data_changed_in_place_by_the_pipeline_itself(
    lab: Lab, stumbling: Callable[..., None], twin: Twin
) -> None:
    strict = lab.after("three", "check", "make").with_lines("control.error_tolerance = False")
    stumbling(lab.make(), lab.step("one", "look"), lab.inplace("two", "make"), strict)
    quiet = twin()
    for name in ABC:
        quiet.project.write(f"data/{name}.ms", f"{name}\n")
    lab.run()
    assert lab.ran == ["three b.ms"]
    lab.expect_as_undisturbed(quiet)


# Failures that a step tolerates.


def tolerant(lab: Lab) -> list[Block]:
    return [lab.make(), lab.step("one", "check"), lab.after("two", "copy", "one")]


def test_tolerated_failures_stay(lab: Lab, twin: Twin) -> None:
    bad = lab.project.write("bad/b.ms", "")
    lab.write(*tolerant(lab))
    lab.run()
    assert lab.ran == jobs("one") + jobs("two", ".one", ["a", "c"])
    quiet = twin()
    bad.unlink()
    lab.run()
    assert lab.ran == []
    lab.expect_as_undisturbed(quiet)


def test_retry_failed_tries_them_again(lab: Lab, twin: Twin) -> None:
    bad = lab.project.write("bad/b.ms", "")
    lab.write(*tolerant(lab))
    lab.run()
    bad.unlink()
    done = lab.run("--retry-failed")
    assert lab.ran == ["one b.ms", "two b.one"]
    assert "step 'one': 1 of 3 jobs run again: failed before" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.run("--retry-failed")
    assert lab.ran == []


def test_a_failure_that_comes_back_stays_tolerated(lab: Lab, twin: Twin) -> None:
    lab.project.write("bad/b.ms", "")
    lab.write(*tolerant(lab))
    lab.run()
    lab.run("--retry-failed")
    assert lab.ran == ["one b.ms"]
    lab.expect_as_undisturbed(twin())


# The pipeline was edited.


def test_a_step_with_other_arguments_and_what_depends_on_it(lab: Lab, twin: Twin) -> None:
    first, one, two = chain(lab)
    lab.write(first, one, two, lab.step("apart", "copy"))
    lab.run()
    lab.write(first, one, two.with_lines("argument.depth = 3"), lab.step("apart", "copy"))
    done = lab.run()
    assert lab.ran == jobs("two", ".one")
    assert "step 'two': 3 of 3 jobs run again: arguments changed (3)" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.write(first, one.with_lines("argument.depth = 3"), two.with_lines("argument.depth = 3"))
    lab.run()
    assert lab.ran == jobs("one") + jobs("two", ".one")


def test_a_step_added_at_the_end(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    done = lab.run()
    assert lab.ran == jobs("three", ".two")
    assert "run again" not in done.stdout
    lab.expect_as_undisturbed(twin())


def test_a_step_put_between(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    lab.write(
        lab.make(),
        lab.step("one", "copy"),
        lab.after("half", "copy", "one"),
        lab.after("two", "copy", "half"),
    )
    lab.run()
    assert lab.ran == jobs("half", ".one") + jobs("two", ".half")
    lab.expect_as_undisturbed(twin())


def test_a_step_put_between_that_nothing_depends_on(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    first, one, two = chain(lab)
    lab.write(first, one, lab.step("half", "look"), two)
    lab.run()
    assert lab.ran == jobs("half")
    lab.expect_as_undisturbed(twin())


def test_a_renamed_step_is_another_step(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    first, one, _ = chain(lab)
    lab.write(first, one, lab.after("deux", "copy", "one"))
    lab.run()
    assert lab.ran == jobs("deux", ".one")
    quiet = twin()
    quiet.run()
    assert {name: text for name, text in lab.maps().items() if not name.startswith("two.")} == quiet.maps()


def test_a_removed_step(lab: Lab) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "one"))
    lab.run()
    first, one, _ = chain(lab)
    lab.write(first, one, lab.after("three", "copy", "one"))
    lab.run()
    assert lab.ran == []


# The data changed.


def test_changed_data_and_what_is_made_of_them(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    changed = lab.project.write("data/b.ms", "b, calibrated anew\n")
    done = lab.run()
    assert lab.ran == ["one b.ms", "two b.one"]
    assert f"step 'one': 1 of 3 jobs run again: input changed: {changed}" in done.stdout
    lab.expect_as_undisturbed(twin())


def test_more_data(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    lab.project.write("data/d.ms", "d\n")
    done = lab.run()
    assert lab.ran == ["one d.ms", "two d.one"]
    assert "step 'make' gave something else than in the last run" in done.stdout
    lab.expect_as_undisturbed(twin())


def test_an_input_that_is_gone_takes_back_nothing(lab: Lab) -> None:
    entries = [
        f"{{'host': 'localhost', 'file': '{lab.project.file(f'data/{name}.ms')}', 'skip': False}}"
        for name in ABC
    ]
    lab.project.write("in.mapfile", f"[{', '.join(entries)}]")
    lab.write(lab.step("one", "copy", str(lab.project.file("in.mapfile"))), lab.after("two", "copy", "one"))
    lab.run()
    before = lab.maps()
    lab.project.file("data/b.ms").unlink()
    lab.run()
    assert lab.ran == []
    assert lab.maps() == before


def test_an_entry_that_is_gone_from_the_map(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    lab.project.file("data/c.ms").unlink()
    lab.run()
    assert lab.ran == []
    quiet = twin()
    quiet.run()
    assert lab.maps() == quiet.maps()
    lab.project.file("data/a.ms").unlink()
    lab.run()
    assert lab.ran == ["one b.ms", "two b.one"]
    quiet = twin()
    quiet.run()
    assert lab.maps() == quiet.maps()


def test_a_lost_product_is_made_again(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    lost = lab.folder / "b.two"
    lost.unlink()
    done = lab.run()
    assert lab.ran == ["two b.one"]
    assert f"step 'two': 1 of 3 jobs run again: product lost: {lost}" in done.stdout
    lab.expect_as_undisturbed(twin())


def test_a_product_that_a_finished_step_took_is_not_lost(lab: Lab) -> None:
    lab.write(*chain(lab))
    lab.run()
    (lab.folder / "b.one").unlink()
    lab.run()
    assert lab.ran == []


def test_a_product_that_is_still_wanted_is_made_again(
    lab: Lab, stumbling: Callable[..., None], twin: Twin
) -> None:
    strict = lab.after("three", "check", "two").with_lines("control.error_tolerance = False")
    stumbling(lab.make(), lab.step("one", "copy"), lab.after("two", "move", "one"), strict)
    (lab.folder / "b.two").unlink()
    done = lab.run()
    # The product is wanted by the job that failed; what it was made of has been moved away.
    assert lab.ran == ["one b.ms", "two b.one", "three b.two"]
    assert "step 'one': 1 of 3 jobs run again: step 'two' needs its product again" in done.stdout
    lab.expect_as_undisturbed(twin())


# Files changed in place later.


def in_place_later(lab: Lab, *more: str) -> list[Block]:
    look = lab.after("show", "look", "one").with_lines(*more)
    return [lab.make(), lab.step("one", "copy"), look, lab.inplace("calib", "one")]


def test_nothing_runs_on_what_a_later_step_changed(lab: Lab) -> None:
    lab.write(*in_place_later(lab))
    lab.run()
    before = lab.maps(), lab.files()
    lab.write(*in_place_later(lab, "argument.depth = 3"))
    done = lab.run(status=5)
    assert lab.ran == []
    assert "step 'show' would run again on" in done.stderr
    assert "which the later step 'calib' has changed in place" in done.stderr
    assert "arguments changed" in done.stderr
    assert "--force show" in done.stderr
    assert (lab.maps(), lab.files()) == before


def test_force_runs_it_all_the_same(lab: Lab) -> None:
    lab.write(*in_place_later(lab))
    lab.run()
    before = lab.files()
    lab.write(*in_place_later(lab, "argument.depth = 3"))
    lab.run("--force", "show")
    assert lab.ran == jobs("show", ".one")
    assert lab.files() == before
    lab.run()
    assert lab.ran == []


def test_made_afresh_files_are_changed_in_place_again(lab: Lab, twin: Twin) -> None:
    lab.write(*in_place_later(lab))
    lab.run()
    lab.project.write("data/b.ms", "b, calibrated anew\n")
    lab.run()
    assert lab.ran == ["one b.ms", "show b.one", "calib b.one"]
    lab.expect_as_undisturbed(twin())


# The program changed.


def test_another_program_of_the_same_name(lab: Lab, twin: Twin) -> None:
    text = lab.project.file("bin/work").read_text()
    lab.project.write("bin/other", text.replace("copy) {", "copy) { echo other;"))
    first, one, two = chain(lab)
    two = two.with_lines(f"control.executable = {lab.project.file('bin/other')}")
    two = type(two)(two.name, tuple(line for line in two.lines if not line.endswith("bin/work")))
    lab.write(first, one, two)
    lab.run()
    lab.project.write("bin/other", text.replace("copy) {", "copy) { echo another;"))
    done = lab.run()
    assert lab.ran == jobs("two", ".one")
    assert "step 'two': 3 of 3 jobs run again: program changed (3)" in done.stdout
    lab.expect_as_undisturbed(twin())


# Loops, sub-pipelines, repeats.

ASK = """\
import os

def main(name, counter, enough):
    here = os.path.dirname(os.path.dirname(os.path.abspath({script!r})))
    with open(os.path.join(here, "ran"), "a") as ran:
        ran.write(f"ask{{counter}} {{os.path.basename(name)}}\\n")
    if os.path.exists(os.path.join(here, "bad", counter)):
        raise OSError("no room")
    return {{"break": int(counter) >= int(enough)}}
"""


def looping(lab: Lab) -> list[Block]:
    """Return a loop of at most five passes that ends after three."""
    script = str(lab.project.file("scripts/ask.py"))
    lab.project.write("scripts/ask.py", ASK.format(script=script))
    ask = type(lab.make())(
        "ask",
        (
            "control.type = pythonplugin",
            f"control.executable = {script}",
            "control.mapfile_in = one.output.mapfile",
            "control.inputkey = in",
            "argument.flags = [in,again.output.counter,2]",
        ),
    )
    work = lab.after("pass", "change", "one").with_lines("control.inplace = True")
    return [
        lab.make(),
        lab.step("one", "copy"),
        lab.loop("again", 5, "pass", "ask"),
        work.within(),
        ask.within(),
        lab.after("last", "check", "one").with_lines("control.error_tolerance = False"),
    ]


def test_a_loop_that_was_left_by_break(lab: Lab, stumbling: Callable[..., None], twin: Twin) -> None:
    stumbling(*looping(lab))
    asked = [job for number in range(3) for job in [*jobs("pass", ".one"), *jobs(f"ask{number}", ".one")]]
    assert sorted(lab.ran) == sorted([*jobs("one"), *asked, *jobs("last", ".one")])
    lab.run()
    assert lab.ran == ["last b.one"]
    assert (lab.folder / "b.one").read_text() == "b\none\npass\npass\npass\n"
    quiet = twin()
    # The script names the folder of the project.
    looping(quiet)
    lab.expect_as_undisturbed(quiet)


def test_a_loop_that_stopped_in_the_middle(lab: Lab, twin: Twin) -> None:
    lab.write(*looping(lab))
    obstacle = lab.project.write("bad/1", "")
    lab.run(status=1)
    assert lab.steps_ran == ["one", "pass", "ask0", "ask1"]
    obstacle.unlink()
    lab.run()
    assert lab.ran == sorted(jobs("ask1", ".one")) + jobs("pass", ".one") + jobs("ask2", ".one") + jobs(
        "last", ".one"
    )
    quiet = twin()
    looping(quiet)
    lab.expect_as_undisturbed(quiet)


SUB = """\
pipeline.steps = [s1, s2]
s1.control.type = executable_args
s1.control.executable = {work}
s1.control.mapfile_in = sub.output.mapfile
s1.control.inputkey = in
s1.control.outputkey = out
s1.argument.flags = [s1,copy,in,out]
s2.control.type = executable_args
s2.control.executable = {work}
s2.control.mapfile_in = s1.output.mapfile
s2.control.inputkey = in
s2.control.outputkey = out
s2.argument.flags = [s2,{action},in,out]
"""


def with_sub(lab: Lab, action: str = "copy") -> list[Block]:
    lab.project.write("sub.parset", SUB.format(work=lab.project.file("bin/work"), action=action))
    sub = type(lab.make())(
        "p",
        (
            "control.kind = pipeline",
            f"control.type = {lab.project.file('sub.parset')}",
            "control.mapfile_in = make.output.mapfile",
            "argument.tag = x",
        ),
    )
    return [lab.make(), sub, lab.after("last", "copy", "p-s2")]


def test_a_sub_pipeline(lab: Lab, twin: Twin) -> None:
    lab.write(*with_sub(lab))
    lab.run()
    assert lab.ran == jobs("s1") + jobs("s2", ".p-s1") + jobs("last", ".p-s2")
    lab.run()
    assert lab.ran == []
    lab.run("--force", "p-s2")
    assert lab.ran == jobs("s2", ".p-s1") + jobs("last", ".p-s2")
    lab.write(*with_sub(lab, "check"))
    lab.run()
    assert lab.ran == jobs("s2", ".p-s1") + jobs("last", ".p-s2")
    lab.expect_as_undisturbed(twin())


def test_a_step_listed_twice(lab: Lab, twin: Twin) -> None:
    lab.write(
        lab.make(), lab.step("one", "copy"), lab.after("two", "copy", "one1"), listed="make, one, one, two"
    )
    lab.run()
    assert lab.ran == sorted(jobs("one") * 2) + jobs("two", ".one1")
    lab.run()
    assert lab.ran == []
    lab.run("--force", "one1")
    assert lab.ran == jobs("one") + jobs("two", ".one1")
    (lab.folder / "c.one").unlink()
    lab.run()
    assert lab.ran == ["one c.ms"]
    lab.expect_as_undisturbed(twin())


# Step plugins run on every resume.


def renaming(lab: Lab) -> list[Block]:
    """Return a pipeline whose plugin overwrites the map that it is given."""
    for name in ABC:
        lab.project.write(f"data/{name}.ms.x", f"{name}, x\n")
    change = type(lab.make())(
        "change",
        (
            "control.kind = plugin",
            "control.type = changeMapfile",
            "control.mapfile_in = make.output.mapfile",
            "control.add_name = .x",
        ),
    )
    return [lab.make(), lab.step("before", "look"), change, lab.after("one", "copy", "change")]


def test_a_plugin_that_overwrites_its_map_does_so_once(lab: Lab, twin: Twin) -> None:
    lab.write(*renaming(lab))
    lab.run()
    assert lab.ran == jobs("before") + jobs("one", ".ms.x")
    for _ in range(2):
        lab.run()
        assert lab.ran == []
        lab.expect_as_undisturbed(twin())


def test_the_map_it_overwrote_is_that_of_another_steps_products(lab: Lab, twin: Twin) -> None:
    """The plugin changes a map that a recipe step wrote, and no plugin writes it anew."""
    first, look, change, last = renaming(lab)
    one = lab.step("one", "copy")
    change = type(change)("change", tuple(line.replace("make.output", "one.output") for line in change.lines))
    add = lab.after("add", "log", "one", "in").with_lines("control.inplace = False")
    lab.write(first, one, add, change, lab.after("two", "copy", "change"))
    del look, last
    work = lab.project.file("bin/work")
    # ``log in`` leaves <in>.add beside each product.
    work.write_text(work.read_text().replace('"$2.$step"', '"$2.x"'))
    lab.run()
    assert lab.ran == jobs("one") + jobs("add", ".one") + jobs("two", ".one.x")
    for _ in range(2):
        lab.run()
        assert lab.ran == []
    lab.expect_as_undisturbed(twin())
    assert "b.one.x'" in lab.maps()["one.mapfile"]


NOTING = """\
import os

def plugin_main(args, **kwargs):
    with open({ran!r}, "a") as ran:
        ran.write("note {{}}\\n".format(os.path.basename(kwargs["mapfile_in"])))
    return {{"mapfile": kwargs["mapfile_in"], "what": {what!r}}}
"""


def test_plugins_run_on_every_resume(lab: Lab) -> None:
    folder = lab.project.file("site")

    def write(what: str) -> None:
        ran = str(lab.project.file("ran"))
        lab.project.write("site/PipelineStep_note.py", NOTING.format(ran=ran, what=what))

    write("first")
    note = type(lab.make())(
        "note",
        ("control.kind = plugin", "control.type = note", "control.mapfile_in = make.output.mapfile"),
    )
    lab.write(
        lab.make(),
        note,
        lab.step("one", "copy"),
        lab.step("two", "copy").with_lines("argument.what = note.output.what"),
        head=f"pipeline.pluginpath = {folder}",
    )
    lab.run()
    assert lab.ran == ["note make.mapfile", *jobs("one"), *jobs("two")]
    lab.run()
    assert lab.ran == ["note make.mapfile"]
    write("second")
    done = lab.run()
    assert lab.ran == ["note make.mapfile", *jobs("two")]
    assert "step 'note' gave something else than in the last run" in done.stdout
    lab.run()
    assert lab.ran == ["note make.mapfile"]


# The statefile.


def cut(lab: Lab, count: int) -> None:
    """Do to the statefile what LOFAR's tools do."""
    path = lab.folder / "statefile"
    with path.open("rb") as file:
        state = pickle.load(file)
    state[1] = state[1][:count]
    with path.open("wb") as file:
        pickle.dump(state, file)


def test_a_deleted_statefile_means_from_the_start(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    (lab.folder / "statefile").unlink()
    done = lab.run()
    assert lab.ran == jobs("one") + jobs("two", ".one")
    assert "taken out of the statefile" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.run()
    assert lab.ran == []


def test_a_cut_statefile_means_from_there(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    lab.run()
    cut(lab, 1)
    done = lab.run()
    assert lab.ran == jobs("two", ".one") + jobs("three", ".two")
    assert "taken out of the statefile: two, three" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.run()
    assert lab.ran == []


def test_a_damaged_statefile_is_refused(lab: Lab) -> None:
    lab.write(*chain(lab))
    lab.run()
    path = lab.folder / "statefile"
    path.write_bytes(path.read_bytes()[:-20])
    done = lab.run(status=5)
    assert lab.ran == []
    assert "the statefile cannot be read" in done.stderr
    assert str(path) in done.stderr


#: Writes a statefile anew with classes of the names and modules of LOFAR's own.
AS_LOFAR = """\
import pickle, sys, types

path = sys.argv[1]
with open(path, "rb") as file:
    inputs, steps = pickle.load(file)
ingredient = types.ModuleType("lofarpipe.cuisine.ingredient")
fields = types.ModuleType("lofarpipe.support.lofaringredient")
for name in ("lofarpipe", "lofarpipe.cuisine", "lofarpipe.support"):
    sys.modules[name] = types.ModuleType(name)
sys.modules[ingredient.__name__], sys.modules[fields.__name__] = ingredient, fields
ingredient.WSRTingredient = type("WSRTingredient", (dict,), {"__module__": ingredient.__name__})
for name, base in (
    ("LOFARingredient", ingredient.WSRTingredient),
    ("LOFARinput", ingredient.WSRTingredient),
    ("LOFARoutput", ingredient.WSRTingredient),
    ("StringField", object),
):
    setattr(fields, name, type(name, (base,), {"__module__": fields.__name__}))
made = fields.LOFARinput(inputs)
made._fields = {"job_name": fields.StringField()}
with open(path, "wb") as file:
    pickle.dump([made, [(task, fields.LOFARoutput(outputs)) for task, outputs in steps]], file, 2)
"""


@pytest.fixture
def half_by_lofar(lab: Lab) -> Lab:
    """Return a job folder as LOFAR's own framework leaves it after the step ``one``: without a journal."""
    lab.write(lab.make(), lab.step("one", "copy"))
    lab.run()
    subprocess.run([sys.executable, "-c", AS_LOFAR, lab.folder / "statefile"], check=True)
    (lab.folder / "journal.jsonl").unlink()
    (lab.folder / "lock").unlink()
    assert b"LOFARoutput" in (lab.folder / "statefile").read_bytes()
    return lab


def test_what_lofar_finished_is_taken_over(half_by_lofar: Lab, twin: Twin) -> None:
    lab = half_by_lofar
    lab.write(*chain(lab))
    lab.run()
    assert lab.ran == jobs("two", ".one")
    lab.expect_as_undisturbed(twin())
    lab.run()
    assert lab.ran == []


def test_lofars_state_of_another_pipeline_is_refused(half_by_lofar: Lab) -> None:
    lab = half_by_lofar
    lab.write(lab.make(), lab.step("other", "copy"), lab.after("two", "copy", "other"))
    done = lab.run(status=5)
    assert lab.ran == []
    assert "stored state does not match pipeline definition" in done.stdout + done.stderr


def test_an_adopted_step_may_be_forced(half_by_lofar: Lab, twin: Twin) -> None:
    lab = half_by_lofar
    lab.write(*chain(lab))
    lab.run("--force", "one")
    assert lab.ran == jobs("one") + jobs("two", ".one")
    lab.expect_as_undisturbed(twin())


# Steps chosen on the command line.


def test_until_and_from(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    lab.run("--until", "one")
    assert lab.ran == jobs("one")
    lab.run("--from", "two", "--until", "two")
    assert lab.ran == jobs("two", ".one")
    lab.run("--from", "three")
    assert lab.ran == jobs("three", ".two")
    lab.expect_as_undisturbed(twin())


def test_only(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    lab.run("--until", "one")
    lab.run("--only", "two")
    assert lab.ran == jobs("two", ".one")
    lab.run()
    assert lab.ran == jobs("three", ".two")
    lab.expect_as_undisturbed(twin())


def test_steps_of_sub_pipelines_and_repeats_are_named_as_they_run(lab: Lab, twin: Twin) -> None:
    lab.write(*with_sub(lab))
    lab.run("--until", "p-s1")
    assert lab.ran == jobs("s1")
    lab.run("--only", "p-s2")
    assert lab.ran == jobs("s2", ".p-s1")
    lab.run("--from", "last")
    assert lab.ran == jobs("last", ".p-s2")
    lab.expect_as_undisturbed(twin())


@pytest.mark.parametrize("option", ["--from", "--only"])
def test_a_step_whose_inputs_are_not_there(option: str, lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    done = lab.run(option, "two", status=5)
    assert lab.ran == []
    assert "has not run yet, and step 'two' comes after it" in done.stdout + done.stderr
    lab.run("--until", "one")
    (lab.folder / "mapfiles" / "one.mapfile").unlink()  # it stands in the journal
    lost = lab.folder / "b.one"
    lost.unlink()
    done = lab.run(option, "two", status=5)
    assert lab.ran == []
    assert f"step 'two': its input {lost} is not there; step 'one' makes it" in done.stdout + done.stderr
    lab.run()
    assert lab.ran == ["one b.ms", *jobs("two", ".one")]
    lab.expect_as_undisturbed(twin())


def test_steps_that_are_not_wanted_forbid_nothing(lab: Lab) -> None:
    """What stands before ``--from`` has changed; neither is it told of, nor does it stop the rest."""
    lab.write(*in_place_later(lab), lab.after("last", "look", "one"))
    lab.run("--until", "calib")
    lab.write(*in_place_later(lab, "argument.depth = 3"), lab.after("last", "look", "one"))
    done = lab.run("--from", "last")
    assert lab.ran == jobs("last", ".one")
    assert "run again" not in done.stdout


def test_the_statefile_lists_what_was_passed_over(lab: Lab) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    lab.run()
    lab.run("--only", "two", "--force", "two")
    assert lab.ran == jobs("two", ".one")
    with (lab.folder / "statefile").open("rb") as file:
        results = [result["mapfile"] for _, result in pickle.load(file)[1]]
    assert [name.rpartition("/")[2] for name in results] == ["one.mapfile", "two.mapfile", "three.mapfile"]


def test_a_map_that_a_plugin_makes_otherwise(lab: Lab) -> None:
    """A program that is given a map by its path has another input, though its command line is the same."""
    show = type(lab.make())(
        "show",
        (
            "control.type = executable_args",
            f"control.executable = {lab.project.file('bin/work')}",
            "control.mapfile_in = one.output.mapfile",
            "control.skip_infile = True",
            f"argument.flags = [show,look,{lab.project.file('data/a.ms')}]",
            "argument.mapfile = make.output.mapfile",
        ),
    )
    entry = f"[{{'host': 'localhost', 'file': '{lab.project.file('data/a.ms')}', 'skip': False}}]"
    lab.project.write("in.mapfile", entry)
    lab.write(lab.make(), lab.step("one", "copy", str(lab.project.file("in.mapfile"))), show)
    lab.run()
    lab.run()
    assert lab.ran == []
    lab.project.write("data/d.ms", "d\n")
    lab.run()
    assert lab.steps_ran == ["show"]


@pytest.mark.parametrize("option", ["--from", "--until", "--only", "--force"])
def test_no_step_of_that_name(option: str, lab: Lab) -> None:
    lab.write(*chain(lab))
    done = lab.run(option, "tow", status=2)
    assert "there is no step 'tow'" in done.stderr
    assert "two" in done.stderr


def test_no_step_of_that_name_and_none_that_is_like_it(lab: Lab) -> None:
    lab.write(*chain(lab))
    done = lab.run("--force", "calibrator", status=2)
    assert "hint: there is: make, one, two" in done.stderr


def test_a_last_step_before_the_first(lab: Lab) -> None:
    lab.write(*chain(lab))
    done = lab.run("--from", "two", "--until", "one", status=2)
    assert "step 'one' comes before step 'two'" in done.stderr
    assert lab.ran == []


def test_a_last_step_around_the_first_ends_after_it(lab: Lab) -> None:
    lab.write(*with_sub(lab))
    lab.run("--until", "p-s1")
    lab.run("--from", "p-s2", "--until", "p")
    assert lab.ran == jobs("s2", ".p-s1")


def test_force_runs_a_step_and_what_depends_on_it(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab), lab.step("apart", "copy"))
    lab.run()
    done = lab.run("--force", "one")
    assert lab.ran == jobs("one") + jobs("two", ".one")
    assert "step 'one': 3 of 3 jobs run again: asked for (--force) (3)" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.run()
    assert lab.ran == []
