"""What a step hands on: control keys, positional arguments, options (contract 6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from genericpipe.pipeline import Pipeline, Step

MakeStep = Callable[..., Step]
Build = Callable[..., Pipeline]


def texts(step: Step) -> dict[str, str]:
    return {key: value.text for key, value in step.control.items()}


def test_kind_and_type_are_not_handed_on(step_of: MakeStep) -> None:
    step = step_of(
        "control.kind = plugin\ncontrol.type = x\ncontrol.kw = 'quoted v'\ncontrol.dotted.name = [1, 2]"
    )
    assert texts(step) == {"kw": "quoted v", "dotted.name": "[1, 2]"}


def test_cmdline_values_stand_in_byte_order_of_their_keys(step_of: MakeStep) -> None:
    step = step_of(
        """
        control.cmdline.b = second
        control.cmdline.a = "first one"
        control.cmdline.B = input.output.job_name
        """
    )
    assert [value.text for value in step.cmdline] == ["input.output.job_name", "first one", "second"]


def test_every_control_key_that_holds_the_word_cmdline_is_dropped(step_of: MakeStep) -> None:
    step = step_of("control.cmdline = plain\ncontrol.mycmdline_x = 1\ncontrol.z = 1")
    assert step.cmdline == ()
    assert texts(step) == {"z": "1"}


def test_with_an_opts_block_only_that_is_handed_on(step_of: MakeStep) -> None:
    step = step_of("control.opts.a = 1\ncontrol.b = 2\ncontrol.cmdline.x = 3\ncontrol.opts.type = t")
    assert texts(step) == {"a": "1"}
    assert [value.text for value in step.cmdline] == ["3"]


def test_arguments_stand_in_order_of_definition(step_of: MakeStep) -> None:
    step = step_of("argument.z = 1\nargument.flags = [a]\ncontrol.type = dppp\nargument.b.c = 2")
    assert list(step.arguments) == ["z", "flags", "b.c"]


def test_a_key_given_twice_keeps_its_place_and_has_its_last_value(pipeline_of: Build) -> None:
    (step,) = pipeline_of(
        "pipeline.steps = [s]\ns.argument.a = 1\ns.argument.b = 2\ns.argument.a = 3\n"
    ).steps
    assert [(key, value.text) for key, value in step.arguments.items()] == [("a", "3"), ("b", "2")]


def test_keys_hold_every_line_of_a_step(step_of: MakeStep) -> None:
    step = step_of("control.kind = plugin\ncontrol.cmdline.a = 1\nargument.x = 2")
    assert {key: value.text for key, value in step.keys.items()} == {
        "control.kind": "plugin",
        "control.cmdline.a": "1",
        "argument.x": "2",
    }
    assert str(step.keys["argument.x"].location) == "main.parset:4"


def test_raw_text_keeps_its_quotes(step_of: MakeStep) -> None:
    value = step_of('argument.x = pre"mid"post').arguments["x"]
    assert (value.raw, value.text) == ('pre"mid"post', "premidpost")


def test_fix_values_keep_hash_and_equals_signs(step_of: MakeStep) -> None:
    step = step_of('argument.a = "a=b"\nargument.b = "a#b"\nargument.c = [0..3, 2*5]')
    assert [value.text for value in step.arguments.values()] == ["a=b", "a#b", "[0..3, 2*5]"]


@pytest.mark.parametrize("block", ["control.kw", "argument.x"])
def test_a_quote_that_options_leave_open_is_told_with_its_line(pipeline_of: Build, block: str) -> None:
    # Each line is balanced by itself; put together they are not.
    pipeline = pipeline_of(
        f'! o = "b \'c"\npipeline.steps = [s]\ns.control.type = dppp\ns.{block} = "{{{{ o }}}}"\n'
    )
    (finding,) = pipeline.findings
    assert (finding.code, str(finding.location)) == ("bad-value", "main.parset:4")
