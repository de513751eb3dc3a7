"""Catalogues in all formats, and how faults in them are told."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from genericpipe_plugins.quality import CatalogueSource, read_catalogue
from genericpipe_plugins.quality.keywords import QualityError
from genericpipe_plugins.simulate.sky import sky_model
from genericpipe_plugins.simulate.sky import test_field as field_of_tests

MAKESOURCEDB = """\
# (Name, Type, Patch, Ra, Dec, I, Q, U, V, MajorAxis, MinorAxis, Orientation, ReferenceFrequency='60e6', \
SpectralIndex='[0.0]', LogarithmicSI) = format

, , 3C295, 14:11:20.5, +52.12.10.0
3C295a, POINT, 3C295, 14:11:20.5, +52.12.10.5, 97.76, 0, 0, 0, , , , 150e6, [-0.582, -0.298, 0.583]
3C295b, GAUSSIAN, 3C295, 14:11:20.9, -52.12.08.5, 10, 0, 0, 0, 5, 3, 10
straight, POINT, , 14h11m20.5s, 52d12m10s, 2, 0, 0, 0, , , , 100e6, [-1.0, 0.5], false
"""


def test_a_sky_model_of_makesourcedb(tmp_path: Path) -> None:
    path = tmp_path / "sky.skymodel"
    path.write_text(MAKESOURCEDB)
    first, second, straight = read_catalogue(path)
    assert (first.name, first.flux, first.frequency) == ("3C295a", 97.76, 150e6)
    assert (first.ra, first.dec) == pytest.approx((212.8354167, 52.2029167), abs=1e-7)
    assert first.index == (-0.582, -0.298, 0.583)
    assert first.logarithmic
    # Scaife and Heald 2012, table 2: 97.76 Jy at 150 MHz; by hand at ten times the frequency.
    assert first.flux_at(1.5e9) == pytest.approx(97.76 * 10 ** (-0.582 - 0.298 + 0.583))
    assert (second.dec, second.frequency, second.index) == (pytest.approx(-52.2023611), 60e6, (0.0,))
    assert not straight.logarithmic
    assert straight.flux_at(200e6) == pytest.approx(2 - 1.0 + 0.5)


def test_the_sky_model_and_the_truth_of_simulate_say_the_same(tmp_path: Path) -> None:
    sky = field_of_tests(212.835495, 52.20277)
    model, truth = tmp_path / "sky.txt", tmp_path / "truth.json"
    model.write_text(sky_model(sky))
    truth.write_text(json.dumps({"sources": [asdict(source) for source in sky]}))
    for one, other, source in zip(read_catalogue(model), read_catalogue(truth), sky, strict=True):
        assert one.name == other.name == source.name
        for found in (one, other):
            assert (found.ra, found.dec) == pytest.approx((source.ra, source.dec))
            assert found.flux_at(141e6) == pytest.approx(source.flux_at(141e6))


@pytest.mark.parametrize(
    "text",
    [
        "name,ra,dec,flux,frequency,index\nA,212.8,+52.2,1.5,140e6,-0.7\n'B b',14:11:12,52:12:00,2,140e6,0\n",
        "# made by hand\nname ra dec flux index frequency\nA 212.8 +52.2 1.5 -0.7 140e6 # bright\n\n"
        "'B 14:11:12 52:12:00 2 -0.7 140e6\n",
        "# Source list for PyBDSF\n#\n# Source_id, Isl_id, RA, E_RA, DEC, Total_flux, Frequency, alpha\n"
        "A, 0, 212.8, 0.1, 52.2, 1.5, 140e6, -0.7\n'B, 1, 212.8, 0, 52.2, 2.0, 140e6, -0.7\n",
    ],
    ids=["commas", "blanks", "pybdsf"],
)
def test_tables_of_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    first, second = read_catalogue(path)
    assert first == CatalogueSource("A", 212.8, 52.2, 1.5, 140e6, (-0.7,))
    assert (second.ra, second.dec, second.flux) == pytest.approx((212.8, 52.2, 2.0))


def test_a_fits_table_in_millijansky(tmp_path: Path) -> None:
    table = pytest.importorskip("astropy.table").Table(
        {
            "Source_name": ["A", "B", "C"],
            "RA": [212.8, 212.9, float("nan")],
            "DEC": [52.2, 52.3, 52.4],
            "Total_flux": [1500.0, 20.0, 1.0],
        },
        units={"RA": "deg", "DEC": "deg", "Total_flux": "mJy"},
    )
    path = tmp_path / "tgss.fits"
    table.write(path)
    first, second = read_catalogue(path)  # the row without a position is none
    assert (first.name, first.flux, first.frequency, first.index) == ("A", 1.5, None, ())
    assert second.flux == pytest.approx(0.02)
    assert second.flux_at(150e6) == second.flux  # of a catalogue without frequency nothing is computed


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("name,ra,dec\nA,1,2\n", 1, "has no column 'flux'", "total_flux"),
        ("name,ra,dec,flx\nA,1,2,3\n", 1, "has no column 'flux'", "did you mean 'flx'"),
        ("name,ra,dec,flux\nA,1,2,3\nB,1,2\n", 3, "3 values for 4 columns: 'B,1,2'", "name ra dec flux"),
        ("name,ra,dec,flux\nA,1,2,much\n", 2, "flux: no number: 'much'", ""),
        ("name,ra,dec,flux\nA,1,2,nan\n", 2, "flux: 'nan' is not finite", ""),
        ("name,ra,dec,flux\nA,1,95,3\n", 2, "dec: '95' lies beyond the pole", ""),
        ("name,ra,dec,flux\nA,25:00:00,5,3\n", 2, "ra: '25:00:00' is no right ascension", ""),
        ("FORMAT = Name, Type, Ra, Dec\n", 1, "has no column 'i'", ""),
        ("FORMAT = Name, Type, Ra, Dec, I\n\nA, POINT, x, 2, 3\n", 3, "ra of 'A': 'x' is no angle", ""),
        ("FORMAT = Name, Type, Ra, Dec, I\nA, POINT, 1, 2, 3, 4\n", 2, "6 values for 5 columns", "FORMAT"),
        (
            "FORMAT = Name, Type, Ra, Dec, I, SpectralIndex\nA, POINT, 1, 2, 3, [a]\n",
            2,
            "spectralindex of 'A': no number: 'a'",
            "",
        ),
        ("A, POINT, 1, 2, 3\nFORMAT = Name, Type, Ra, Dec, I\n", 1, "a source before the FORMAT line", ""),
        ('{"sources": [\n{"name": }]}', 2, "no JSON", ""),
    ],
)
def test_faults_have_file_and_line(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(text)
    with pytest.raises(QualityError) as raised:
        read_catalogue(path)
    assert str(raised.value.location) == f"{path}:{line}"
    assert message in raised.value.message
    assert hint in raised.value.hint


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"", "lists no source"),
        (b"name ra dec flux\n", "lists no source"),
        (b"\xff\xfe\x00", "no UTF-8 text and no FITS file"),
        (b"{}", "no list 'sources'"),
        (b'{"sources": [{"ra": 1, "dec": 2, "flux": "x"}]}', "'flux' of source 0 is 'x', no number"),
        (b'{"sources": [3]}', "source 0 is 3"),
        (b"SIMPLE  =                    T", "cannot be read as FITS"),
    ],
)
def test_what_is_no_catalogue(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "catalogue"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(QualityError, match=message) as raised:
        read_catalogue(path)
    assert str(path) in str(raised.value)


def test_an_image_is_no_catalogue(sky_image: object) -> None:
    with pytest.raises(QualityError, match="holds no table"):
        read_catalogue(sky_image())  # type: ignore[operator]
