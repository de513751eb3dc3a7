"""Whatever a parset holds: building ends, tells, and raises nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from genericpipe.config import Config, Settings, load
from genericpipe.errors import Findings, GenericPipeError
from genericpipe.parset import parse
from genericpipe.pipeline import Pipeline, Step, build, unfold
from genericpipe.pipeline.binding import bind_step

STEPS = ("a", "b", "c", "a1", "p", "l", "x.y")
NAMES = st.sampled_from(STEPS)
PLACEHOLDERS = NAMES.map("{{{{ {} }}}}".format)
PIECES = st.one_of(
    NAMES,
    PLACEHOLDERS,
    st.tuples(NAMES, NAMES).map("{0[0]}.output.{0[1]}".format),
    st.sampled_from(
        [",", "[", "]", "(", ")", "{", "}", "{{ ", " }}", "'q, '", '"', " ", "$HOME", "\0", "é", "/"]
    ),
)
VALUES = st.lists(PIECES, max_size=5).map("".join)
LISTS = st.lists(st.one_of(NAMES, NAMES, PLACEHOLDERS, st.just("")), max_size=4).map(
    lambda names: f"[{','.join(names)}]"
)
CONTROL = st.sampled_from(["kind", "type", "x", "cmdline.b", "opts.o", "environment", "parset"])
ARGUMENT = st.sampled_from(["flags", "a", "b", "p", "parset", "x.y"])
LINES = st.one_of(
    st.tuples(st.sampled_from(["! ", "!", "pipeline.replace."]), NAMES, st.one_of(VALUES, NAMES, LISTS)).map(
        "{0[0]}{0[1]} = {0[2]}".format
    ),
    st.tuples(st.sampled_from(["steps.a", "pipeline.steps.a", "pipeline.steps.b"]), LISTS).map(" = ".join),
    st.tuples(NAMES, LISTS).map(
        "{0[0]}.control.kind = loop\n{0[0]}.control.loopcount = 2\n{0[0]}.control.loopsteps = {0[1]}".format
    ),
    NAMES.map("{0}.control.kind = pipeline\n{0}.control.type = @SUB@".format),
    st.tuples(NAMES, CONTROL, VALUES).map("{0[0]}.control.{0[1]} = {0[2]}".format),
    st.tuples(NAMES, ARGUMENT, st.one_of(VALUES, NAMES)).map("{0[0]}.argument.{0[1]} = {0[2]}".format),
    st.tuples(st.sampled_from(["pipeline.mapfile", "pipeline.pluginpath", "junk"]), VALUES).map(" = ".join),
)
DEFINED = "".join(f"{name}.control.type = dppp\n" for name in STEPS)
NESTED = """
p.control.kind = pipeline
p.control.type = @SUB@
l.control.kind = loop
l.control.loopcount = 2
l.control.loopsteps = [a,{}]
"""
ORDER = st.lists(st.one_of(NAMES, NAMES, st.just("p"), PLACEHOLDERS), min_size=1, max_size=4)
TEXTS = st.tuples(ORDER, NAMES, st.lists(LINES, max_size=8)).map(
    lambda drawn: "\n".join(
        [f"pipeline.steps = [{','.join(drawn[0])}]", DEFINED, NESTED.format(drawn[1]), *drawn[2]]
    )
)
INNER = "pipeline.steps = [a,b,a]\na.control.type = dppp\nb.argument.x = a.output.mapfile,c.output.x,b\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("random")


@pytest.fixture(scope="module")
def config(folder: Path) -> Iterator[Config]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield load(Settings("job"))


def built(text: str, sub: str, folder: Path, config: Config) -> Pipeline | None:
    """Build from two texts; None where the main one is no parset at all, which reading tells."""
    (folder / "inner.parset").write_text(INNER, encoding="utf-8")
    (folder / "sub.parset").write_text(sub.replace("@SUB@", "inner.parset"), encoding="utf-8")
    try:
        parset = parse(text.replace("@SUB@", "sub.parset"), str(folder / "main.parset"))
    except GenericPipeError:
        return None
    return build(parset, config, environ={"HOME": "/home/me"})


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_building_raises_nothing_and_keeps_its_promises(
    folder: Path, config: Config, text: str, sub: str
) -> None:
    pipeline = built(text, sub, folder, config)
    if pipeline is None:
        return
    event(f"steps {min(len(list(pipeline.walk())), 3)}, subs {any(x.scope for x in pipeline.walk())}")
    again = built(text, sub, folder, config)
    assert again is not None
    assert again.steps == pipeline.steps
    assert again.findings == pipeline.findings

    told = {finding.code for finding in pipeline.findings}
    for steps in lists_of(pipeline.steps):
        names = [step.name for step in steps]
        assert len(names) == len(set(names)) or told & {"repeat-collides", "same-name"}
    for step in pipeline.walk():
        for value in step.keys.values():
            assert value.location.line is not None
            assert "\0p-" not in value.raw
        if step.scope is not None:
            assert all(inner.name.startswith(f"{step.name}-") for inner in below(step))
            findings = Findings()
            known = {key: value.text for key, value in step.arguments.items()}
            if not any(value.unresolved for value in step.arguments.values()):
                assert unfold(step, known, findings) == step.body
        assert where_binding_failed(step, pipeline) != "nowhere"


def where_binding_failed(step: Step, pipeline: Pipeline) -> str:
    try:
        bind_step(step, pipeline.dictionaries)
    except GenericPipeError as error:
        return str(error.location or "nowhere")
    return ""


def lists_of(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    yield steps
    for step in steps:
        yield from lists_of(step.body)


def below(step: Step) -> Iterator[Step]:
    for inner in step.body:
        yield inner
        yield from below(inner)
