"""Options and placeholders (contract 4.6)."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.errors import PipelineError
from genericpipe.parset import parse
from genericpipe.pipeline.options import (
    MAX_LENGTH,
    Option,
    Options,
    definitions,
    expand_variables,
    misspaced,
    option_name,
)


def options_of(text: str, environ: Mapping[str, str] | None = None) -> Options:
    return Options(definitions(parse(textwrap.dedent(text), "a.parset")), environ=environ)


def replaced(definitions_text: str, text: str, environ: Mapping[str, str] | None = None) -> str:
    return options_of(definitions_text, environ).replace(text).text


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("! a", "a"),
        ("!a", "a"),
        ("!!  a", "a"),
        ("! ! a", "a"),
        ("pipeline.replace.a", "a"),
        ("! do-it_1", "do-it_1"),
        ("! 1st_order", "1st_order"),
        ("pipeline.steps", None),
        ("a!", None),
        ("step.argument.x", None),
    ],
)
def test_what_defines_a_name(key: str, name: str | None) -> None:
    assert option_name(key) == name


def test_fix_a_tab_after_the_mark_is_no_part_of_the_name() -> None:
    assert replaced("!\ta = 1", "{{ a }}") == "1"


def test_a_definition_in_three_spellings_has_its_last_value_and_its_first_place() -> None:
    options = options_of(
        """
        ! a = first
        ! b = other
        pipeline.replace.a = second
        !a = last
        """
    )
    assert [(name, option.text) for name, option in options.items()] == [("a", "last"), ("b", "other")]
    assert str(options["a"].location) == "a.parset:5"


def test_the_last_line_counts_even_where_an_earlier_spelling_is_given_again() -> None:
    # "! a" keeps its first place among the keys; its value is that of line 3, the last of all.
    assert replaced("! a = 1\n!a = 2\n! a = 3", "{{ a }}") == "3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a }}", "A"),
        ("x{{ a }}y{{ a }}", "xAyA"),
        ("{{{ a }}}", "{A}"),
        ("{{a}}", "{{a}}"),
        ("{{  a }}", "{{  a }}"),
        ("{{ A }}", "{{ A }}"),
        ("{{ with blank }}", "W"),
        ("{{ none }},x", ",x"),
    ],
)
def test_a_placeholder_has_one_blank_on_either_side(text: str, expected: str) -> None:
    assert replaced("! a = A\n! with blank = W\n! none =", text) == expected


def test_replacing_is_textual_before_any_list_is_read() -> None:
    assert replaced("! clip = clip,\n! none =", "[{{ clip }}h5parm {{ none }}]") == "[clip,h5parm ]"


def test_quotes_of_a_definition_are_kept() -> None:
    assert replaced('! a = "x y"', "p {{ a }}") == 'p "x y"'


def test_a_definition_may_use_those_before_it_at_any_depth() -> None:
    assert replaced("! a = 1\n! b = {{ a }}2\n! c = {{ b }}3", "{{ c }}") == "123"


def test_fix_a_definition_may_use_those_behind_it() -> None:
    assert replaced("! c = {{ b }}3\n! b = {{ a }}2\n! a = 1", "{{ c }}") == "123"


def test_fix_definitions_behind_may_be_nested_deeper_than_python_recurses() -> None:
    lines = [f"! a{i} = {{{{ a{i + 1} }}}}." for i in range(5000)]
    assert replaced("\n".join([*lines, "! a5000 = x"]), "{{ a0 }}") == "x" + "." * 5000


@pytest.mark.parametrize("order", [("! b_dir = 5", "! which = b"), ("! which = b", "! b_dir = 5")])
def test_a_name_may_be_put_together_and_fix_in_any_order(order: tuple[str, str]) -> None:
    assert replaced("\n".join(order), "{{ {{ which }}_dir }}") == "5"


def test_keys_are_not_replaced() -> None:
    assert list(definitions(parse("! a = 1\n! {{ a }} = 2\n"))) == ["a", "{{ a }}"]


def test_fix_a_placeholder_that_nothing_defines_is_told() -> None:
    left = options_of("! a = {{ nothing }}").replace("{{ a }} {{ b }}")
    assert left.text == "{{ nothing }} {{ b }}"
    assert left.unresolved == ("nothing", "b")


def test_a_reference_in_a_definition_stays_text() -> None:
    assert replaced("! n = input.output.max_per_node", "{{ n }}") == "input.output.max_per_node"


def test_fix_a_circle_is_told_once_and_stays_as_it_is_written() -> None:
    options = options_of("! a = 1{{ b }}\n! b = 2{{ c }}\n! c = 3{{ b }}\n! d = ok")
    assert [error.message for error in options.errors] == ["options go round in a circle: b -> c -> b"]
    assert str(options.errors[0].location) == "a.parset:2"
    assert options.replace("{{ d }} {{ b }}").text == "ok {{ b }}"


def test_a_definition_of_itself_is_a_circle() -> None:
    assert "a -> a" in options_of("! a = x{{ a }}").errors[0].message


def test_options_that_double_each_other_are_bounded() -> None:
    lines = ["! a0 = xx", *(f"! a{i} = {{{{ a{i - 1} }}}}{{{{ a{i - 1} }}}}" for i in range(1, 200))]
    options = options_of("\n".join(lines))
    assert options.errors
    assert all("grow beyond" in error.message for error in options.errors)
    assert max(len(option.text) for _, option in options.items()) <= MAX_LENGTH


def test_a_line_that_multiplies_a_long_option_is_bounded() -> None:
    options = options_of("! a = " + "x" * 100_000)
    with pytest.raises(PipelineError, match="grow beyond"):
        options.replace("{{ a }}" * 50)


def test_placeholders_nested_without_end_are_bounded() -> None:
    with pytest.raises(PipelineError, match="nested more than"):
        options_of("! x = x").replace("{{ " * 3000 + "x" + " }}" * 3000)


ENVIRON = {"HOME": "/home/me", "A_1": "one"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$HOME/x", "/home/me/x"),
        ("${HOME}x", "/home/mex"),
        ("$A_1-", "one-"),
        ("'$HOME'", "'/home/me'"),
        ("$UNSET ${UNSET} $ ${} ~", "$UNSET ${UNSET} $ ${} ~"),
    ],
)
def test_the_environment_in_definitions(text: str, expected: str) -> None:
    assert expand_variables(text, ENVIRON) == expected
    assert replaced(f"! a = {text}", "{{ a }}", ENVIRON) == expected


def test_the_environment_is_not_read_in_ordinary_values() -> None:
    assert replaced("! a = 1", "$HOME {{ a }}", ENVIRON) == "$HOME 1"


def test_inherited_options_give_way_to_own_and_these_to_overrides() -> None:
    options = Options(
        definitions(parse("! own = o\n! both = o\n! all = o\n! uses = {{ all }}/{{ from_outside }}")),
        inherited={n: Option(n, "i") for n in ("from_outside", "both", "all")},
        overrides={"all": Option("all", "v")},
    )
    texts = {name: option.text for name, option in options.items()}
    assert texts == {"from_outside": "i", "both": "o", "all": "v", "own": "o", "uses": "v/i"}


def test_an_override_may_use_options_and_must_not_use_itself() -> None:
    own = definitions(parse("! a = 1\n! b = 2"))
    assert Options(own, overrides={"a": Option("a", "{{ b }}$HOME")}, environ=ENVIRON)["a"].text == "2$HOME"
    circle = Options(own, overrides={"a": Option("a", "x{{ a }}")})
    assert "circle" in circle.errors[0].message


def test_the_hint_names_the_nearest_option() -> None:
    options = options_of("! target_dir = 1")
    assert "target_dir" in options.hint("taget_dir")
    assert "! xyz = ..." in options.hint("xyz")


def test_misspaced_names() -> None:
    assert list(misspaced("{{a}} {{ b}} {{  c  }} {{ d }} {e} {{ }}")) == ["a", "b", "c"]


NAMES = st.sampled_from(["a", "b", "c", "d e", "f-1"])
PIECES = st.one_of(
    NAMES.map(lambda n: f"{{{{ {n} }}}}"),
    st.sampled_from(["{{", "}}", "{{ ", " }}", "x", ",", "[", "]", "$HOME", "s.output.k", "{", "}", " "]),
)
TEXTS = st.lists(PIECES, max_size=6).map("".join)


@given(st.dictionaries(NAMES, TEXTS, max_size=5), TEXTS)
def test_replacing_ends_is_idempotent_and_the_same_each_time(texts: dict[str, str], line: str) -> None:
    parset = parse("".join(f"! {name} = {text}\n" for name, text in texts.items()))
    once = Options(definitions(parset)).replace(line)
    options = Options(definitions(parset))
    assert options.replace(line) == once
    assert options.replace(once.text) == once
    assert all(f"{{{{ {name} }}}}" in once.text for name in once.unresolved)
    assert not set(once.unresolved) & set(texts)
