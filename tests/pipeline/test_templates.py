"""A parset that is a Jinja2 template is recognised; a production parset never is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.pipeline.templates import defined, evidence, target

# A parset as factor made them: variables, choices and repeats are the template's.
FACTOR = """\
pipeline.steps = [{% if average %}average, {% endif %}image]

average.control.type = dppp
average.argument.msin = {{ ms }}
{% for n in range(2) %}
average.argument.step{{ n }} = {{ n }}
{% endfor %}
"""


@pytest.mark.parametrize(
    ("text", "shown", "line"),
    [
        (FACTOR, "{% if average %}", 1),
        ("a = 1\nb = {%- set x = 1 -%}\n", "{%- set x = 1 -%}", 2),
        ("{% raw %}\n{% endraw %}\n", "{% raw %}", 1),
        ("a = 1\n{# what this is for\n   and why #}\n", "{# what this is for", 2),
        ("a = {{ x | upper }}\n", "{{ x | upper }}", 1),
        ("a = {{ x|default('1') }}\n", "{{ x|default('1') }}", 1),
        ("a = {{ field.name }}\n", "{{ field.name }}", 1),
        ("a = {{ field['name'] }}\n", "{{ field['name'] }}", 1),
        ("a = {{ x if y else z }}\n", "{{ x if y else z }}", 1),
        ("a = {{ n + 1 }}\n", "{{ n + 1 }}", 1),
        ("a = [{{ x }}, {{ files[0] }}]\n", "{{ files[0] }}", 1),
        ("! field.size = 3\na = {{ field.size }} {{ field.name }}\n", "{{ field.name }}", 2),
    ],
)
def test_a_template_is_known_by_its_first_line_that_only_a_template_has(
    text: str, shown: str, line: int
) -> None:
    found = evidence(text)
    assert found is not None
    assert (found.text, found.line) == (shown, line)


@pytest.mark.parametrize(
    "text",
    [
        "! cal = /data\na = {{ cal }}\n",
        "a = {{ undefined }} {{tight}} {{ 1st_order }} {{ with-hyphen }}\n",
        "a = {{ {{ which }}_dir }}\n",
        "! field.name = 3C196\na = {{ field.name }}\n",
        "pipeline.replace.field.name = 3C196\na = {{ field.name }}\n",
        "# {% if x %} and {{ a|b }} in a comment\na = 1\n",
        "a = {%Y-%m-%d} # {% if x %}\n",
        "a = {# not closed\n",
        "a.control.environment = {A: b}\n",
        "! a = ,{{ b }}\n! b = clip,\nc = [x{{ a }}]\n",
    ],
)
def test_a_parset_is_no_template(text: str) -> None:
    assert evidence(text) is None


def test_an_option_defined_elsewhere_counts() -> None:
    assert evidence("a = {{ field.name }}\n", ["field.name"]) is None


@given(st.text(alphabet="{}%# \nab|.'=!", max_size=60))
def test_any_text_is_told_with_a_line_that_holds_what_is_shown(text: str) -> None:
    found = evidence(text)
    if found is not None:
        assert found.text in text.split("\n")[found.line - 1]


def test_definitions_are_found_as_the_reader_finds_them() -> None:
    text = "! a = 1\n  !! b=2\n!\tc d = {% if x %}\npipeline.replace.e = 3\nf = ! g = 4\n"
    assert list(defined(text)) == ["a", "b", "c d", "e"]


def test_what_a_template_becomes_has_a_name_of_its_own() -> None:
    assert target(Path("p/facet.parset")) == Path("p/facet.rendered.parset")
    assert target(Path("facet.j2")) == Path("facet.rendered.parset")


def test_no_archived_parset_is_taken_for_one(reference: Path) -> None:
    parsets = list((reference / "archive").rglob("*.parset"))
    assert len(parsets) > 100
    assert [path for path in parsets if evidence(path.read_text("utf-8", "surrogateescape"))] == []


def test_lint_says_so_and_nothing_else(project: Callable[..., Any]) -> None:
    made = project({"facet one.parset": FACTOR})
    (found,) = made.run("lint", "--format", "json", "facet one.parset").expect(3).json()
    assert (found["severity"], found["code"], found["file"], found["line"]) == (
        "error",
        "jinja-template",
        "facet one.parset",
        1,
    )
    assert "{% if average %}" in found["message"]
    assert (
        "genericpipe render 'facet one.parset' --set NAME=VALUE -o 'facet one.rendered.parset'"
        in found["hint"]
    )


@pytest.mark.parametrize("command", ["run", "plan"])
def test_no_command_reads_it_as_a_parset(project: Callable[..., Any], command: str) -> None:
    said = project({"facet.parset": FACTOR}).run(command, "facet.parset").expect(3).stderr
    assert "facet.parset:1: this is a Jinja2 template" in said
    assert "genericpipe render facet.parset" in said


def test_a_sub_pipeline_that_is_one_is_told_at_its_own_line(project: Callable[..., Any]) -> None:
    main = "pipeline.steps = [sub]\nsub.control.kind = pipeline\nsub.control.type = facet.parset\n"
    made = project({"main.parset": main, "facet.parset": FACTOR})
    found = made.run("lint", "--format", "json", "main.parset").expect(3).json()
    (told,) = (one for one in found if one["severity"] == "error")
    assert (told["code"], told["file"], told["line"]) == ("jinja-template", "facet.parset", 1)
