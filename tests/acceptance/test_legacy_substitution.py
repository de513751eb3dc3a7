"""Options and step lists of archived parsets come out as LOFAR's own made them, found by a second method."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.config import Config, Settings, load
from genericpipe.parset import parse
from genericpipe.pipeline import Pipeline, build

#: Steps that are listed and have no lines: LOFAR's own dies when it reaches them, ours says so at the start
#: and has no such step (contract 5, FIX). Nothing else differs in the whole archive.
LISTED_AND_NOT_DEFINED = {
    ("lofar-astron+prefactor/v1.0/Pre-Facet-Cal-RawData-Single.parset", "sortmap_cal"),
    ("lofar-astron+prefactor/v1.1/Pre-Facet-Cal-RawData-Single.parset", "sortmap_cal"),
    ("tikk3r+prefactor/grid_3.0/Pre-Facet-Target-1.parset", "h5parm_name"),
}

Step = tuple[str, str, list[tuple[str, str]]]


def _second_method() -> ModuleType:
    """Load the module beside this one; folders of tests are no packages."""
    path = Path(__file__).with_name("legacy_substitution.py")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


legacy = _second_method()


@pytest.fixture(scope="module")
def config() -> Config:
    return load(Settings("job", "2020-01-01T00:00:00"))


def pipeline(text: str, config: Config, environ: dict[str, str] | None = None) -> Pipeline:
    return build(parse(text), config, environ=environ or {})


def ours(built: Pipeline) -> list[Step]:
    """Return name, definition and raw values of each step: both blocks, each in order."""
    return [
        (step.name, step.definition, [(key, value.raw) for key, value in step.keys.items()])
        for step in built.steps
    ]


def theirs(text: str, environ: dict[str, str] | None = None) -> list[Step]:
    """Return the same from the second method."""
    return [
        (
            step.name,
            step.definition,
            [(f"control.{key}", value) for key, value in step.control.items()]
            + [(f"argument.{key}", value) for key, value in step.argument.items()],
        )
        for step in legacy.steps_of(text, environ or {})
    ]


def test_every_value_of_every_archived_step_is_the_same(reference: Path, config: Config) -> None:
    folder = reference / "archive"
    parsets = sorted(folder.rglob("*.parset"))
    if not parsets:
        pytest.skip(f"no archived parsets in {folder}")
    absent = set()
    values = 0
    for path in parsets:
        text = path.read_text(encoding="utf-8")
        # All variables are set but RUNDIR: both cases of contract 4.6, item 2, are in the archive.
        names = set(re.findall(r"\$\{?(\w+)", text)) - {"RUNDIR"}
        environ = {name: f"/of/{name}" for name in names}
        mine = ours(pipeline(text, config, environ))
        expected = []
        for step in theirs(text, environ):
            if step[2]:
                expected.append(step)
            else:
                absent.add((str(path.relative_to(folder)), step[0]))
        assert mine == expected, path
        values += sum(len(step[2]) for step in expected)
    assert absent == LISTED_AND_NOT_DEFINED
    assert values > 50_000


STEP = "pipeline.steps = [s]\ns.control.type = t\ns.argument.x = "


# What LOFAR's own was seen to do (contract 4.1, 4.6 and 5), so that the second method is worth its name.
@pytest.mark.parametrize(
    ("value", "definitions", "seen"),
    [
        ("{{ a }}", "! a = 1", "1"),
        ("{{a}}", "! a = 1", "{{a}}"),
        ("'{{ a }}'", '! a = "x"', "'\"x\"'"),
        ("{{ b }}", "! a = 1\n! b = {{ a }}/y", "1/y"),
        ("{{ b }}", "! b = {{ a }}/y\n! a = 1", "{{ a }}/y"),
        ("{{ {{ which }}_dir }}", "! b_dir = 5\n! which = b", "5"),
        ("{{ {{ which }}_dir }}", "! which = b\n! b_dir = 5", "{{ b_dir }}"),
        ("{{ a }}", "! a = 1\npipeline.replace.a = 2", "2"),
        ("[h {{ none }}]", "! none =", "[h ]"),
        ("$HOME {{ a }}", "! a = $HOME/${HOME}/$NOT_SET", "$HOME /h//h/$NOT_SET"),
        ("a # {{ a }}", "! a = 1", "a"),
        ("x=y", "! a = 1", ""),
    ],
)
def test_second_method_substitutes_as_seen(value: str, definitions: str, seen: str) -> None:
    text = f"{definitions}\n{STEP}{value}\n"
    assert theirs(text, {"HOME": "/h"}) == [("s", "s", [("control.type", "t"), ("argument.x", seen)])]


@pytest.mark.parametrize(
    ("lists", "seen"),
    [
        ("[a, b, a, a]", ["a", "b", "a1", "a2"]),
        ("[a, l]\npipeline.steps.l = [b, a]", ["a", "b", "a1"]),
        ("[l, a]\npipeline.steps.l = []", ["a"]),
        ("[a, l, l]\npipeline.steps.l = [b]", ["a", "b", "l"]),
        ("[b, z]\npipeline.steps.b = [z, a]\npipeline.steps.z = [c]", ["c", "a", "z"]),
        ("[z]\npipeline.steps.b = [a]\npipeline.steps.z = [b]", ["b"]),
        ("[a,,\n # b\n 'b']", ["a", "", "b"]),
        ("[a, l]\nsteps.l = [b]", ["a", "b"]),
    ],
)
def test_second_method_expands_as_seen(lists: str, seen: list[str]) -> None:
    assert [step.name for step in legacy.steps_of(f"pipeline.steps = {lists}\n", {})] == seen


def test_second_method_finds_a_step_in_the_wrong_place() -> None:
    """``solve`` is looked up as ``cal.argument.solve`` (contract 4.3); ours goes by exact prefixes (FIX)."""
    assert legacy.full_module_name(["cal.argument.solve.type", "solve.control.type"], "solve") == (
        "cal.argument.solve"
    )
    assert legacy.full_module_name(["pipeline.steps"], "steps") == ""
    assert legacy.full_module_name(["a.a.x"], "a") == "a.a"


def test_a_forward_definition_is_where_the_two_part(config: Config) -> None:
    """LOFAR's own leaves it as it stands, ours resolves in any order (contract 4.6, FIX)."""
    text = f"! b = {{{{ a }}}}/y\n! a = 1\n{STEP}{{{{ b }}}}\n"
    assert theirs(text)[0][2][1] == ("argument.x", "{{ a }}/y")
    assert ours(pipeline(text, config))[0][2][1] == ("argument.x", "1/y")


NAMES = ["a", "b", "ab", "a-b", "1st", "none"]
#: Not one letter: LOFAR's own takes a step ``t`` for a part of ``control`` (contract 5).
STEPS = ["average", "flag", "solve"]
PIECES = ["x", "/", " ", ",", "[", "]", "$V", "${V}", "$", "{ a }", "step.output.mapfile", "##"]


@st.composite
def backward(draw: st.DrawFn) -> str:
    """Draw a parset whose definitions use earlier ones only, and whose sublist is flat and listed once."""
    names = draw(st.permutations(NAMES))
    mark = st.sampled_from(["! ", "!", "pipeline.replace."])
    piece = st.sampled_from(PIECES)
    lines = []
    for place, name in enumerate(names):
        known = [f"{{{{ {earlier} }}}}" for earlier in names[:place]]
        pieces = draw(st.lists(st.one_of(piece, st.sampled_from(known)) if known else piece, max_size=4))
        lines.append(f"{draw(mark)}{name} = {''.join(pieces)}")
    for name in draw(st.lists(st.sampled_from(names), max_size=2)):  # defined again: the last line counts
        lines.append(f"{draw(mark)}{name} = {draw(piece)}")
    steps = draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5))
    inner = draw(st.lists(st.sampled_from(STEPS), max_size=3))
    lines.append(f"pipeline.steps = [{', '.join(steps)}{draw(st.sampled_from(['', ', rest']))}]")
    lines.append(f"pipeline.steps.rest = [{', '.join(inner)}]")
    everywhere = st.sampled_from([f"{{{{ {name} }}}}" for name in [*names, "nowhere"]])
    for step in STEPS:
        for key in ("control.type", "argument.msin", "argument.msin.x"):
            value = draw(st.lists(st.one_of(piece, everywhere), max_size=5))
            lines.append(f"{step}.{key} = {''.join(value)}")
    return "\n".join(lines)


@given(text=backward())
def test_where_no_fix_matters_the_two_agree(config: Config, text: str) -> None:
    assert ours(pipeline(text, config, {"V": "/v"})) == theirs(text, {"V": "/v"})
