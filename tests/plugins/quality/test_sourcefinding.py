"""Source lists with PyBDSF, where it is installed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from genericpipe_plugins.quality import FinderSettings, find_sources, make_source_list, read_catalogue
from genericpipe_plugins.quality.keywords import QualityError

Maker = Callable[..., Path]

SKY = (
    (212.835495, 52.20277, 1.0),
    (213.2011, 52.4111, 0.5),
    (212.5017, 52.0713, 2.0),
    (212.61, 52.5503, 0.8),
)
# The programs that others have written warn of what they do with numpy and fork.
needs_bdsf = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def bdsf() -> Iterator[None]:
    pytest.importorskip("bdsf")
    yield
    gc.collect()  # it leaves files to the garbage collector, which warns of them


@needs_bdsf
def test_the_sources_of_an_image(bdsf: None, sky_image: Maker, tmp_path: Path) -> None:
    image = sky_image(sources=SKY)
    settings = FinderSettings(box=(60, 20), cores=1)
    found = find_sources(image, settings, catalogue=tmp_path / "out" / "list", form="fits")
    assert sorted(round(one.flux, 1) for one in found) == [0.5, 0.8, 1.0, 2.0]
    brightest = max(found, key=lambda one: one.flux)
    assert (brightest.ra, brightest.dec) == pytest.approx((212.5017, 52.0713), abs=1e-4)
    assert brightest.frequency == 140e6
    assert sorted(path.name for path in tmp_path.iterdir()) == [image.name, "out"]  # nothing beside the image
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["list"]
    assert len(read_catalogue(tmp_path / "out" / "list")) == 4


@needs_bdsf
def test_as_pipelines_call_it(
    bdsf: None, sky_image: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = sky_image(sources=SKY)
    table = tmp_path / "known.csv"
    table.write_text("name,ra,dec,flux\n" + "".join(f"K{one[2]},{one[0]},{one[1]},{one[2]}\n" for one in SKY))
    inspection = tmp_path / "results" / "inspection"
    result = make_source_list.main(
        str(image),
        str(tmp_path / "fullband.csv"),
        threshisl="4.0",
        threshpix="5.0",
        atrous_do="False",
        rmsbox="(60,20)",
        adaptive_rmsbox="True",
        compare_dir=str(inspection),
        compare_with=str(table),
        ncores="1",
    )
    assert result["sources"] == "4"
    assert float(result["flux_ratio"]) == pytest.approx(1.0, abs=0.01)
    stem = "fullband-MFS-I-image-pb.comparison"
    assert sorted(path.name for path in inspection.iterdir()) == [f"{stem}.csv", f"{stem}.png"]
    assert len(read_catalogue(result["catalogue"])) == 4
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("make_source_list: 4 sources in ")
    assert said[1].startswith("make_source_list: 4 of 4 sources of the catalogue found, 0 others; flux")
    assert len(said) == 2


@needs_bdsf
def test_an_image_without_sources(bdsf: None, sky_image: Maker, tmp_path: Path) -> None:
    assert find_sources(sky_image(), FinderSettings(cores=1), catalogue=tmp_path / "list.fits") == []
    assert (tmp_path / "list.fits").exists()


def test_without_pybdsf_it_says_what_to_install(
    sky_image: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "bdsf", None)
    with pytest.raises(QualityError, match="finding sources needs PyBDSF, which is not installed") as raised:
        make_source_list.main(str(sky_image()), str(tmp_path / "list"))
    assert "pip install 'genericpipe[bdsf]'" in raised.value.hint


def test_an_image_without_a_beam(bdsf: None, sky_image: Maker) -> None:
    with pytest.raises(QualityError, match="has no beam"):
        find_sources(sky_image(BMAJ=None))


def test_faults_are_told_before_the_search(sky_image: Maker, tmp_path: Path) -> None:
    image, output = str(sky_image()), str(tmp_path / "list")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("name,ra,dec,flux\nA,1,2\n")
    for keywords, message in (
        ({"rmsbox": "60"}, r"make_source_list: rmsbox = '60' is no pair of whole numbers"),
        ({"threshpix": "-1"}, r"threshpix = '-1' is not above 0"),
        ({"threshisl": "x"}, r"threshisl = 'x' is no number"),
        ({"atrous_do": "maybe"}, r"atrous_do = 'maybe' is no truth value"),
        ({"catalog_format": "xml"}, r"catalog_format = 'xml' is unknown"),
        ({"ncores": "1.5"}, r"ncores = '1.5' is no whole number"),
        ({"compare_with": str(wrong)}, r"3 values for 4 columns: 'A,1,2'"),
    ):
        with pytest.raises(QualityError, match=message):
            make_source_list.main(image, output, **keywords)
    assert not Path(output).exists()
