"""``genericpipe feedback check``: what an archive would not take is told with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from genericpipe_plugins.feedback.check import check
from genericpipe_plugins.feedback.keys import KEYS

if TYPE_CHECKING:
    from tests.conftest import Project

PREFIX = "LOFAR.ObsSW.Observation.DataProducts."

# Image contract 5.4: what stands behind the prefix of the record.
IMAGE = (Path(__file__).parent / "image.record").read_text("utf-8")

# As the serializer of LOFAR's own writes what is flat (image contract 5.1).
ONE_LINE = (
    "nrOfOutput_Correlated_=1\n"
    "Output_Correlated_[0]={'size': 7, 'fileFormat': 'AIPS++/CASA', 'filename': 'a.MS', "
    "'location': 'locus001:/data', 'percentageWritten': 100, 'storageWriter': 'CASA', "
    "'storageWriterVersion': '1.7', 'startTime': '2013-03-29 13:59:48.000', 'duration': 60.08, "
    "'integrationInterval': 10.0139008, 'centralFrequency': 134375000.0, 'channelWidth': 24414.0625, "
    "'channelsPerSubband': 8, 'subband': 31, 'stationSubband': 0}\n"
)


def written(tmp_path: Path, record: str = IMAGE, count: str = "1", more: str = "") -> str:
    """Write a feedback file with one record; return its path."""
    path = tmp_path / "images.metadata"
    lines = [f"{PREFIX}Output_SkyImage_[0].{line}\n" for line in record.splitlines()]
    counter = f"{PREFIX}nrOfOutput_SkyImage_={count}\n" if count else ""
    path.write_text("".join([*lines, counter, "feedback_version=03.01.00\n", more]))
    return str(path)


def told(path: str) -> list[tuple[str, int | None]]:
    """Return the code and line of each finding."""
    return [(one.code, one.location.line if one.location else None) for one in check(path)]


def test_the_worked_example_is_what_an_archive_takes(tmp_path: Path) -> None:
    assert check(written(tmp_path)) == []


def test_its_keys_are_those_that_we_know() -> None:
    keys = {line.partition("=")[0] for line in IMAGE.splitlines()}
    assert {name for name, key in KEYS["SkyImage"].items() if key.required} | {
        "imagerIntegrationTime"
    } == keys


CHANGES = [
    ("Pointing.equinox=J2000", "Pointing.equinox=J2015", "feedback-choice"),
    ("locationFrame=TOPOCENTER", "locationFrame=TOPO", "feedback-choice"),
    ("fileFormat=FITS", "fileFormat=fits", "feedback-choice"),
    ("raDecSystem=ICRS", "raDecSystem=ICRF", "feedback-choice"),
    ("polarizationType=[I]", "polarizationType=[Y]", "feedback-choice"),
    ("polarizationType=[I]", "polarizationType=[I,Q]", "feedback-disagrees"),
    ("polarizationType=[I]", "polarizationType=I", "feedback-type"),
    ("rmsNoiseUnit=Jy/beam", "rmsNoiseUnit=JY/BEAM", "feedback-choice"),
    ("restoringBeamMajorUnit=arcsec", "restoringBeamMajorUnit=deg", "feedback-choice"),
    ("DirectionLinearAxis[0].units=rad", "DirectionLinearAxis[0].units=deg", "feedback-choice"),
    ("storageWriter=UNKNOWN", "storageWriter=WSClean", "feedback-choice"),
    ("rmsNoiseValue=0.0002014033", "rmsNoiseValue=np.float64(0.0002014033)", "feedback-type"),
    ("rmsNoiseValue=0.0002014033", "rmsNoiseValue=nan", "feedback-type"),
    ("rmsNoiseValue=0.0002014033", "rmsNoiseValue=0.0", "feedback-zero"),
    ("restoringBeamMajorValue=27.0", "restoringBeamMajorValue=0", "feedback-zero"),
    ("size=70565760", "size=7.0", "feedback-type"),
    ("size=70565760", "size=-1", "feedback-type"),
    ("size=70565760", "size=0", "feedback-zero"),
    ("projectionParameters=[0.0,0.0]", "projectionParameters=[0.0,x]", "feedback-type"),
    ("nrOfDirectionLinearAxes=2", "nrOfDirectionLinearAxes=3", "feedback-disagrees"),
    ("Pointing.angle1=0.42624570618545676", "Pointing.angle1=-0.5", "feedback-range"),
    ("percentageWritten=100", "percentageWritten=50", "feedback-incomplete"),
    ("percentageWritten=100", "percentageWritten=0", "feedback-incomplete"),
    ("location=CEP4:/data", "location=/data", "feedback-type"),
    ("filename=L260387_SAP000_img.fits", "filename=", "feedback-missing"),
    ("timeFrame=UTC", "timeframe=UTC", "feedback-key"),
    ("timeFrame=UTC", "timeFrame=UTC\nreturncode=0", "feedback-key"),
]


@pytest.mark.parametrize(("before", "after", "code"), CHANGES)
def test_one_thing_that_an_archive_does_not_take(tmp_path: Path, before: str, after: str, code: str) -> None:
    record = IMAGE.replace(before, after)
    assert record != IMAGE
    changed = [number for number, line in enumerate(record.splitlines(), 1) if line not in IMAGE.splitlines()]
    found = [one for one in told(written(tmp_path, record)) if one[0] != "feedback-missing" or code == one[0]]
    assert found == [(code, changed[0])]


@pytest.mark.parametrize("line", IMAGE.splitlines())
def test_a_key_that_is_missing(tmp_path: Path, line: str) -> None:
    key = line.partition("=")[0]
    messages = [one.message for one in check(written(tmp_path, IMAGE.replace(f"{line}\n", "")))]
    assert messages == ([] if key == "imagerIntegrationTime" else [f"SkyImage 0: {key} is missing"])


def test_an_incomplete_record_may_lack_keys(tmp_path: Path) -> None:
    record = "percentageWritten=50\nsize=7\nrmsNoiseValue=0.0\nrmsNoiseUnit=\n"
    assert told(written(tmp_path, record)) == [("feedback-incomplete", 1)]


def test_an_axis_by_a_table(tmp_path: Path) -> None:
    """A CASA image whose channels are not evenly spaced has fewer keys."""
    lines = [line for line in IMAGE.splitlines() if "SpectralLinearAxis" not in line]
    table = [
        f"SpectralCoordinate.SpectralTabularAxis.{key}" for key in ("name=Frequency", "units=Hz", "length=3")
    ]
    record = "\n".join([*lines, *table]).replace("AxisType=Linear", "AxisType=Tabular")
    assert check(written(tmp_path, record)) == []


@pytest.mark.parametrize(("count", "line"), [("2", 62), ("0", 62), ("many", 62), ("", 1)])
def test_a_wrong_count(tmp_path: Path, count: str, line: int) -> None:
    assert len(IMAGE.splitlines()) == 61
    assert told(written(tmp_path, count=count)) == [("feedback-count", line)]


def test_a_gap(tmp_path: Path) -> None:
    more = "".join(f"{PREFIX}Output_SkyImage_[2].{line}\n" for line in IMAGE.splitlines())
    found = check(written(tmp_path, count="2", more=more))
    assert [one.code for one in found] == ["feedback-count", "feedback-repeated"]
    assert "records 0, 2" in found[0].message


@pytest.mark.parametrize("version", ["3.1", "03.01", "three"])
def test_a_wrong_version(tmp_path: Path, version: str) -> None:
    assert told(written(tmp_path, more=f"feedback_version={version}\n"))[0][0] == "feedback-version"


def test_records_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "feedback"
    path.write_text(ONE_LINE)
    assert check(str(path)) == []
    path.write_text(ONE_LINE.replace("'subband': 31", "'subband': -31").replace("'size': 7, ", ""))
    assert told(str(path)) == [("feedback-type", 2), ("feedback-missing", 2)]


def test_parts_of_records_in_one_line(tmp_path: Path) -> None:
    """How LOFAR's own wrote images: what is flat in a line, the rest dotted."""
    parts: dict[str, list[str]] = {}
    lines = []
    for line in IMAGE.splitlines():
        key, _, value = line.partition("=")
        parent, dot, name = key.rpartition(".")
        if not dot:
            lines.append(line)
            continue
        quoted = value if re.fullmatch(r"[-\d.e]+", value) else f"'{value}'"
        if value.startswith("["):
            quoted = value.replace("[I]", "['I']")
        parts.setdefault(parent, []).append(f"'{name}': {quoted}")
    lines += [f"{parent}={{{', '.join(values)}}}" for parent, values in parts.items()]
    assert check(written(tmp_path, "\n".join(lines))) == []


def test_a_time_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "feedback"
    path.write_text(ONE_LINE.replace("2013-03-29 13:59:48.000", "not-a-datetime"))
    (found,) = check(str(path))
    assert (found.code, found.hint) == ("feedback-type", "the set could not be read")


def test_other_types_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "feedback"
    path.write_text("nrOfOutput_Pulp_=1\nOutput_Pulp_[0].size=x\n")
    (found,) = check(str(path))
    assert (found.severity.value, found.code) == ("warning", "feedback-type")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "feedback-empty"),
        ("pipeline.steps = [a]\n", "feedback-empty"),
        ("Output_SkyImage_[0].Pointing={'a': 1\n", "feedback-unreadable"),
        ("nrOfOutput_SkyImage_=0\n", None),
        (
            "nrOfOutput_SkyImage_=1\nOutput_SkyImage_[0]=" + "{a: " * 200 + "1" + "}" * 200 + "\n",
            "feedback-key",
        ),
    ],
)
def test_odd_files(tmp_path: Path, text: str, code: str | None) -> None:
    path = tmp_path / "feedback"
    path.write_text(text)
    assert [one.code for one in check(str(path))][:1] == ([code] if code else [])


def test_the_command(project: Callable[..., Project]) -> None:
    record = IMAGE.replace("TOPOCENTER", "TOPO")
    good, bad = (
        "".join(f"Output_SkyImage_[0].{line}\n" for line in text.splitlines()) + "nrOfOutput_SkyImage_=1\n"
        for text in (IMAGE, record)
    )
    site = project({"good": good, "bad": bad})
    assert site.run("feedback", "check", "good").expect(0).stdout == "good: nothing is wrong\n"
    line = 1 + record.splitlines().index("locationFrame=TOPO")
    said = site.run("feedback", "check", "good", "bad").expect(3)
    assert said.stdout.startswith(
        f"good: nothing is wrong\nbad:{line}: error: SkyImage 0: locationFrame = 'TOPO': "
    )
    (found,) = site.run("feedback", "check", "--format", "json", "bad").expect(3).json()
    assert (found["file"], found["line"], found["code"]) == ("bad", line, "feedback-choice")
    assert site.run("feedback", "check", "--format", "json", "good").expect(0).json() == []
    assert "there is no such file" in site.run("feedback", "check", "none").expect(3).stdout
    site.run("feedback").expect(2)


def test_what_a_step_writes_is_what_the_check_takes(
    project: Callable[..., Project], fits_image: Any, small_set: Any
) -> None:
    """An image and its copy, a measurement set: three steps, two files."""
    data = small_set()
    image = fits_image(history=(f"wsclean -name x {'y' * 20} ".ljust(72, "z"), f" {data}"))
    steps = {
        "images": ("SkyImage", image),
        "sets": ("Correlated", data),
        "solutions": ("InstrumentModel", data),
    }
    parset = f"pipeline.steps = [{', '.join(steps)}]\n"
    files = {}
    for step, (kind, path) in steps.items():
        parset += (
            f"{step}.control.kind = feedback\n{step}.control.product_type = {kind}\n"
            f"{step}.control.mapfile_in = {step}.mapfile\n{step}.control.metadata_file = {step}.metadata\n"
            f"{step}.control.parset_prefix = {PREFIX}\n"
        )
        files[f"{step}.mapfile"] = repr([{"host": "localhost", "file": str(path), "skip": False}])
    site = project({"p.parset": parset, **files})
    site.run("run", "p.parset").expect(0)
    site.run("feedback", "check", *(f"{step}.metadata" for step in steps)).expect(0)
    start = f"{PREFIX}Output_SkyImage_[0]."
    lines = site.file("images.metadata").read_text().splitlines()
    keys = {line.partition("=")[0].removeprefix(start) for line in lines if line.startswith(start)}
    assert keys == {line.partition("=")[0] for line in IMAGE.splitlines()}
    assert lines == sorted(lines, key=lambda line: line.partition("=")[0].encode())
    assert lines[-2:] == [f"{PREFIX}nrOfOutput_SkyImage_=1", "feedback_version=03.01.00"]
