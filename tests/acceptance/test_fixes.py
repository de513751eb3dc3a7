"""What LOFAR's own did wrong while a pipeline ran, and does not happen here (contract 6 to 9 and 15)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from genericpipe.mapfile import DataMap, DataProduct, write

#: Notes how it was called, with the file name of each path; fails for files named in `bad`.
NOTE = """\
#!/bin/sh
here=${0%/bin/*}
for word in "$@"; do printf '%s ' "${word##*/}"; done >> "$here/ran"
echo >> "$here/ran"
case "$*" in *bad*) exit 3 ;; esac
"""

#: Returns ``break`` as the text given, once the counter is high enough.
ASK = """\
def main(file, counter='0', at='0', answer='True'):
    return {'break': answer} if int(counter) >= int(at) else {}
"""


class Bench:
    """A project with the program `note`, maps made by hand, and pipelines of steps that call it."""

    def __init__(self, project: Any) -> None:
        self.project = project

    def map(self, name: str, *files: str) -> str:
        """Write a mapfile; a file that begins with ``!`` is skipped. Return its path."""
        path: Path = self.project.file(f"{name}.map")
        entries = [DataProduct("localhost", file.lstrip("!"), file.startswith("!")) for file in files]
        write(DataMap(entries), path)
        return str(path)

    def note(self, name: str, of: str, flags: str = "", *lines: str) -> str:
        """Return a step that runs `note` for each entry of a map, with its own name before the flags."""
        return self.step(
            name,
            "control.type = executable_args",
            f"control.executable = {self.project.file('bin/note')}",
            f"control.mapfile_in = {of}",
            "control.inputkey = in",
            f"argument.flags = [{name},{flags or 'in'}]",
            *lines,
        )

    def ask(self, name: str, of: str, *lines: str) -> str:
        """Return a step whose script may ask a loop to end."""
        return self.step(
            name,
            "control.type = pythonplugin",
            f"control.executable = {self.project.file('ask.py')}",
            f"control.mapfile_in = {of}",
            "control.inputkey = in",
            "argument.flags = [in]",
            *lines,
        )

    def loop(self, name: str, count: int, *steps: str) -> str:
        """Return a loop."""
        return self.step(
            name,
            "control.kind = loop",
            f"control.loopcount = {count}",
            f"control.loopsteps = [{','.join(steps)}]",
        )

    @staticmethod
    def step(name: str, *lines: str) -> str:
        """Return the lines of a step."""
        return "".join(f"{name}.{line}\n" for line in lines)

    def run(self, listed: str, *steps: str, status: int = 0) -> list[str]:
        """Run a pipeline; return how `note` was called, sorted within equal first words."""
        self.project.write("p.parset", f"pipeline.steps = [{listed}]\n" + "".join(steps))
        self.project.run("run", "p.parset").expect(status)
        ran = self.project.file("ran")
        return [line.strip() for line in ran.read_text().splitlines()] if ran.exists() else []

    def skips(self, path: str) -> list[bool]:
        """Return which entries of a map are skipped."""
        name = Path(path) if path.startswith("/") else self.project.file(f"p/mapfiles/{path}")
        return [bool(entry.skip) for entry in DataMap.load(name).data]


@pytest.fixture
def bench(project: Any) -> Bench:
    """Return a project to run pipelines in."""
    return Bench(project({"bin/note": NOTE, "ask.py": ASK}))


def test_defaults_do_not_pass_from_step_to_step(bench: Bench) -> None:
    """Contract 15, 1: the second step took the first one's output map as its own, and keys piled up."""
    one = bench.map("one", "/d/a.ms")
    output = "control.outputkey = out"
    ran = bench.run(
        "first, second, third",
        bench.note("first", one, "in,out", output),
        bench.note("second", "first.output.mapfile", "in,out", output, "argument.o = x"),
        bench.note("third", one, "in,out", output),
    )
    assert ran == ["first a.ms a.first", "second a.first a.second --o=x", "third a.ms a.third"]


def test_files_stay_with_their_entries_after_skips_and_failures(bench: Bench) -> None:
    """Contract 7.2 and 15, 2: jobs were numbered without the skipped entries, files with them."""
    raw = bench.map("raw", "!/d/a.ms", "/d/bad.ms", "/d/c.ms", "/d/e.ms")
    other = bench.map("other", "/o/0", "/o/1", "/o/2", "/o/3")
    ran = bench.run(
        "one, two",
        bench.note("one", raw, "in,out", "control.outputkey = out", "control.max_per_node = 1"),
        bench.note(
            "two",
            "one.output.mapfile",
            "in,second,code",
            f"control.mapfiles_in = [{other},one.output.returncode.mapfile]",
            "control.inputkeys = [in,second,code]",
            "control.max_per_node = 1",
        ).replace("two.control.inputkey = in\n", ""),
    )
    assert ran == [
        "one bad.ms bad.one",
        "one c.ms c.one",
        "one e.ms e.one",
        "two c.one 2 0",
        "two e.one 3 0",
    ]
    assert bench.skips("one.mapfile") == [True, True, False, False]
    assert bench.skips("two.mapfile") == [True, True, False, False]


@pytest.mark.parametrize(("first", "status"), [(["/d/a.ms"], 0), (["/d/a.ms", "/d/b.ms"], 1)])
def test_longer_maps_lose_their_tail_behind_a_single_entry_alone(
    bench: Bench, first: list[str], status: int
) -> None:
    """Contract 7.2: LOFAR's own ignored the tail of any further map; archived pipelines rely on one case."""
    short, long = bench.map("short", *first), bench.map("long", "/s/10", "/s/20", "/s/30")
    step = bench.note(
        "one", short, "in,size", f"control.mapfiles_in = [{long}]", "control.inputkeys = [in,size]"
    ).replace("one.control.inputkey = in\n", "")
    ran = bench.run("one", step, status=status)
    assert ran == ([] if status else ["one a.ms 10"])
    log = next(bench.project.file("p/logs").glob("*/pipeline.log")).read_text()
    assert ("takes only the first entry" in log) is (status == 0)
    assert ("have to be equally long" in log) is (status != 0)


def test_several_output_maps_are_joined_by_position(bench: Bench) -> None:
    """Contract 7.4: unskipped entries of one map were paired with unskipped ones of the other."""
    raw = bench.map("raw", "/d/a.ms", "!/d/b.ms", "/d/bad.ms", "/d/e.ms")
    first, further = (
        bench.map("first", "!/o/0", "/o/1", "/o/2", "/o/3"),
        bench.map("further", *"/x /y /z /w".split()),
    )
    ran = bench.run(
        "one",
        bench.note(
            "one",
            raw,
            "in,out",
            f"control.mapfiles_out = [{first},{further}]",
            "control.outputkey = out",
            "control.max_per_node = 1",
        ),
    )
    assert ran == ["one bad.ms 2", "one e.ms 3"]
    assert bench.skips(first) == [True, True, True, False]


def test_a_break_stays_until_the_pass_is_over(bench: Bench) -> None:
    """Contract 6.4 and 15, 26: a later step of the pass took it back."""
    one = bench.map("one", "/d/a.ms")
    ran = bench.run(
        "turn",
        bench.loop("turn", 5, "ask", "again", "work"),
        bench.ask("ask", one, "argument.counter = turn.output.counter", "argument.at = 1"),
        bench.ask("again", one, "argument.answer = False"),
        bench.note("work", one, "turn.output.counter"),
    )
    assert ran == ["work 0", "work 1"]


def test_the_end_of_an_inner_loop_takes_no_break_back(bench: Bench) -> None:
    """Contract 6.4 and 15, 26."""
    one = bench.map("one", "/d/a.ms")
    ran = bench.run(
        "outer, last",
        bench.loop("outer", 4, "ask", "inner"),
        bench.ask("ask", one, "argument.counter = outer.output.counter", "argument.at = 1"),
        bench.loop("inner", 2, "work"),
        bench.note("work", one, "outer.output.counter,inner.output.counter"),
        bench.note("last", one, "outer.output.counter"),
    )
    assert ran == ["work 0 0", "work 0 1", "work 1 0", "work 1 1", "last -1"]


@pytest.mark.parametrize(("answer", "passes"), [("False", 3), ("false", 3), ("0", 3), ("True", 1), ("1", 1)])
def test_a_break_is_read_as_a_boolean(answer: str, passes: int, bench: Bench) -> None:
    """Contract 6.4: the text ``False`` counted as true."""
    one = bench.map("one", "/d/a.ms")
    ran = bench.run(
        "turn",
        bench.loop("turn", 3, "ask", "work"),
        bench.ask("ask", one, f"argument.answer = {answer}"),
        bench.note("work", one, "turn.output.counter"),
    )
    assert len(ran) == passes


def test_a_loop_ends_whatever_its_count(bench: Bench) -> None:
    """Contract 6.4: counts above 256 never ended, as numbers were compared by identity."""
    none, one = bench.map("none", "!/d/a.ms"), bench.map("one", "/d/a.ms")
    ran = bench.run(
        "turn, last",
        bench.loop("turn", 300, "idle"),
        bench.note("idle", none),
        bench.note("last", one, "turn.output.counter"),
    )
    assert ran == ["last -1"]


def test_a_step_of_a_loop_runs_outside_with_its_own_arguments(bench: Bench) -> None:
    """Contract 6.4: the second time it had lost its flags, and its references were the last pass's."""
    one = bench.map("one", "/d/a.ms")
    ran = bench.run(
        "turn, work",
        bench.loop("turn", 2, "work"),
        bench.note("work", one, "in,turn.output.counter", "argument.of = turn.output.counter"),
    )
    assert ran == ["work a.ms 0 --of=0", "work a.ms 1 --of=1", "work a.ms -1 --of=-1"]


def test_a_plugin_that_returns_a_number_in_a_loop(bench: Bench) -> None:
    """Contract 6.4: makeLosotoParset returns 0, which was a TypeError there."""
    bench.project.write("mine/PipelineStep_zero.py", "def plugin_main(args, **kwargs):\n    return 0\n")
    one = bench.map("one", "/d/a.ms")
    ran = bench.run(
        "turn",
        f"pipeline.pluginpath = {bench.project.file('mine')}\n",
        bench.loop("turn", 2, "zero", "work"),
        bench.step("zero", "control.kind = plugin", "control.type = zero"),
        bench.note("work", one, "turn.output.counter"),
    )
    assert ran == ["work 0", "work 1"]


@pytest.mark.parametrize("code", ["", "0", "3"])
def test_a_plugin_that_leaves_by_exit_is_a_failed_step(code: str, bench: Bench) -> None:
    """Contract 9: ``exit(0)`` in a plugin ended the run there, with status 0."""
    bench.project.write("mine/PipelineStep_leave.py", f"def plugin_main(args, **kwargs):\n    exit({code})\n")
    ran = bench.run(
        "leave, work",
        f"pipeline.pluginpath = {bench.project.file('mine')}\n",
        bench.step("leave", "control.kind = plugin", "control.type = leave"),
        bench.note("work", bench.map("one", "/d/a.ms")),
        status=1,
    )
    assert ran == []


@pytest.mark.parametrize("no", ["False", "false", "no", "0", ""])
def test_booleans_in_any_usual_spelling(no: str, bench: Bench) -> None:
    """Contract 7.1: only ``False``, ``None`` and nothing were taken for false."""
    files = bench.map("files", "/d/a.ms", "/d/bad.ms")
    strict = bench.note("work", files, "in", f"control.error_tolerance = {no}")
    assert len(bench.run("work", strict, status=1)) == 2


def test_a_script_need_not_be_a_program(bench: Bench) -> None:
    """Contract 7.1 and 15, 25: scripts of pythonplugin had to be executable."""
    assert bench.project.file("ask.py").stat().st_mode & 0o111 == 0
    bench.run("ask", bench.ask("ask", bench.map("one", "/d/a.ms")))
    assert bench.skips("ask.break.mapfile") == [False]
