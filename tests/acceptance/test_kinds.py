"""What steps of each kind run, line by line, derived by hand from contract 6, 7.5 and 9."""

from __future__ import annotations

import ast
from collections.abc import Callable

RECORD = """#!/usr/bin/env python3
import os, sys
with open(os.environ["NOTES"], "a") as file:
    file.write(repr(sys.argv[1:]) + "\\n")
"""

NOTING_PLUGIN = """
import os

def plugin_main(args, **kwargs):
    with open(os.environ["NOTES"], "a") as file:
        file.write(repr([list(args), sorted(kwargs.items())]) + "\\n")
    return {"n": kwargs.get("n", "none")}
"""

MAP = (
    "[{'host': 'localhost', 'file': '/d/a.MS', 'skip': False}, "
    "{'host': 'localhost', 'file': '/d/b.MS', 'skip': False}]"
)

STEP = """
{0}.control.type = executable_args
{0}.control.executable = record
{0}.control.mapfile_in = m.mapfile
{0}.control.inputkey = in
{0}.control.max_per_node = 1
"""


def noted(project: Callable, files: dict[str, str]) -> list:
    """Run ``p.parset`` and return what its programs and plugins were given, in order."""
    site = project({"bin/record": RECORD, "m.mapfile": MAP, **files})
    site.run("run", "p.parset", env={"NOTES": str(site.path / "notes")}).expect(0)
    return [ast.literal_eval(line) for line in (site.path / "notes").read_text().splitlines()]


def test_a_loop(project) -> None:
    """Five passes of two steps over two entries: twenty lines; the counter is taken anew in each pass."""
    parset = (
        "pipeline.steps = [l]\nl.control.kind = loop\nl.control.loopcount = 5\nl.control.loopsteps = [x, y]\n"
        + STEP.format("x")
        + "x.argument.flags = [-x, in]\nx.argument.pass = l.output.counter\n"
        + STEP.format("y")
        + "y.control.args_format = lofar\ny.argument.n = l.output.counter\n"
    )
    assert noted(project, {"p.parset": parset}) == [
        ["-x", "/d/a.MS", "--pass=0"],
        ["-x", "/d/b.MS", "--pass=0"],
        ["n=0", "in=/d/a.MS"],
        ["n=0", "in=/d/b.MS"],
        ["-x", "/d/a.MS", "--pass=1"],
        ["-x", "/d/b.MS", "--pass=1"],
        ["n=1", "in=/d/a.MS"],
        ["n=1", "in=/d/b.MS"],
        ["-x", "/d/a.MS", "--pass=2"],
        ["-x", "/d/b.MS", "--pass=2"],
        ["n=2", "in=/d/a.MS"],
        ["n=2", "in=/d/b.MS"],
        ["-x", "/d/a.MS", "--pass=3"],
        ["-x", "/d/b.MS", "--pass=3"],
        ["n=3", "in=/d/a.MS"],
        ["n=3", "in=/d/b.MS"],
        ["-x", "/d/a.MS", "--pass=4"],
        ["-x", "/d/b.MS", "--pass=4"],
        ["n=4", "in=/d/a.MS"],
        ["n=4", "in=/d/b.MS"],
    ]


def test_a_sub_pipeline(project) -> None:
    """Five uses of one parset: options are those of its step, else its own, else the master's."""
    inner = (
        "! tag = own\n! path = {{ tag }}/{{ root }}\npipeline.steps = [s, t]\n"
        + STEP.format("s")
        + "s.argument.flags = [{{ tag }}, in]\n"
        + STEP.format("t")
        + "t.control.args_format = lofar\nt.argument.p = {{ path }}\n"
    )
    uses = "".join(f"{name}.control.kind = pipeline\n{name}.control.type = inner.parset\n" for name in "bcde")
    parset = (
        "! root = R\n! tag = master\npipeline.steps = [b, c, d, e, b]\n"
        + uses
        + 'c.argument.tag = T\nd.argument.tag = "two words"\ne.argument.root = /abs\n'
    )
    assert noted(project, {"p.parset": parset, "inner.parset": inner}) == [
        ["own", "/d/a.MS"],
        ["own", "/d/b.MS"],
        ["p=own/R", "in=/d/a.MS"],
        ["p=own/R", "in=/d/b.MS"],
        ["T", "/d/a.MS"],
        ["T", "/d/b.MS"],
        ["p=T/R", "in=/d/a.MS"],
        ["p=T/R", "in=/d/b.MS"],
        ["two words", "/d/a.MS"],
        ["two words", "/d/b.MS"],
        ["p=two words/R", "in=/d/a.MS"],
        ["p=two words/R", "in=/d/b.MS"],
        ["own", "/d/a.MS"],
        ["own", "/d/b.MS"],
        ["p=own//abs", "in=/d/a.MS"],
        ["p=own//abs", "in=/d/b.MS"],
        ["own", "/d/a.MS"],
        ["own", "/d/b.MS"],
        ["p=own/R", "in=/d/a.MS"],
        ["p=own/R", "in=/d/b.MS"],
    ]


# The lines of a step below its name, and what its plugin is given: positional arguments and keywords by name.
PLUGIN_CALLS = [
    ("", [[], []]),
    ("control.a = 1", [[], [("a", "1")]]),
    ('control.a = "1 2"', [[], [("a", "1 2")]]),
    ("control.a = [1, 2]", [[], [("a", "[1, 2]")]]),
    ("control.a =", [[], [("a", "")]]),
    ("control.a = x=y", [[], [("a", "x=y")]]),
    ('control.a = "x#y"', [[], [("a", "x#y")]]),
    ("control.b = 1\ncontrol.a = 2", [[], [("a", "2"), ("b", "1")]]),
    ("control.dotted.name = v", [[], [("dotted.name", "v")]]),
    ("control.cmdline.a = one", [["one"], []]),
    ("control.cmdline.b = two\ncontrol.cmdline.a = one", [["one", "two"], []]),
    ("control.cmdline.a = one\ncontrol.cmdline.B = two", [["two", "one"], []]),
    ("control.cmdline = gone\ncontrol.z = 1", [[], [("z", "1")]]),
    ("control.opts.a = 1\ncontrol.b = 2", [[], [("a", "1")]]),
    ("control.opts.a = 1\ncontrol.cmdline.x = 3", [["3"], [("a", "1")]]),
    ("control.environment = {A:b, C: d}", [[], [("environment", {"A": "b", "C": "d"})]]),
    ("control.n = input.output.job_name", [[], [("n", "p")]]),
    ("control.n = s16.output.n", [[], [("n", "p")]]),
    ("control.n = pre/s17.output.n/post", [[], [("n", "pre/p/post")]]),
    (
        "control.inplace = True\ncontrol.mapfile_in = m.mapfile",
        [[], [("inplace", "True"), ("mapfile_in", "m.mapfile")]],
    ),
    ('control.q = pre"mid"post', [[], [("q", "premidpost")]]),
]


def test_plugins(project) -> None:
    names = [f"s{number}" for number in range(len(PLUGIN_CALLS))]
    parset = f"pipeline.steps = [{', '.join(names)}]\npipeline.pluginpath = site\n"
    for name, (lines, _) in zip(names, PLUGIN_CALLS, strict=True):
        parset += f"{name}.control.kind = plugin\n{name}.control.type = note\n"
        parset += "".join(f"{name}.{line}\n" for line in lines.splitlines())
    calls = noted(project, {"p.parset": parset, "site/PipelineStep_note.py": NOTING_PLUGIN})
    assert calls == [expected for _, expected in PLUGIN_CALLS]
