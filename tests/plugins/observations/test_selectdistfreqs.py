from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from genericpipe_plugins.observations import selectDistFreqs
from genericpipe_plugins.observations.selectDistFreqs import evenly_spaced
from hypothesis import given
from hypothesis import strategies as st

from genericpipe import DataMap, GenericPipeError

Make = Callable[..., Any]


@pytest.fixture
def select(tmp_path: Path) -> Callable[..., list[tuple[str, str, bool]]]:
    """Return the plugin, writing to ``out.mapfile``: keywords -> the entries it wrote."""

    def call(**keywords: str) -> list[tuple[str, str, bool]]:
        result = selectDistFreqs.plugin_main(
            [], mapfile_dir=str(tmp_path), filename="out.mapfile", **keywords
        )
        assert result == {"mapfile": str(tmp_path / "out.mapfile")}
        return [(entry.host, entry.file, entry.skip) for entry in DataMap.load(result["mapfile"])]

    return call


@pytest.mark.parametrize(
    ("total", "number", "indices"),
    [
        # round(i * (n - 1) / (num - 1)), image contract 4.2, by hand.
        (10, 6, [0, 2, 4, 5, 7, 9]),
        (10, 2, [0, 9]),
        (10, 1, [0, 9]),
        (10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (3, 6, [0, 1, 2]),
        (4, 3, [0, 2, 3]),
        (6, 3, [0, 2, 5]),
        (2, 6, [0, 1]),
        (1, 6, [0]),
        (1, 1, [0]),
    ],
)
def test_indices(total: int, number: int, indices: list[int]) -> None:
    assert evenly_spaced(total, number) == indices


@given(st.integers(1, 300), st.integers(1, 300))
def test_indices_are_spread_from_end_to_end(total: int, number: int) -> None:
    indices = evenly_spaced(total, number)
    assert len(indices) == min(max(number, 2), total)
    assert indices == sorted(set(indices))
    assert (indices[0], indices[-1]) == (0, total - 1)
    steps = [later - earlier for earlier, later in pairwise(indices)]
    assert not steps or max(steps) - min(steps) <= 2


def test_entries_of_the_chosen_frequencies_with_hosts_in_turn(
    select: Make, measurement_set: Make, mapfile: Make
) -> None:
    """Two entries of the lowest frequency, fractions of a Hz cut off; skipped ones are out."""
    high, low, low_too, middle, gone = (
        measurement_set(f"{name}.MS", frequency=frequency)
        for name, frequency in [("h", 170e6), ("l", 120e6), ("l2", 120e6 + 0.9), ("m", 150e6), ("s", 110e6)]
    )
    given = mapfile(("n1", high), ("n1", low), ("n2", middle), ("n3", gone, True), ("n2", low_too))
    entries = [("n1", str(low), False), ("n2", str(low_too), False), ("n1", str(high), False)]
    assert select(mapfile_in=given, num="2") == entries
    assert select(mapfile_in=given, num="2") == entries
    assert select(mapfile_in=given) == [*entries[:2], ("n1", str(middle), False), ("n2", str(high), False)]


def test_a_list_counts_by_its_first_set_and_keeps_its_text(
    select: Make, measurement_set: Make, mapfile: Make
) -> None:
    a, b = measurement_set("a.MS", frequency=170e6), measurement_set("b.MS", frequency=120e6)
    given = mapfile(("h", [str(a), "/none/x.MS"]), ("h", f"[{b},/none/y.MS]"))
    assert select(mapfile_in=given, num="2") == [
        ("h", f"[{b},/none/y.MS]", False),
        ("h", f"['{a}', '/none/x.MS']", False),
    ]


def test_one_frequency_only(select: Make, measurement_set: Make, mapfile: Make) -> None:
    """LOFAR's users met a division by zero."""
    a, b = measurement_set("a.MS"), measurement_set("b.MS")
    entries = [("h", str(a), False), ("h", str(b), False)]
    assert select(mapfile_in=mapfile(("h", a), ("h", b)), num="6") == entries


def test_the_earlier_selection_stays_when_its_data_are_gone(
    select: Make, measurement_set: Make, mapfile: Make, caplog: pytest.LogCaptureFixture
) -> None:
    a, b = measurement_set("a.MS", frequency=120e6), measurement_set("b.MS", frequency=170e6)
    given = mapfile(("h", a), ("h", b))
    entries = select(mapfile_in=given)
    shutil.rmtree(a)
    assert select(mapfile_in=given) == entries
    assert f"selectDistFreqs: {a} is gone" in caplog.text


@pytest.mark.parametrize(
    ("number", "message"),
    [("x", "num = 'x' is no whole number from 1 on"), ("0", "num = '0' is no whole number from 1 on")],
)
def test_a_number_that_is_none(select: Make, mapfile: Make, number: str, message: str) -> None:
    with pytest.raises(GenericPipeError, match=message):
        select(mapfile_in=mapfile(("h", "/x")), num=number)


def test_data_that_are_not_there(select: Make, measurement_set: Make, mapfile: Make, tmp_path: Path) -> None:
    a = measurement_set("a.MS")
    with pytest.raises(GenericPipeError) as caught:
        select(mapfile_in=mapfile(("h", a), ("h", "/none/b.MS")))
    assert str(caught.value) == "selectDistFreqs: mapfile_in: /none/b.MS: there is no such measurement set"
    assert not (tmp_path / "out.mapfile").exists()


def test_keys_are_needed(mapfile: Make) -> None:
    with pytest.raises(GenericPipeError, match="selectDistFreqs: the key 'mapfile_dir' is missing"):
        selectDistFreqs.plugin_main([], mapfile_in=mapfile(("h", "/x")), filename="x")
    with pytest.raises(GenericPipeError, match="selectDistFreqs: the key 'mapfile_in' is missing"):
        selectDistFreqs.plugin_main([], mapfile_dir="/x", filename="x")
