"""What is found against what is known: numbers, table, picture."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from genericpipe_plugins.quality import CatalogueSource, compare
from genericpipe_plugins.quality.comparison import COLUMNS, write_comparison
from genericpipe_plugins.quality.comparisonplot import plot_comparison
from genericpipe_plugins.quality.keywords import QualityError

FOUND = [
    CatalogueSource("0", 212.0, 52.0 + 1 / 3600, 0.99),
    CatalogueSource("1", 213.0, 52.0, 2.04),
    CatalogueSource("2", 212.5, 51.0, 1.5),
    CatalogueSource("3", 211.5, 52.5, 0.1),
]
KNOWN = [
    CatalogueSource("A", 212.0, 52.0, 2.0, 75e6, (-1.0,)),
    CatalogueSource("B", 213.0, 52.0, 2.0),
    CatalogueSource("C", 212.5, 51.0, 1.5),
    CatalogueSource("D", 212.5, 52.8, 0.3, 300e6, (-1.0,)),
]


def test_the_numbers() -> None:
    made = compare(FOUND, KNOWN, centre=(212.0, 52.0), radius=0.005, frequency=150e6)
    assert [(pair.found.name, pair.known.name) for pair in made.pairs] == [("0", "A"), ("1", "B"), ("2", "C")]
    assert [pair.ratio for pair in made.pairs] == pytest.approx([0.99, 1.02, 1.0])
    assert [pair.offset for pair in made.pairs] == pytest.approx([1.0, 0.0, 0.0])
    assert made.pairs[0].east_north == pytest.approx((0.0, 1.0))
    assert made.pairs[1].distance == pytest.approx(0.61565, abs=1e-4)  # one degree times cos(52 deg)
    assert [source.name for source in made.missing] == ["D"]
    assert [source.name for source in made.extra] == ["3"]
    assert made.ratio == pytest.approx(1.0)
    assert made.scatter == pytest.approx(0.01 / 0.6745)
    assert made.summary == (
        "3 of 4 sources of the catalogue found, 1 others; flux / catalogue 1.000 +- 0.015 (median, scatter); "
        "positions 0.00 arcsec off (median)"
    )


def test_the_table(tmp_path: Path) -> None:
    made = compare(FOUND, KNOWN, centre=(212.0, 52.0), radius=0.005, frequency=150e6)
    path = write_comparison(made, tmp_path / "new" / "comparison.csv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["name"], row["catalogue_name"]) for row in rows] == [
        ("0", "A"),
        ("1", "B"),
        ("2", "C"),
        ("", "D"),
        ("3", ""),
    ]
    assert [row["ratio"] for row in rows] == ["0.9900", "1.0200", "1.0000", "", ""]
    assert rows[0]["offset_arcsec"] == "1.000"
    assert rows[3]["catalogue_flux_jy"] == "0.6"  # at the frequency of the image
    assert [file.name for file in path.parent.iterdir()] == ["comparison.csv"]


@pytest.mark.parametrize(("found", "known"), [(FOUND, KNOWN), ([], KNOWN), (FOUND, []), ([], [])])
def test_the_picture(tmp_path: Path, found: list[CatalogueSource], known: list[CatalogueSource]) -> None:
    made = compare(found, known, centre=(212.0, 52.0), radius=0.005)
    path = plot_comparison(made, tmp_path / "comparison", title="image.fits")
    assert path.name == "comparison.png"
    pixels = pytest.importorskip("matplotlib.image").imread(path)
    assert pixels.shape[:2] == (648, 1800)
    assert pixels[..., :3].std() > 0.01


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = compare(FOUND, KNOWN, centre=(212.0, 52.0), radius=0.005)
    with pytest.raises(
        QualityError, match=r"table .*comparison.csv cannot be written: (Not a dir|File exists)"
    ):
        write_comparison(made, tmp_path / "file" / "comparison.csv")
    with pytest.raises(QualityError, match=r"picture .*a.png cannot be written: (Not a dir|File exists)"):
        plot_comparison(made, tmp_path / "file" / "a.png")
