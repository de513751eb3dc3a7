from __future__ import annotations

from pathlib import Path

import pytest
from genericpipe_plugins.mapfiles.dataproducts import products_of

from genericpipe import ParsetError, read_parset

Entries = list[tuple[str, str, bool]]


def entries(tmp_path: Path, text: str, identifier: str = "i") -> Entries:
    path = tmp_path / "obs.parset"
    path.write_text(text)
    made = products_of(str(path), identifier)
    assert list(made) == list(products_of(read_parset(path), identifier))
    return [(one.host, one.file, one.skip) for one in made]


def block(prefix: str = "", locations: str = "[h:/d]", names: str = "[f]", skip: str | None = "[F]") -> str:
    start = f"{prefix}DataProducts.i"
    lines = f"{start}.locations = {locations}\n{start}.filenames = {names}\n"
    return lines if skip is None else f"{lines}{start}.skip = {skip}\n"


@pytest.mark.parametrize(
    ("location", "name", "host", "file"),
    [
        ("n1:/d", "a", "n1", "/d/a"),
        ("n1:/d/", "a", "n1", "/d/a"),
        ("n1:/d:2025", "a:b", "n1", "/d:2025/a:b"),  # only the first colon
        ("n1:", "a", "n1", "a"),
        ("n1:rel", "a", "n1", "rel/a"),
        ("/d", "a", "localhost", "/d/a"),
        ("/d:2025", "a", "localhost", "/d:2025/a"),  # no host holds a slash
        (":/d", "a", "localhost", "/d/a"),
        ("'n1:/my d'", '"a, # = b"', "n1", "/my d/a, # = b"),
    ],
)
def test_host_and_path(tmp_path: Path, location: str, name: str, host: str, file: str) -> None:
    made = entries(tmp_path, block(locations=f"[{location}]", names=f"[{name}]"))
    assert made == [(host, file, False)]


def test_skip(tmp_path: Path) -> None:
    words = ["0", "1", "true", "False", "T", "n", "yes"]
    count = len(words)
    text = block("", f"[{','.join(['h:/d'] * count)}]", f"[{','.join(words)}]", f"[{','.join(words)}]")
    assert [one[2] for one in entries(tmp_path, text)] == [False, True, True, False, True, False, True]
    assert entries(tmp_path, block(skip=None)) == [("h", "/d/f", False)]
    assert entries(tmp_path, block("", "[]", "[]", "[]")) == []


def test_what_stands_before_does_not_matter(tmp_path: Path) -> None:
    assert entries(tmp_path, block("ObsSW.Observation.")) == [("h", "/d/f", False)]
    both = block("ObsSW.", "[h:/other]") + block()
    assert entries(tmp_path, both) == [("h", "/d/f", False)]
    assert entries(tmp_path, block("My", "[h:/other]") + block("A.")) == [("h", "/d/f", False)]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (block("", "[h:/a,h:/b]"), ":2: DataProducts.i has 2 locations, 1 filenames and 1 skip", ""),
        (block(skip="[0,1]"), "1 locations, 1 filenames and 2 skip values", ""),
        (block(skip="[x]"), ":3: DataProducts.i.skip: x is not a boolean value", "true or false"),
        (block("A.") + block("B."), "DataProducts.i stands there 2 times: A.Data", "leave one"),
        ("DataProducts.i.filenames = [f]", "Key DataProducts.i.locations unknown", ""),
        ("a = 1", "Key DataProducts.i.filenames unknown", "no DataProducts"),
        (block().replace(".i.", ".Input."), "Key DataProducts.i.filenames unknown", "there are Input"),
        (block().replace(".i.", ".ii."), "Key DataProducts.i.filenames unknown", "did you mean 'ii'"),
    ],
)
def test_errors(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(ParsetError) as caught:
        entries(tmp_path, text)
    assert f"{tmp_path}/obs.parset" in str(caught.value)
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_a_parset_that_is_not_there() -> None:
    with pytest.raises(ParsetError, match="/no/parset"):
        products_of("/no/parset", "i")
