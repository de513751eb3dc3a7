"""The whole of do_magic: the numeric examples of image contract 3.5, its sixteen maps, its errors."""

from __future__ import annotations

import ast
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from genericpipe_plugins.do_magic import Settings, measure
from genericpipe_plugins.do_magic.script import main

from genericpipe import GenericPipeError

Make = Callable[..., Path]
SUBBAND = 195312.5

# Image contract 3.4: key -> suffix.
SUFFIXES = {
    "groupmap": "",
    "single_mapfile": "_single",
    "high_size_mapfile": "_high_size",
    "low_size_mapfile": "_low_size",
    "high_padsize_mapfile": "_high_padded_size",
    "low_padsize_mapfile": "_low_padded_size",
    "deep_high_size_mapfile": "_deep_high_size",
    "deep_low_size_mapfile": "_deep_low_size",
    "deep_high_padsize_mapfile": "_deep_high_padded_size",
    "deep_low_padsize_mapfile": "_deep_low_padded_size",
    "nbands": "_nbands",
    "nchansout_clean1": "_nchansout_clean1",
    "freqstep": "_freqstep",
    "timestep": "_timestep",
    "nwavelengths_high_mapfile": "_nwavelengths_high",
    "nwavelengths_low_mapfile": "_nwavelengths_low",
}


def maps(given: list[str] | str, folder: Path, **keywords: object) -> dict[str, list[object]]:
    """Run do_magic and return what its maps hold: suffix -> files."""
    results = main(given, outmapname="do_magic.datamap", mapfile_dir=str(folder), **keywords)  # type: ignore[arg-type]
    assert results == {key: f"{folder}/do_magic.datamap{suffix}" for key, suffix in SUFFIXES.items()}
    found = {}
    for path in results.values():
        entries = ast.literal_eval(Path(path).read_text())
        assert all(list(entry) == ["host", "file", "skip"] for entry in entries)
        assert {(entry["host"], entry["skip"]) for entry in entries} == {("localhost", False)}
        found[path.partition("do_magic.datamap")[2]] = [entry["file"] for entry in entries]
    return found


def one(found: dict[str, list[object]], suffix: str) -> object:
    (value,) = found[suffix]
    return value


def test_the_real_set(reference: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """3.5 a."""
    pytest.importorskip("casacore.tables")
    with tarfile.open(reference / "data" / "tNDPPP-generic.MS.tgz") as archive:
        # Pythons before 3.11.4, as Debian 12 has, know no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(tmp_path)
    path = str(tmp_path / "tNDPPP-generic.MS")
    options = {"cellsize_highres_deg": "0.00208", "fieldsize_highres": "1.5", "image_padding": "1.4"}
    found = maps([path], tmp_path, y_axis_stretch="1.0", **options)
    assert found[""] == [[path]]
    assert found["_single"] == [path]
    assert one(found, "_deep_high_size") == "3584 3584"
    assert one(found, "_deep_high_padded_size") == "5040 5040"
    assert one(found, "_deep_low_size") == "4704 4704"
    assert one(found, "_deep_low_padded_size") == "6720 6720"
    assert one(found, "_freqstep") == "195312.5"
    assert float(str(one(found, "_timestep"))) == pytest.approx(20.0278016, abs=1e-5)
    assert [one(found, suffix) for suffix in ("_nbands", "_nchansout_clean1")] == ["0", "2"]
    assert [one(found, f"_nwavelengths_{kind}") for kind in ("high", "low")] == ["3", "1"]
    computed = measure([path], Settings(fieldsize_highres=1.5, image_padding=1.4))
    assert computed.deepest.fwhm == pytest.approx(4.924464170, abs=1e-8)
    assert "a single channel is left after averaging" in caplog.text


def subbands(lofar_set: Make, number: int, lowest: float, diameter: float | None = None) -> list[str]:
    """Make an observation of neighbouring subbands, the lowest of which has all of its 7200 slots."""
    changes = {"ANTENNA": {"DISH_DIAMETER": diameter}} if diameter else None
    return [
        str(
            lofar_set(
                f"SB{index:03d}.MS",
                lowest + index * SUBBAND,
                changes=changes,
                slots=2 if index else 7200,
                linked=True,
            )
        )
        for index in range(number)
    ]


def check_lengths(found: dict[str, list[object]], number: int) -> None:
    long = {"", "_single", "_high_size", "_low_size", "_high_padded_size", "_low_padded_size"}
    long |= {"_freqstep", "_timestep"}
    assert {suffix: len(files) for suffix, files in found.items()} == {
        suffix: number if suffix in long else 1 for suffix in SUFFIXES.values()
    }


def test_synthetic_hba(lofar_set: Make, tmp_path: Path) -> None:
    """3.5 b: 244 subbands; given in reverse, as maps come in the order of frequency."""
    paths = subbands(lofar_set, 244, 120.2e6)
    given = tmp_path / "combined.mapfile"
    given.write_text(repr([{"host": "localhost", "file": f"[{','.join(paths[::-1])}]", "skip": False}]))
    found = maps(str(given), tmp_path, fieldsize_highres="1.5", image_padding="1.4")
    check_lengths(found, 244)
    assert found[""] == [[path] for path in paths]
    assert found["_single"] == paths
    assert one(found, "_deep_high_size") == "6300 6300"
    assert one(found, "_deep_high_padded_size") == "8820 8820"
    assert one(found, "_deep_low_size") == "8192 8192"
    assert found["_high_size"][0] == "6300 6300"
    assert [one(found, suffix) for suffix in ("_nbands", "_nchansout_clean1")] == ["24", "6"]
    assert set(found["_freqstep"]) == {"195312.5"}
    (timestep,) = set(found["_timestep"])
    assert float(str(timestep)) == pytest.approx(16.02224, abs=1e-5)


def test_synthetic_lba(lofar_set: Make, tmp_path: Path) -> None:
    """3.5 c."""
    paths = subbands(lofar_set, 61, 30.08e6, 81.34)
    options = {"cellsize_highres_deg": 0.00416, "fieldsize_highres": 1.5, "image_padding": 1.4}
    found = maps(paths, tmp_path, **options)
    check_lengths(found, 61)
    assert one(found, "_deep_high_size") == "4860 4860"
    assert one(found, "_deep_high_padded_size") == "6804 6804"
    assert [one(found, suffix) for suffix in ("_nbands", "_nchansout_clean1")] == ["6", "3"]
    assert [one(found, f"_nwavelengths_{kind}") for kind in ("high", "low")] == ["1", "0"]
    computed = measure(paths[:1], Settings(0.00416, fieldsize_highres=1.5))
    assert computed.deepest.fwhm == pytest.approx(13.370734112, abs=1e-8)


def test_sets_of_one_frequency_share_an_entry(lofar_set: Make, tmp_path: Path) -> None:
    paths = [str(lofar_set(name, frequency)) for name, frequency in (("b.MS", 150e6), ("c.MS", 120e6))]
    paths.append(str(lofar_set("a.MS", 150e6)))
    found = maps(paths, tmp_path)
    assert found[""] == [[paths[1]], [paths[0], paths[2]]]
    assert found["_single"] == [paths[1], paths[0], paths[2]]
    assert {suffix: len(found[suffix]) for suffix in ("_high_size", "_timestep")} == {
        "_high_size": 2,
        "_timestep": 3,
    }


@pytest.mark.parametrize("missing", ["outmapname", "mapfile_dir"])
def test_names_have_to_be_given(missing: str) -> None:
    given = {"outmapname": "a", "mapfile_dir": "/m", missing: None}
    with pytest.raises(ValueError, match=f"keyword '{missing}' is missing"):
        main(["/d/a.MS"], **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"cellsize_highres_deg": "small"}, "cellsize_highres_deg = 'small' is no number"),
        ({"fieldsize_lowres": "0"}, "fieldsize_lowres = '0' is no positive number"),
        ({"image_padding": "nan"}, "image_padding = 'nan' is no positive number"),
        ({"elevation_sampling": "often"}, "elevation_sampling = 'often' is unknown"),
        ({"error_tolerance": "perhaps"}, "error_tolerance = 'perhaps' is no truth value"),
    ],
)
def test_values_that_cannot_be_used(keywords: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError, match=message):
        main(["/d/a.MS"], "a", str(tmp_path), **keywords)  # type: ignore[arg-type]


def test_errors_name_the_set(lofar_set: Make, tmp_path: Path) -> None:
    path = lofar_set(changes={"ANTENNA": {"DISH_DIAMETER": 0.0}})
    with pytest.raises(GenericPipeError, match=rf"DISH_DIAMETER is 0 m.*\({path}\)"):
        main([str(path)], "a", str(tmp_path))
    with pytest.raises(GenericPipeError, match=r"an image of .* pixels a side is none"):
        main([str(lofar_set("b.MS"))], "a", str(tmp_path), cellsize_highres_deg="100")
    assert not list(tmp_path.glob("a*_size"))


def test_one_slot_is_warned_about(lofar_set: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = maps([str(lofar_set(slots=1))], tmp_path)
    assert "has a single time slot; its interval is taken from the column INTERVAL: 4.00556 s" in caplog.text
    assert float(str(one(found, "_timestep"))) == pytest.approx(16.02224128)


def test_unusable_sets_are_left_out_where_errors_are_tolerated(
    lofar_set: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good, empty = str(lofar_set("a.MS")), str(lofar_set("b.MS", slots=0))
    with pytest.raises(GenericPipeError, match=r"b\.MS: it has no rows"):
        main([good, empty], "a", str(tmp_path))
    assert maps([good, empty], tmp_path, error_tolerance="True")["_single"] == [good]
    assert f"{empty}: it has no rows; it is left out" in caplog.text
    with pytest.raises(GenericPipeError, match="none of 1 measurement sets can be used"):
        main([empty], "a", str(tmp_path), error_tolerance=True)
