"""Stations: names as people give them; positions and tiles as a real set has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from genericpipe_plugins.simulate.stations import AntennaField, antenna_fields, choose, dutch_fields

from genericpipe import UsageError


def fields(database: Any, names: list[str], broken: float = 0.0, seed: int = 1) -> list[AntennaField]:
    return antenna_fields(names, database, broken, np.random.default_rng(seed))


def test_all_stations_of_a_real_observation_are_known(database: Any, real_set: Path, column: Any) -> None:
    names = {str(name) for name in column(real_set, "NAME", "ANTENNA")}
    assert len(names) == 61
    # RS210 was built later.
    assert set(dutch_fields(database)) - names == {"RS210HBA"}
    assert names <= set(dutch_fields(database))


def test_tables_are_those_of_a_real_observation(database: Any, real_set: Path, column: Any) -> None:
    from casacore.tables import table

    names = [str(name) for name in column(real_set, "NAME", "ANTENNA")]
    positions = column(real_set, "POSITION", "ANTENNA")
    diameters = column(real_set, "DISH_DIAMETER", "ANTENNA")
    shifts = []
    with table(f"{real_set}/LOFAR_ANTENNA_FIELD", ack=False) as real:
        for row, field in enumerate(fields(database, names)):
            assert real.getcell("NAME", row) == field.kind
            assert np.abs(real.getcell("COORDINATE_AXES", row) - field.axes).max() < 6e-7
            assert np.abs(real.getcell("ELEMENT_OFFSET", row) - field.tiles).max() < 1e-4
            assert np.abs(real.getcell("TILE_ELEMENT_OFFSET", row) - field.elements).max() < 6e-4
            assert diameters[row] == pytest.approx(field.diameter, abs=2e-5)
            used = real.getcell("ELEMENT_RCU", row)[:, 0] >= 0
            assert (used == field.used).all()
            # Real fields have broken tiles; what works in them is ours too.
            assert field.used[~real.getcell("ELEMENT_FLAG", row)[:, 0]].all()
            shifts.append(positions[row] - field.position)
    # ETRS89 and ITRF: one shift for all, which moves neither beam nor baseline.
    assert np.linalg.norm(shifts, axis=1).max() < 0.6
    assert np.ptp(shifts, axis=0).max() < 0.06


@pytest.mark.parametrize(
    ("wanted", "number", "first"),
    [("core", 48, "CS001HBA0"), ("dutch", 62, "CS001HBA0"), ("CS002,RS106", 3, "CS002HBA0")],
)
def test_stations_by_name(database: Any, wanted: str, number: int, first: str) -> None:
    names = choose(wanted, database)
    assert len(names) == number
    assert names[0] == first
    assert names == sorted(set(names))


def test_stations_in_a_list_and_in_any_case(database: Any) -> None:
    assert choose(["rs305hba", "CS001HBA1", "RS305"], database) == ["CS001HBA1", "RS305HBA"]


@pytest.mark.parametrize("number", [2, 3, 16, 24, 33, 40, 62])
def test_so_many_stations(database: Any, number: int) -> None:
    names = choose(str(number), database)
    assert names == choose(number, database)
    assert len(set(names)) == number
    assert any(name.startswith("RS") for name in names)
    if number <= 33:
        assert not any(name.endswith("HBA1") for name in names)


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ("CS001,CS00", "no station 'CS00'", "did you mean 'CS"),
        ("RS106HBB,CS001", "no station 'RS106HBB'", "'RS106HBA'"),
        ("DE601,CS001", "'DE601' is no Dutch station", ""),
        ("RS106", "needs two", "core"),
        ("", "needs two", "core"),
        ("1", "2 to 62", ""),
        ("63", "2 to 62", ""),
        ("core,dutch", "no station 'CORE'", ""),
    ],
)
def test_no_such_stations(database: Any, wanted: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(wanted, database)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_tiles_break_at_random(database: Any) -> None:
    names = dutch_fields(database)
    made = fields(database, names, 0.25)
    assert all(not (field.broken & ~field.used).any() for field in made)
    assert all(field.working + field.broken.sum() == 24 for field in made)
    broken = sum(int(field.broken.sum()) for field in made)
    assert broken / (24 * len(names)) == pytest.approx(0.25, abs=0.05)
    again, other = fields(database, names, 0.25), fields(database, names, 0.25, seed=2)
    assert all((one.broken == two.broken).all() for one, two in zip(made, again, strict=True))
    assert any((one.broken != two.broken).any() for one, two in zip(made, other, strict=True))


def test_one_tile_of_a_field_always_works(database: Any) -> None:
    assert all(field.working >= 1 for field in fields(database, dutch_fields(database), 0.999))
    assert all(field.working == 24 for field in fields(database, ["CS001HBA1", "RS106HBA"]))
