"""References become text when a step starts; implicit mapfiles; argument parsets (contract 6, 6.5, 6.6)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.errors import GenericPipeError
from genericpipe.pipeline import Pipeline, Step
from genericpipe.pipeline.binding import BoundStep, bind_step
from genericpipe.pipeline.references import Section

MakeStep = Callable[..., Step]


@pytest.fixture
def maps(tmp_path: Path) -> dict[str, dict[str, object]]:
    """Return results with three mapfiles that exist, a folder of that name and a value."""
    results: dict[str, object] = {"val": "VAL", "mapfile": str(tmp_path / "one.mapfile")}
    for name in ("one", "two", "tre"):
        path = tmp_path / f"{name}.mapfile"
        path.write_text("[]", encoding="utf-8")
        results[f"{name}.mapfile"] = str(path)
    (tmp_path / "mapfiles").mkdir()
    return {"maps": results, "input": Section({"mapfile_dir": str(tmp_path / "mapfiles"), "job_name": "job"})}


def implicit(bound: BoundStep, tmp_path: Path) -> list[tuple[str, str]]:
    return [(one.argument, str(Path(one.path).relative_to(tmp_path))) for one in bound.implicit]


def test_references_in_control_cmdline_and_arguments(
    step_of: MakeStep, maps: dict[str, dict[str, object]]
) -> None:
    step = step_of(
        """
        control.kw = 'x maps.output.val'
        control.cmdline.a = <maps.output.val>
        argument.x = [maps.output.val,1]
        """
    )
    bound = bind_step(step, maps)
    assert bound.control == {"kw": "x VAL"}
    assert bound.cmdline == ("<VAL>",)
    assert bound.arguments == {"x": "[VAL,1]"}
    assert bound.implicit == ()


def test_mapfiles_in_control_keys_are_plain_paths(
    step_of: MakeStep, maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    bound = bind_step(step_of("control.mapfile_in = maps.output.mapfile"), maps)
    assert bound.control == {"mapfile_in": str(tmp_path / "one.mapfile")}
    assert bound.implicit == ()


def test_implicit_mapfiles_stand_in_order_of_definition_and_flags_at_their_line(
    step_of: MakeStep, maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    step = step_of(
        """
        argument.zz = maps.output.two.mapfile
        argument.flags = [maps.output.tre.mapfile,maps.output.one.mapfile]
        argument.aa = maps.output.mapfile
        """
    )
    bound = bind_step(step, maps)
    assert implicit(bound, tmp_path) == [
        ("zz", "two.mapfile"),
        ("flags", "tre.mapfile"),
        ("flags", "one.mapfile"),
        ("aa", "one.mapfile"),
    ]
    assert bound.flags == f"[{tmp_path}/tre.mapfile,{tmp_path}/one.mapfile]"
    assert list(bound.arguments) == ["zz", "aa"]


def test_fix_the_order_is_that_of_definition_for_keys_that_begin_alike_and_for_repeats(
    pipeline_of: Callable[..., Pipeline], maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    text = """
        pipeline.steps = [run,run]
        prerun.argument.in = 1
        run.argument.input = maps.output.two.mapfile
        run.argument.in = maps.output.one.mapfile
        """
    for step in pipeline_of(text).steps:
        bound = bind_step(step, maps)
        assert implicit(bound, tmp_path) == [("input", "two.mapfile"), ("in", "one.mapfile")]


def test_a_key_that_says_mapfile_takes_the_path(
    step_of: MakeStep, maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    step = step_of(
        "argument.mapfile = maps.output.two.mapfile\nargument.the_mapfile_x = maps.output.tre.mapfile"
    )
    bound = bind_step(step, maps)
    assert bound.implicit == ()
    assert bound.arguments == {
        "mapfile": str(tmp_path / "two.mapfile"),
        "the_mapfile_x": str(tmp_path / "tre.mapfile"),
    }


def test_fix_a_folder_called_mapfile_is_plain_text(
    step_of: MakeStep, maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    bound = bind_step(step_of("argument.dir = input.output.mapfile_dir"), maps)
    assert bound.implicit == ()
    assert bound.arguments == {"dir": str(tmp_path / "mapfiles")}


def test_a_reference_found_by_its_beginning_is_told_and_no_mapfile(
    step_of: MakeStep, maps: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    bound = bind_step(step_of("argument.out = maps.output.mapfile.h5"), maps)
    assert bound.arguments == {"out": f"{tmp_path}/one.mapfile.h5"}
    assert bound.implicit == ()
    ((reference, key, where),) = bound.shortened
    assert (str(reference), key, str(where)) == ("maps.output.mapfile.h5", "mapfile", "main.parset:2")


def test_quotes_of_the_parset_and_of_results_are_stripped(step_of: MakeStep) -> None:
    step = step_of('argument.a = "x y"\nargument.b = r.output.list\nargument.flags = [-S,"x y"]')
    bound = bind_step(step, {"r": {"list": ["p", "q"]}})
    assert bound.arguments == {"a": "x y", "b": "[p, q]"}
    assert bound.flags == "[-S,x y]"


def test_an_apostrophe_in_a_result_is_text(step_of: MakeStep) -> None:
    step = step_of('argument.a = "r.output.name"/x\ncontrol.kw = r.output.name')
    bound = bind_step(step, {"r": {"name": "it's"}})
    assert bound.arguments == {"a": "it's/x"}
    assert bound.control == {"kw": "it's"}


def test_fix_a_missing_reference_is_told_with_its_line(step_of: MakeStep) -> None:
    step = step_of("control.type = dppp\nargument.a = mak.output.mapfile")
    with pytest.raises(GenericPipeError) as caught:
        bind_step(step, {"make": {}})
    assert str(caught.value.location) == "main.parset:3"
    assert "make" in caught.value.hint


def test_the_environment_is_apart(step_of: MakeStep) -> None:
    bound = bind_step(step_of("control.environment = {A: 'x y', B: r.output.path}"), {"r": {"path": "/a:/b"}})
    assert bound.environment == {"A": "x y", "B": "/a:/b"}
    assert bound.control == {}


def test_a_bad_environment_is_told_with_its_line(step_of: MakeStep) -> None:
    with pytest.raises(GenericPipeError) as caught:
        bind_step(step_of("control.environment = {A}"), {})
    assert str(caught.value.location) == "main.parset:2"


EXTRA = 'both = theirs\nextra.key = "v v"   # comment\n# c\nms = k\n'


def test_an_argument_parset_lies_below_the_steps_own_arguments(step_of: MakeStep) -> None:
    # c24: the step's own win; comments and quotes go; flags are the step's
    step = step_of(
        "argument.flags = [k]\nargument.parset = extra.parset\nargument.own = 1\nargument.both = mine",
        {"extra.parset": EXTRA},
    )
    bound = bind_step(step, {})
    assert bound.arguments == {"own": "1", "both": "mine", "extra.key": "v v", "ms": "k"}
    assert bound.flags == "[k]"


def test_the_first_argument_parset_that_has_a_key_wins(step_of: MakeStep) -> None:
    files = {
        "a.parset": "x = argument\n",
        "t.parset": "x = task\ny = task\n",
        "c.parset": "x = control\ny = control\nz = control\nflags = [f]\n",
    }
    step = step_of("argument.parset = a.parset\ncontrol.parset = c.parset", files)
    bound = bind_step(step, {}, task_parset="t.parset")
    assert bound.arguments == {"x": "argument", "y": "task", "z": "control"}
    assert bound.flags == "[f]"
    assert bound.control == {}


@pytest.mark.parametrize("where", ["control", "task"])
def test_fix_without_an_argument_block_a_parset_is_read_in_the_same_way(
    step_of: MakeStep, where: str
) -> None:
    lines = "control.parset = extra.parset" if where == "control" else "control.type = dppp"
    step = step_of(lines, {"extra.parset": EXTRA})
    bound = bind_step(step, {}, task_parset="extra.parset" if where == "task" else "")
    assert bound.arguments == {"both": "theirs", "extra.key": "v v", "ms": "k"}


def test_a_plugin_without_arguments_gets_the_path_of_its_parset(step_of: MakeStep) -> None:
    bound = bind_step(
        step_of("control.kind = plugin\ncontrol.type = x\ncontrol.parset = not/read.parset"), {}
    )
    assert bound.control == {"parset": "not/read.parset"}
    assert bound.arguments == {}


@pytest.mark.parametrize("key", ["argument.parset", "control.parset"])
def test_fix_an_argument_parset_that_is_not_there_is_told(step_of: MakeStep, key: str) -> None:
    with pytest.raises(GenericPipeError, match=r"there is no argument parset 'lost\.parset'") as caught:
        bind_step(step_of(f"{key} = lost.parset"), {})
    assert str(caught.value.location) == "main.parset:2"


def test_fix_an_argument_parset_that_cannot_be_read_is_told(step_of: MakeStep) -> None:
    with pytest.raises(GenericPipeError) as caught:
        bind_step(step_of("argument.parset = x.parset", {"x.parset": "a = 'open\n"}), {})
    assert str(caught.value.location) == "x.parset:1"


def test_options_work_in_the_path_of_an_argument_parset(pipeline_of: Callable[..., Pipeline]) -> None:
    text = "! dir = x\npipeline.steps = [s]\ns.argument.parset = {{ dir }}.parset\n"
    (step,) = pipeline_of(text, {"x.parset": "a = 1\n"}).steps
    assert bind_step(step, {}).arguments == {"a": "1"}


def test_a_path_with_a_reference_is_an_ordinary_option(step_of: MakeStep) -> None:
    bound = bind_step(step_of("argument.parset = r.output.path"), {"r": {"path": "/p"}})
    assert bound.arguments == {"parset": "/p"}


def test_an_argument_parset_that_is_an_option_of_a_sub_pipeline(pipeline_of: Callable[..., Pipeline]) -> None:
    text = """
        pipeline.steps = [p]
        p.control.kind = pipeline
        p.control.type = sub.parset
        p.argument.parset = x
        """
    sub = "! parset = y\npipeline.steps = [s]\ns.control.type = dppp\ns.argument.v = {{ parset }}\n"
    (step,) = pipeline_of(text, {"sub.parset": sub}).steps
    assert bind_step(step, {}).arguments == {"parset": "x"}
    assert step.body[0].arguments["v"].text == "x"


def test_fix_a_step_bound_again_has_everything_again(step_of: MakeStep) -> None:
    step = step_of("argument.flags = [r.output.n]\nargument.parset = x.parset", {"x.parset": "a = 1\n"})
    assert bind_step(step, {"r": {"n": 0}}).flags == "[0]"
    again = bind_step(step, {"r": {"n": 1}})
    assert (again.flags, dict(again.arguments)) == ("[1]", {"a": "1"})
