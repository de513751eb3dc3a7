"""findRefAnt and identifyBadAntennas: which stations are best, and which worst."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from genericpipe_plugins.observations import findRefAnt, identifyBadAntennas

from genericpipe import GenericPipeError

Make = Callable[..., Any]


def reference_of(mapfile_in: str, **keywords: str) -> str:
    result = findRefAnt.plugin_main([], mapfile_in=mapfile_in, **keywords)
    assert result == findRefAnt.plugin_main([], mapfile_in=mapfile_in, **keywords)
    assert list(result) == ["refant"]
    return result["refant"]


def filter_of(mapfile_in: str, chosen: str = "[CR]S*&") -> str:
    result = identifyBadAntennas.plugin_main([], mapfile_in=mapfile_in, filter=chosen)
    assert result == identifyBadAntennas.plugin_main([], mapfile_in=mapfile_in, filter=chosen)
    assert list(result) == ["filter"]
    return result["filter"]


def test_the_least_flagged_of_those_that_match(measurement_set: Make, mapfile: Make) -> None:
    """The mean over all sets counts; the expression has to match where the name begins."""
    one = measurement_set("1.MS", flagged={"CS001HBA0": 3, "RS106HBA": 1})
    two = measurement_set("2.MS", flagged={"CS002HBA0": 2, "RS106HBA": 1})
    both = mapfile(("h", one), ("h", two), ("h", "/skipped.MS", True))
    # Of 12 channels of its 3 baselines: CS001 9 and 3, CS002 4 and 6, RS106 5 and 4, RS305 4 and 3.
    assert reference_of(both, station_filter="CS00.*") == "CS002HBA0"
    assert reference_of(both, station_filter="RS1") == "RS106HBA"
    assert reference_of(both, station_filter="HBA") == "RS305HBA"  # none begins so: any may be taken
    assert reference_of(both, station_filter="") == "RS305HBA"
    assert reference_of(both) == "RS305HBA"


def test_of_equal_ones_the_first_by_name(measurement_set: Make, mapfile: Make) -> None:
    path = measurement_set("1.MS", ("RS2", "CS3", "CS2", "CS1"), flagged={"CS1": 1})
    assert reference_of(mapfile(("h", path)), station_filter="[CR]S") == "CS2"


def test_a_set_without_a_match_drops_the_filter_for_all(
    measurement_set: Make, mapfile: Make, caplog: pytest.LogCaptureFixture
) -> None:
    one = measurement_set("1.MS", flagged={"CS001HBA0": 1})
    two = measurement_set("2.MS", ("RS106HBA", "RS305HBA"))
    assert reference_of(mapfile(("h", one), ("h", two)), station_filter="CS") == "RS106HBA"
    assert f"findRefAnt: {two} has no station that matches CS: any may be taken" in caplog.text


def test_a_station_that_a_set_lacks_is_no_reference(measurement_set: Make, mapfile: Make) -> None:
    one = measurement_set("1.MS", ("A", "B", "C"), flagged={"B": 1})
    two = measurement_set("2.MS", ("B", "C", "D"), flagged={"B": 1})
    assert reference_of(mapfile(("h", one), ("h", two))) == "C"
    listed = measurement_set("3.MS", ("A", "B", "C"), rows=[(1, 2)], flagged={"B": 1})
    assert reference_of(mapfile(("h", listed))) == "B"


def test_lists_of_sets(measurement_set: Make, mapfile: Make) -> None:
    one = measurement_set("1.MS", flagged={"RS106HBA": 4, "RS305HBA": 4})
    two = measurement_set("2.MS", flagged={"RS106HBA": 4})
    assert filter_of(mapfile(("h", [str(one), str(two)]))) == "[CR]S*&;!RS106HBA*&&*"
    assert filter_of(mapfile(("h", f"[{one},{two}]"))) == "[CR]S*&;!RS106HBA*&&*"


@pytest.mark.parametrize("text", ["CS00(", "*CS"])
def test_no_regular_expression(mapfile: Make, text: str) -> None:
    with pytest.raises(GenericPipeError) as caught:
        findRefAnt.plugin_main([], mapfile_in=mapfile(("h", "/x")), station_filter=text)
    message = f"findRefAnt: station_filter = {text!r} is no regular expression: "
    assert caught.value.message.startswith(message)


def test_stations_that_are_flagged_throughout_in_all(measurement_set: Make, mapfile: Make) -> None:
    """In the order of the first set; three of four channels are not all."""
    one = measurement_set("1.MS", ("D", "B", "C", "A"), flagged={"A": 4, "B": 3, "D": 4, "C": 4})
    two = measurement_set("2.MS", ("A", "B", "C", "D"), flagged={"A": 4, "D": 4})
    three = measurement_set("3.MS", ("A", "B", "C"), flagged={"A": 4})
    assert filter_of(mapfile(("h", one), ("h", two))) == "[CR]S*&;!D*&&*;!A*&&*"
    assert filter_of(mapfile(("h", one), ("h", two), ("h", three))) == "[CR]S*&;!A*&&*"
    assert filter_of(mapfile(("h", two)), "") == ";!A*&&*;!D*&&*"


def test_none_is_bad(measurement_set: Make, mapfile: Make) -> None:
    one = measurement_set("1.MS", ("A", "B", "C"), flagged={"A": 4})
    two = measurement_set("2.MS", ("A", "B", "C"), flagged={"B": 4})
    assert filter_of(mapfile(("h", one), ("h", two))) == "[CR]S*&"


@pytest.mark.parametrize("plugin", [findRefAnt, identifyBadAntennas])
def test_every_set_is_looked_for_first(plugin: Any, measurement_set: Make, mapfile: Make) -> None:
    """The one that is missing is named, whatever the others hold."""
    given = mapfile(("h", measurement_set("1.MS", ("A", "B", "C"))), ("h", "/none.MS"))
    name = plugin.__name__.rpartition(".")[2]
    with pytest.raises(GenericPipeError) as caught:
        plugin.plugin_main([], mapfile_in=given, filter="")
    assert caught.value.message == f"{name}: mapfile_in: /none.MS: there is no such measurement set"


def test_a_filter_is_needed(mapfile: Make) -> None:
    with pytest.raises(GenericPipeError, match="identifyBadAntennas: the key 'filter' is missing"):
        identifyBadAntennas.plugin_main([], mapfile_in=mapfile(("h", "/x")))


def test_of_a_real_set(mapfile: Make, real_set: Make) -> None:
    """DP3's counter on it: 14, 19, 19, 19, 38, 19, 19 and 100 percent of the stations' data are flagged."""
    given = mapfile(("h", real_set("tNDPPP-generic")))
    assert filter_of(given) == "[CR]S*&;!RS307HBA*&&*"
    assert reference_of(given, station_filter="CS00.*") == "CS001HBA0"
    assert reference_of(given, station_filter="RS") == "RS208HBA"
