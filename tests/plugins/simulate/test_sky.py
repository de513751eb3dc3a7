"""The file of sources: what it may hold, and every way in which it can be wrong, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from genericpipe_plugins.simulate.angles import separation
from genericpipe_plugins.simulate.sky import Source, read_sky, sky_model, test_field

from genericpipe import GenericPipeError

test_field.__test__ = False  # type: ignore[attr-defined] - it begins as tests do


def write(folder: Path, text: str) -> Path:
    path = folder / "sky.txt"
    path.write_text(text)
    return path


def test_sources_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "# mine\nname ra dec flux index q u v frequency\n\n"
        "A 14:11:20 +52:12:00 3 -0.7 0.1 -0.2 0.05 150e6  # the middle\n"
        "B, 212.9, 52.3, 1.5, 0, 0, 0, 0, 140e6\n",
    )
    first, second = read_sky(path)
    assert first == Source("A", pytest.approx(212.8333333), 52.2, 3.0, -0.7, 0.1, -0.2, 0.05, 150e6)
    assert second == Source("B", 212.9, 52.3, 1.5)


def test_columns_stand_in_any_order_and_most_may_be_missing(tmp_path: Path) -> None:
    (source,) = read_sky(write(tmp_path, "flux NAME dec ra\n2 A 50 10\n"))
    assert source == Source("A", 10.0, 50.0, 2.0)


def test_a_flux_follows_its_spectral_index() -> None:
    assert Source("A", 0, 0, 2.0, -1.0, frequency=140e6).flux_at(280e6) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("name ra dec\n", 1, "no column 'flux'", "name ra dec flux"),
        ("name ra dec flux indx\n", 1, "called 'indx'", "'index'"),
        ("name ra dec flux ra\n", 1, "'ra' stands twice", ""),
        ("name ra dec flux\n\nA 1 2\n", 3, "3 values for 4 columns: 'A 1 2'", "name ra dec flux"),
        ("name ra dec flux\nA x 2 3\n", 2, "ra: 'x' is no angle", ""),
        ("name ra dec flux\nA 1 95 3\n", 2, "dec: '95' lies beyond the pole", ""),
        ("name ra dec flux\nA 1 2 lots\n", 2, "flux: no number: 'lots'", ""),
        ("name ra dec flux\nA 1 2 -1\n", 2, "flux: '-1' is not above zero", ""),
        ("name ra dec flux\nA 1 2 nan\n", 2, "flux: 'nan' is not finite", ""),
        ("name ra dec flux\nA' 1 2 1\n", 2, 'name: "A\'" has other characters', ""),
        ("name ra dec flux\nA 1 2 1\nA 1 2 1\n", 3, "a second source 'A'; the first is on line 2", ""),
        ("name ra dec flux q u\nA 1 2 1 0.8 0.8\n", 2, "'A' is polarised by 1.13137 Jy", ""),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(GenericPipeError) as caught:
        read_sky(path)
    assert str(caught.value.location) == f"{path}:{line}"
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize("text", ["", "# nothing\n", "name ra dec flux\n"])
def test_a_sky_without_sources(tmp_path: Path, text: str) -> None:
    with pytest.raises(GenericPipeError, match="lists no source"):
        read_sky(write(tmp_path, text))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError, match=r"none\.txt cannot be read: No such file"):
        read_sky(tmp_path / "none.txt")
    (tmp_path / "sky.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(GenericPipeError, match="no UTF-8"):
        read_sky(tmp_path / "sky.txt")


def test_the_test_field_goes_beyond_half_power() -> None:
    sources = test_field(150.0, 60.0)
    assert len({source.name for source in sources}) == len(sources) == 10
    distances = [separation(150.0, 60.0, source.ra, source.dec) for source in sources]
    assert distances == sorted(distances)
    assert distances[0] < 0.2
    assert sum(distance > 2.25 for distance in distances) == 2
    apart = [
        separation(one.ra, one.dec, other.ra, other.dec)
        for one in sources
        for other in sources
        if one is not other
    ]
    assert min(apart) > 0.4


def test_the_model_holds_every_digit_that_matters() -> None:
    header, line = sky_model(
        [Source("A", 212.835495123, -0.5, 3.25, -0.7, 0.1, 0.2, 0.3, 150e6)]
    ).splitlines()
    assert header.startswith("FORMAT = Name, Type, Ra, Dec, I, Q, U, V, ")
    assert (
        line
        == "A, POINT, 212.8354951230deg, -0.5000000000deg, 3.25, 0.1, 0.2, 0.3, 150000000.0, [-0.7], true"
    )
