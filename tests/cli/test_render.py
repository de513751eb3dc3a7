"""``genericpipe render``: a template and values become a parset; every mistake has its line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

TEMPLATE = """\
! scripts = /opt/scripts
pipeline.steps = [{% if average %}average, {% endif %}image]
{% for band in bands %}
image{{ loop.index }}.argument.msin = {{ ms }}/{{ band }}
{% endfor %}
image.control.executable = {{ scripts }}/image.py
image.argument.size = {{ size | default("100 100") }}
"""
VALUES = {"average": True, "bands": ["a.MS", "b.MS"], "ms": "/data"}
# As Jinja2's own manual says: a line that holds only a tag stays, empty.
RENDERED = """\
! scripts = /opt/scripts
pipeline.steps = [average, image]

image1.argument.msin = /data/a.MS

image2.argument.msin = /data/b.MS

image.control.executable = {{ scripts }}/image.py
image.argument.size = 100 100
"""


def test_a_template_becomes_a_parset(project: Callable[..., Any]) -> None:
    made = project({"facet.parset": TEMPLATE, "v.json": json.dumps(VALUES)})
    said = made.run("render", "facet.parset", "--values", "v.json").expect(0)
    assert (said.stdout, said.stderr) == (RENDERED, "")


def test_the_parset_is_written_and_can_be_linted(project: Callable[..., Any]) -> None:
    template = "pipeline.steps = [{% if yes %}a{% endif %}]\na.control.type = executable_args\n"
    template += (
        "a.control.executable = {{ program }}\na.control.mapfile_in = in.mapfile\na.control.inputkey = f\n"
    )
    template += "a.argument.flags = [f]\n"
    made = project({"a.parset": template, "in.mapfile": "[]"})
    words = ("--set-json", "yes=true", "--set", "program=/bin/true", "-o", "out.parset")
    said = made.run("render", "a.parset", *words).expect(0)
    assert said.stdout == "wrote out.parset; check it with: genericpipe lint out.parset\n"
    head = "pipeline.steps = [a]\na.control.type = executable_args\na.control.executable = /bin/true\n"
    assert made.file("out.parset").read_text().startswith(head)
    assert made.run("lint", "--format", "json", "out.parset").expect(0).json() == []


@pytest.mark.parametrize(
    "text", ["[100, 100]", "True", "7", "a = b", "{{ other }}", "", "'quoted'", "größer"]
)
def test_what_set_gives_stands_there_as_it_is(project: Callable[..., Any], text: str) -> None:
    made = project({"a.parset": "a = {{ x }}\n"})
    assert made.run("render", "a.parset", "--set", f"x={text}").expect(0).stdout == f"a = {text}\n"


def test_later_files_win_and_set_over_all(project: Callable[..., Any]) -> None:
    files = {
        "a.parset": "{{ a }} {{ b }} {{ c }}",
        "1.json": '{"a": 1, "b": 1, "c": 1}',
        "2.toml": "b = 2\nc = 2\n",
    }
    made = project(files)
    words = ("--set", "c=0", "--values", "1.json", "--values", "2.toml", "--set", "c=3")
    assert made.run("render", "a.parset", *words).expect(0).stdout == "1 2 3"


def test_an_option_of_the_parset_can_be_given_a_value(project: Callable[..., Any]) -> None:
    made = project({"a.parset": "! x = 1\na = {{ x }}{% if y %}{% endif %}"})
    assert made.run("render", "a.parset", "--set", "y=1", "--set", "x=2").expect(0).stdout == "! x = 1\na = 2"
    assert made.run("render", "a.parset", "--set", "y=1").expect(0).stdout == "! x = 1\na = {{ x }}"


def test_files_are_included_from_beside_the_template(project: Callable[..., Any]) -> None:
    made = project({"t/a.parset": "{% include 'b.parset' %}", "t/b.parset": "b = {{ x }}\n"})
    assert made.run("render", "t/a.parset", "--set", "x=1").expect(0).stdout == "b = 1\n"


def test_the_variables_are_listed_with_their_places(project: Callable[..., Any]) -> None:
    made = project(
        {"a.parset": TEMPLATE + "{% include 'b.parset' %}", "b.parset": "\nb = {{ ms }} {{ q }}\n"}
    )
    assert made.run("render", "--list", "a.parset").expect(0).stdout.splitlines() == [
        "average: needed (line 2)",
        "bands: needed (line 3)",
        "ms: needed (line 4, b.parset:2)",
        "scripts: defined in the template (line 6)",
        "size: optional (line 7)",
        "q: needed (b.parset:2)",
    ]


def test_all_variables_without_a_value_are_told_at_once(project: Callable[..., Any]) -> None:
    said = project({"a.parset": TEMPLATE}).run("render", "a.parset", "--set", "ms=/data").expect(3)
    assert said.stdout == ""
    assert "a.parset:2: variables without a value: average (line 2), bands (line 3)" in said.stderr
    assert "hint: give --set-json average=... --set-json bands=..." in said.stderr


def test_a_branch_that_is_not_taken_needs_nothing(project: Callable[..., Any]) -> None:
    made = project({"a.parset": "{% if x %}{{ y }}{% endif %}a = 1\n"})
    assert made.run("render", "a.parset", "--set-json", "x=false").expect(0).stdout == "a = 1\n"


@pytest.mark.parametrize(
    ("text", "words", "message", "hint"),
    [
        ("a = 1\n{% if x %}\n", (), "a.parset:2: the template is not written right", "{% end... %}"),
        (
            "a = 1\n{% fi %}\n",
            (),
            "a.parset:2: the template is not written right: Encountered unknown tag 'fi'",
            "",
        ),
        (
            "a = {{ x | uper }}\n",
            (),
            "a.parset:1: the template is not written right: No filter named",
            "'upper'",
        ),
        (
            "a = 1\nb = {{ x.y }}\n",
            ("--set-json", 'x={"z": 1}'),
            "a.parset:2: 'dict object' has no attribute 'y'",
            "",
        ),
        (
            "\n\na = {{ x + 1 }}\n",
            ("--set", "x=1"),
            "a.parset:3: the template fails here",
            "--set gives text",
        ),
        ("a = {{ 1 / 0 }}\n", (), "a.parset:1: the template fails here: division by zero", ""),
        (
            "a\n{% include 'no.parset' %}\n",
            (),
            "a.parset:2: the template includes 'no.parset', which is not there",
            "",
        ),
        (
            "{% include '../a' %}\n",
            (),
            "a.parset:1: the template includes '../a', which is not there",
            "looked for",
        ),
        ("{% include 'a.parset' %}\n", (), "a.parset:1: the template includes itself", "{% if %}"),
        ("a = {{ ''.__class__.__mro__ }}\n", (), "a.parset:1: ", ""),
        ("a = {% for i in range(10**9) %}{% endfor %}\n", (), "a.parset:1: the template fails here", ""),
    ],
)
def test_mistakes_of_a_template_have_their_line(
    project: Callable[..., Any], text: str, words: tuple[str, ...], message: str, hint: str
) -> None:
    said = project({"p/a.parset": text}).run("render", "p/a.parset", *words).expect(3)
    first, _, rest = said.stderr.partition("\n")
    assert f"p/{message}" in first
    assert hint in rest
    assert "Traceback" not in said.stderr


def test_a_mistake_in_an_included_file_is_told_there(project: Callable[..., Any]) -> None:
    made = project({"a.parset": "{% include 'b.parset' %}", "b.parset": "b = 1\nc = {{ x + 1 }}\n"})
    assert "b.parset:2: the template fails" in made.run("render", "a.parset", "--set", "x=1").expect(3).stderr


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (("--set", "bnds=1"), "no variable 'bnds'", "did you mean 'bands'?"),
        (("--set", "ms"), "--set ms: not of the form NAME=VALUE", "ms=/data/a.MS"),
        (("--set-json", "bands=[a]"), "--set-json bands=[a]: no JSON", '["a", "b"]'),
        (("--set", "bands=[a]"), "goes through 'bands'", "--set-json"),
        (("--set", "average=False"), "asks whether 'average' is true", "--set-json average=false"),
        (("--values", "no.json"), "no.json: No such file", ""),
        (("--values", "bad.json"), "bad.json:2: this is no JSON", ".toml"),
        (("--values", "bad.toml"), "bad.toml: this is no TOML", ".toml"),
        (("--values", "list.json"), "list.json: names with their values", ""),
        (("--values", "v.json", "-o", "a.parset"), "this is the template itself", "another name"),
    ],
)
def test_a_wrong_command_line_is_refused(
    project: Callable[..., Any], words: tuple[str, ...], message: str, hint: str
) -> None:
    files = {
        "a.parset": TEMPLATE,
        "bad.json": '{"a":\n}',
        "bad.toml": "a = ",
        "list.json": "[]",
        "v.json": json.dumps(VALUES),
    }
    made = project(files)
    said = made.run("render", "a.parset", *words).expect(2)
    assert message in said.stderr
    assert hint in said.stderr
    assert made.file("a.parset").read_text() == TEMPLATE


def test_nothing_is_written_where_something_is_wrong(project: Callable[..., Any]) -> None:
    made = project({"a.parset": TEMPLATE, "out.parset": "old\n"})
    made.run("render", "a.parset", "-o", "out.parset").expect(3)
    assert made.file("out.parset").read_text() == "old\n"
    assert sorted(os.listdir(made.path)) == ["a.parset", "out.parset"]


def test_a_folder_that_is_not_there_is_told(project: Callable[..., Any]) -> None:
    said = project({"a.parset": "a = 1\n"}).run("render", "a.parset", "-o", "no/out.parset")
    assert said.status == 3
    assert "no/out.parset cannot be written" in said.stderr


def test_a_template_that_is_no_text_is_told_with_its_line(project: Callable[..., Any]) -> None:
    made = project({})
    made.file("a.parset").write_bytes(b"a = 1\nb = \xff\n")
    assert "a.parset:2: byte 0xff is not UTF-8" in made.run("render", "a.parset").expect(3).stderr
    assert "no.parset" in made.run("render", "no.parset").expect(3).stderr
