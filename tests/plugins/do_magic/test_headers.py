"""What is read of sets: image contract 3.1, and elevations of public sets."""

from __future__ import annotations

import math
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.do_magic import read_header
from genericpipe_plugins.do_magic.grouping import grouped

from genericpipe import GenericPipeError

Make = Callable[..., Path]


@pytest.fixture
def real_set(reference: Path, tmp_path: Path) -> Callable[[str], str]:
    """Return an unpacker of the real measurement sets of the reference data."""
    pytest.importorskip("casacore.tables")

    def unpack(name: str) -> str:
        with tarfile.open(reference / "data" / f"{name}.MS.tgz") as archive:
            # Pythons before 3.11.4, as Debian 12 has, know no filters.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(tmp_path)
        return str(tmp_path / f"{name}.MS")

    return unpack


@pytest.mark.parametrize(
    ("name", "elevation", "interval"),
    [("tNDPPP-generic", 1.1529779067, 10.0139008), ("tAWImager2", 0.7669791205, 2.00278016)],
)
def test_public_sets(real_set: Callable[[str], str], name: str, elevation: float, interval: float) -> None:
    header = read_header(real_set(name))
    assert header.elevations == pytest.approx([elevation], abs=1e-9)
    assert header.interval == pytest.approx(interval, abs=1e-7)
    assert header.diameter == pytest.approx(31.26253314, abs=1e-8)


def test_plain_numbers(lofar_set: Make) -> None:
    header = read_header(str(lofar_set(frequency=134375000.0)))
    assert (header.frequency, header.channels, header.channel_width) == (134375000.0, 4, 48828.125)
    assert (header.rows, header.has_one_slot) == (24, False)
    assert {type(value) for value in (header.frequency, header.interval, header.diameter)} == {float}
    assert type(header.elevations[0]) is float


def test_rows_or_times(lofar_set: Make) -> None:
    """The mean over rows and over all slots of image contract 3.5 b."""
    path = str(lofar_set(slots=7200))
    rows, times = (grouped([read_header(path, sampling)])[0] for sampling in ("rows", "times"))
    degrees = [math.degrees(one) for one in rows.first.elevations]
    assert degrees == pytest.approx([66.0625, 51.2562, 34.4676, 18.7673, 5.9831], abs=1e-4)
    assert math.degrees(rows.elevation) == pytest.approx(35.30733109, abs=1e-7)
    assert len(times.first.elevations) == 7200
    assert math.degrees(times.elevation) == pytest.approx(32.83, abs=0.005)


def test_one_slot_has_the_interval_of_the_column(lofar_set: Make) -> None:
    header = read_header(str(lofar_set(slots=1)))
    assert header.has_one_slot
    assert header.interval == pytest.approx(4.00556032)


def test_without_an_interval_times_count(lofar_set: Make) -> None:
    import numpy as np

    path = lofar_set(changes={"": {"INTERVAL": np.zeros(24)}})
    assert read_header(str(path)).interval == pytest.approx(4.00556032, abs=1e-6)


def test_what_is_no_measurement_set(lofar_set: Make, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path, why in ((tmp_path / "none.MS", "no such measurement set"), (folder, "no measurement set")):
        with pytest.raises(GenericPipeError, match=why):
            read_header(str(path))
    broken = lofar_set()
    (broken / "table.dat").write_bytes(b"x")
    with pytest.raises(GenericPipeError, match="the main table cannot be read"):
        read_header(str(broken))


def test_no_rows_no_channels_no_stations(lofar_set: Make) -> None:
    with pytest.raises(GenericPipeError, match="it has no rows"):
        read_header(str(lofar_set("rows.MS", slots=0)))
    with pytest.raises(GenericPipeError, match="it has no channels"):
        read_header(str(lofar_set("channels.MS", changes={"SPECTRAL_WINDOW": {"NUM_CHAN": 0}})))


def test_groups_are_sorted_and_keep_their_order(lofar_set: Make) -> None:
    """No tolerance: 1 Hz apart are two groups; fractions of a Hz are cut off (image contract 3.3)."""
    given = {"c.MS": 150e6 + 1, "b.MS": 150e6 + 0.9, "a.MS": 150e6, "d.MS": 120e6}
    paths = [str(lofar_set(name, frequency)) for name, frequency in given.items()]
    groups = grouped(read_header(path) for path in paths)
    assert [group.frequency for group in groups] == [120_000_000, 150_000_000, 150_000_001]
    assert [[Path(file).name for file in group.files] for group in groups] == [
        ["d.MS"],
        ["b.MS", "a.MS"],
        ["c.MS"],
    ]
