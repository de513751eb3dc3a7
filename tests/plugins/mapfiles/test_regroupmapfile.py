"""reGroupMapfile against image contract 4.2: dealing, names, joining."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from genericpipe import GenericPipeError

Run = Callable[..., str]
GROUPS = (
    "[{'host': 'h', 'file': ['/d/a.MS', '/d/b.MS'], 'skip': False}, "
    "{'host': 'h', 'file': '[/d/c.MS]', 'skip': False}, {'host': 'h', 'file': '/d/e.MS', 'skip': False}]"
)
FLAT = [("h", f"/w/{name}.corr") for name in "abce"]


def test_files_are_dealt_into_groups_of_the_same_sizes(run: Run, maps: Run, mapfile: Run) -> None:
    assert run("reGroupMapfile", mapfile_in=maps("in", *FLAT), mapfile_groups=mapfile(GROUPS)) == (
        "[{'host': 'h', 'file': '[/w/a.corr,/w/b.corr]', 'skip': False}, "
        "{'host': 'h', 'file': '[/w/c.corr]', 'skip': False}, "
        "{'host': 'h', 'file': '[/w/e.corr]', 'skip': False}]"
    )


def test_a_group_is_skipped_if_a_member_or_it_itself_is(run: Run, maps: Run, mapfile: Run) -> None:
    flat = maps("in", FLAT[0], (*FLAT[1], True), *FLAT[2:])
    groups = mapfile(GROUPS.replace("'[/d/c.MS]', 'skip': False", "'[/d/c.MS]', 'skip': True"))
    made = ast.literal_eval(run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups))
    assert [one["skip"] for one in made] == [True, True, False]


@pytest.mark.parametrize(
    ("keywords", "groups"),
    [
        ({"join_groups": "1"}, ["[a,b]", "[c]", "[e]"]),
        ({"join_groups": "2"}, ["[a,b,c]", "[e]"]),
        ({"join_groups": "9"}, ["[a,b,c,e]"]),
        ({"join_max_files": "3"}, ["[a,b,c]", "[e]"]),
        ({"join_max_files": "2"}, ["[a,b]", "[c,e]"]),
        ({"join_max_files": "1"}, ["[a,b]", "[c]", "[e]"]),  # groups are never cut
        ({"join_groups": "", "join_max_files": ""}, ["[a,b]", "[c]", "[e]"]),
    ],
)
def test_joining(run: Run, maps: Run, mapfile: Run, keywords: dict[str, str], groups: list[str]) -> None:
    flat, sizes = maps("in", *(("h", name) for name in "abce")), mapfile(GROUPS)
    made = ast.literal_eval(run("reGroupMapfile", mapfile_in=flat, mapfile_groups=sizes, **keywords))
    assert [one["file"] for one in made] == groups
    assert {(one["host"], one["skip"]) for one in made} == {("h", False)}


@pytest.mark.parametrize("key", ["join_groups", "join_max_files"])
def test_skipped_groups_are_not_joined(run: Run, maps: Run, mapfile: Run, key: str) -> None:
    flat = maps("in", *FLAT[:2], (*FLAT[2], True), FLAT[3])
    with pytest.raises(GenericPipeError, match=f"^reGroupMapfile: {key}: group 2 is skipped"):
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=mapfile(GROUPS), **{key: "2"})


def test_names_have_to_match(run: Run, maps: Run, mapfile: Run) -> None:
    flat, groups = maps("in", FLAT[1], FLAT[0], *FLAT[2:]), mapfile(GROUPS)
    with pytest.raises(GenericPipeError) as caught:
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups)
    assert str(caught.value).splitlines()[0] == (
        f"reGroupMapfile: mapfile_in: entry 1 of {flat} is /w/b.corr, but group 1 of {groups} "
        "has /d/a.MS there"
    )
    made = run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups, check_basename="False")
    assert "[/w/b.corr,/w/a.corr]" in made


@pytest.mark.parametrize("count", [3, 5])
def test_the_number_of_files_has_to_match(run: Run, maps: Run, mapfile: Run, count: int) -> None:
    flat, groups = maps("in", *([*FLAT, ("h", "/w/f")][:count])), mapfile(GROUPS)
    with pytest.raises(GenericPipeError) as caught:
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups)
    assert str(caught.value).splitlines()[0] == (
        f"reGroupMapfile: mapfile_in: {flat} has {count} entries, but the groups of mapfile_groups "
        f"({groups}) have 4 files"
    )


def test_hosts_have_to_match(run: Run, maps: Run, mapfile: Run) -> None:
    flat = maps("in", *FLAT[:3], ("n2", "/w/e.corr"))
    with pytest.raises(
        GenericPipeError, match=r"entry 4 of mapfile_in .* is on host 'n2', entry 3 of mapfile_gr"
    ):
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=mapfile(GROUPS))


def test_groups_on_two_hosts_are_not_joined(run: Run, maps: Run, mapfile: Run) -> None:
    flat = maps("in", ("n1", "/a"), ("n2", "/b"))
    groups = mapfile("[('n1', ['/a'], False), ('n2', ['/b'], False)]")
    assert "'n2'" in run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups, join_groups="1")
    with pytest.raises(GenericPipeError, match="groups on different hosts cannot be joined: n1, n2"):
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=groups, join_groups="2")


def test_the_input_has_to_be_flat(run: Run, maps: Run, mapfile: Run) -> None:
    flat = maps("in", ("h", "[/w/a,/w/b]"), *FLAT[1:])
    with pytest.raises(GenericPipeError, match=f"mapfile_in: entry 1 of {flat} is a list of 2 files"):
        run("reGroupMapfile", mapfile_in=flat, mapfile_groups=mapfile(GROUPS))


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"join_groups": "2", "join_max_files": "2"}, "join_groups and join_max_files exclude each other"),
        ({"join_groups": "0"}, "join_groups = '0' is no whole number from 1 on"),
        ({"join_max_files": "x"}, "join_max_files = 'x' is no whole number from 1 on"),
        ({"check_basename": "maybe"}, "check_basename = 'maybe' is no truth value"),
    ],
)
def test_values_that_cannot_be(
    run: Run, maps: Run, mapfile: Run, keywords: dict[str, str], message: str
) -> None:
    with pytest.raises(GenericPipeError) as caught:
        run("reGroupMapfile", mapfile_in=maps("in", *FLAT), mapfile_groups=mapfile(GROUPS), **keywords)
    assert str(caught.value).splitlines()[0] == f"reGroupMapfile: {message}"


def test_empty_maps(run: Run, maps: Run, mapfile: Run, caplog: pytest.LogCaptureFixture) -> None:
    assert run("reGroupMapfile", mapfile_in=maps("in"), mapfile_groups=mapfile("[]")) == "[]"
    assert "has no entries" in caplog.text
