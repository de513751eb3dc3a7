"""uv coverage: what is read of measurement sets, and what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from genericpipe_plugins.quality.keywords import QualityError
from genericpipe_plugins.quality.uvcoverage import read_coverage
from genericpipe_plugins.quality.uvplot import draw_coverage, plot_coverage

Maker = Callable[..., Path]

# Three stations with themselves: rows 1, 2 and 4 of six at each of four times are baselines.
ROWS, CROSS = 24, np.tile([False, True, True, False, True, False], 4)
UVW = np.stack([np.arange(24.0), 100.0 * np.arange(24), np.zeros(24)], axis=1)


def flags(fraction_of_second: float = 0.0) -> np.ndarray:
    """Return flags of 4 channels and 4 correlations: of the autocorrelations all, of row 1 half."""
    made = np.zeros((ROWS, 4, 4), bool)
    made[~CROSS] = True
    made[1, :2] = True
    made[2] = fraction_of_second > 0
    return made


def test_what_is_read(lofar_set: Maker) -> None:
    path = lofar_set(changes={"": {"UVW": UVW, "FLAG": flags(1.0)}})
    found = read_coverage([str(path)])
    assert found.u.tolist() == UVW[CROSS, 0].tolist()
    assert found.v.tolist() == UVW[CROSS, 1].tolist()
    assert found.flagged[:3].tolist() == [0.5, 1.0, 0.0]
    assert (found.sets, found.rows) == (1, 12)
    assert found.fraction == pytest.approx((8 + 16) / (12 * 16))  # without the autocorrelations
    assert found.longest == pytest.approx(np.hypot(22, 2200))
    assert found.low[0] == 150e6
    assert found.high[0] == pytest.approx(150e6 + 3 * 195312.5 / 4)


def test_several_sets_count_together(lofar_set: Maker) -> None:
    one = lofar_set("a.MS", 120e6, changes={"": {"UVW": UVW}})
    other = lofar_set("b.MS", 160e6, slots=8)
    found = read_coverage([one, other])
    assert (found.sets, found.rows, len(found.u)) == (2, 12 + 24, 36)
    assert sorted(set(found.low.tolist())) == [120e6, 160e6]
    assert found.fraction == 0.0


def test_of_much_a_part_is_shown(lofar_set: Maker) -> None:
    path = lofar_set(slots=2000, channels=1)
    found = read_coverage([path], points=1500)
    assert found.rows == 6000
    # One of eight rows, of which half are baselines.
    assert 700 <= len(found.u) <= 800


def test_in_wavelengths_and_kilometres(lofar_set: Maker, tmp_path: Path) -> None:
    found = read_coverage([lofar_set(changes={"": {"UVW": UVW, "FLAG": flags(1.0)}})])
    figure = draw_coverage(found, title="L100000")
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("u [kλ]", "v [kλ]")
    good, bad = (part for part in axes.collections if len(part.get_offsets()))
    middle = (150e6 + 1.5 * 195312.5 / 4) / 299792458.0
    places = np.asarray(good.get_offsets())
    assert len(places) == 2 * 11  # each with its mirror image
    assert places[0] == pytest.approx(UVW[1, :2] * middle / 1e3)
    assert places[11] == pytest.approx(-UVW[1, :2] * middle / 1e3)
    assert np.asarray(bad.get_offsets())[0] == pytest.approx(UVW[2, :2] * middle / 1e3)
    left, right = axes.get_xlim()
    assert left > 0 > right  # east is left
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["data", "mostly flagged"]
    assert "12 samples of baselines, 12.5 % of the data flagged" in axes.get_title()
    assert figure.get_suptitle() == "L100000"
    kilometres = draw_coverage(found, units="km").axes[0]
    assert kilometres.get_xlabel() == "u [km]"
    assert kilometres.get_ylim()[1] == pytest.approx(1.05 * 2.2)
    path = plot_coverage(found, tmp_path / "new" / "uv_coverage.png")
    assert pytest.importorskip("matplotlib.image").imread(path)[..., :3].std() > 0.01


def test_what_cannot_be_read(lofar_set: Maker, tmp_path: Path) -> None:
    import casacore.tables as tables

    with pytest.raises(QualityError, match="there is no measurement set to be plotted"):
        read_coverage([])
    with pytest.raises(QualityError, match=r"there is no measurement set .*none\.MS"):
        read_coverage([tmp_path / "none.MS"])
    (tmp_path / "folder").mkdir()
    with pytest.raises(QualityError, match="folder cannot be read as measurement set"):
        read_coverage([tmp_path / "folder"])
    empty = tmp_path / "empty.MS"
    alone = tmp_path / "alone.MS"
    with tables.table(str(lofar_set()), ack=False) as opened:
        opened.query("ANTENNA1 < 0").copy(str(empty), deep=True).close()
        opened.query("ANTENNA1 == ANTENNA2").copy(str(alone), deep=True).close()
    with pytest.raises(QualityError, match=r"alone.MS has no cross-correlations"):
        read_coverage([alone])
    with pytest.raises(QualityError, match=r"empty.MS has no cross-correlations"):
        read_coverage([empty])
