"""Archived production parsets are read, linted and planned; lint's errors are those a person agrees with."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from genericpipe.cli import lint
from genericpipe.cli.main import main
from genericpipe.cli.pipelineoptions import add_pipeline_options
from genericpipe.errors import ExitStatus, Finding, Severity

#: What is wrong with archived parsets, each line judged by eye against the parset and its other versions.
FAULTS = Path(__file__).with_name("archive_faults.tsv")

#: Collections that were used in production, as folders of the archive.
RELEASED = (
    "lofar-astron+prefactor/V3.0",
    "lofar-astron+prefactor/V3.1",
    "lofar-astron+prefactor/V3.2",
    "lmorabit+prefactor/production",
    "lmorabit+lofar-vlbi/v3.0.0",
    "lmorabit+lofar-vlbi/v4.0.0",
    "lmorabit+lofar-vlbi/v5.0-genericpipeline",
)
#: Those of them that cannot have run as they were released.
BROKEN_AS_RELEASED = {
    "lofar-astron+prefactor/V3.0/Initial-Subtract-IDG-LowMemory.parset",
    "lmorabit+lofar-vlbi/v3.0.0/Delay-Calibration.parset",
    "lmorabit+lofar-vlbi/v3.0.0/Split-Directions.parset",
    "lmorabit+lofar-vlbi/v4.0.0/Split-Directions.parset",
}


class Fault(NamedTuple):
    """An error: the archived file, the line and lint's code for it."""

    file: str
    line: int | None
    code: str


@pytest.fixture(scope="module")
def archive(reference: Path) -> Path:
    """Return the folder of the archived parsets."""
    folder = reference / "archive"
    if not (folder / "index.tsv").is_file():
        pytest.skip(f"no archived parsets in {folder}")
    return folder


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look from an empty folder, so that no parset and no pipeline.cfg is found by accident."""
    monkeypatch.chdir(tmp_path)


def archived(archive: Path, below: str = "") -> list[Path]:
    """Return the archived parsets, or those below one folder of the archive."""
    return sorted((archive / below).rglob("*.parset"))


def words(*argv: str) -> argparse.Namespace:
    """Return what a command makes of these words of its command line."""
    parser = argparse.ArgumentParser()
    add_pipeline_options(parser)
    return parser.parse_args(argv)


def errors(parset: Path, *argv: str) -> list[Finding]:
    """Return the errors among lint's findings about a parset, with these options."""
    return [one for one in lint.check(str(parset), words(*argv)) if one.severity is Severity.ERROR]


def as_fault(finding: Finding, archive: Path) -> Fault:
    """Return a finding as the table of faults has it."""
    assert finding.location is not None, finding
    return Fault(str(Path(finding.location.file).relative_to(archive)), finding.location.line, finding.code)


@pytest.fixture(scope="module")
def found(archive: Path) -> Mapping[Path, list[Finding]]:
    """Return every finding about every archived parset, without a configuration."""
    return {path: list(lint.check(str(path), words())) for path in archived(archive)}


def rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the table of faults."""
    with FAULTS.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def test_the_table_names_lines_that_hold_what_is_wrong(archive: Path) -> None:
    for row in rows():
        line = (archive / row["file"]).read_text(encoding="utf-8").splitlines()[int(row["line"]) - 1]
        assert row["text"] in line.partition("#")[0], row
        assert row["why"].endswith("."), row


def test_the_errors_are_just_those_in_the_table(archive: Path, found: Mapping[Path, list[Finding]]) -> None:
    agreed = {Fault(row["file"], int(row["line"]), row["code"]) for row in rows()}
    told = {
        as_fault(finding, archive)
        for findings in found.values()
        for finding in findings
        if finding.severity is Severity.ERROR
    }
    assert sorted(told - agreed, key=str) == [], "errors that nobody agreed with"
    assert sorted(agreed - told, key=str) == [], "faults that are not told"


@pytest.mark.parametrize("below", RELEASED)
def test_released_parsets_have_no_error_but_the_known(
    archive: Path, found: Mapping[Path, list[Finding]], below: str
) -> None:
    parsets = archived(archive, below)
    assert parsets
    for path in parsets:
        at_fault = any(finding.severity is Severity.ERROR for finding in found[path])
        assert at_fault == (str(path.relative_to(archive)) in BROKEN_AS_RELEASED), path


def test_each_parset_has_a_plan_with_the_steps_that_the_index_counts(
    archive: Path, found: Mapping[Path, list[Finding]], capsys: pytest.CaptureFixture[str]
) -> None:
    with (archive / "index.tsv").open(encoding="utf-8", newline="") as lines:
        listed = {archive / row["path"]: row["steps"] for row in csv.DictReader(lines, delimiter="\t")}
    assert sorted(listed) == archived(archive)
    for path, steps in listed.items():
        status = main(["plan", "--format", "json", str(path)])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        broken = [finding for finding in found[path] if finding.severity is Severity.ERROR]
        assert status == (ExitStatus.INVALID if broken else ExitStatus.DONE), path
        # A step that is listed and not defined is in the index and cannot be in the plan.
        undefined = sum(finding.code == "undefined-step" for finding in broken)
        assert len(document["steps"]) + undefined == int(steps or len(document["steps"])), path
        assert all(step["name"] and step["kind"] and step["line"] for step in document["steps"]), path


def test_a_plan_for_people_shows_each_step(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in archived(archive, "lofar-astron+prefactor/V3.2"):
        main(["plan", "--format", "json", str(path)])
        steps = [step["name"] for step in json.loads(capsys.readouterr().out)["steps"]]
        main(["plan", str(path)])
        headings = [part.partition("\n")[0] for part in capsys.readouterr().out.split("\n\n")]
        assert [one.partition(":")[0] for one in headings if f"[{path}:" in one] == steps, path


def test_the_configuration_beside_a_parset_makes_no_new_error(
    archive: Path, found: Mapping[Path, list[Finding]]
) -> None:
    checked = 0
    for path, findings in found.items():
        without = {finding for finding in findings if finding.severity is Severity.ERROR}
        for option, name in (("--config", "pipeline.cfg"), ("--task-file", "tasks.cfg")):
            beside = path.with_name(name)
            if not beside.is_file():
                continue
            checked += 1
            new = {as_fault(one, archive) for one in errors(path, option, str(beside)) if one not in without}
            assert new == set(), (path, beside)
    assert checked >= 30


def test_tasks_that_need_a_pipeline_cfg_are_not_at_fault_without_one(archive: Path) -> None:
    """The tasks of lmorabit's production parset stand below ``%(lofarroot)s`` of the site's pipeline.cfg."""
    folder = archive / "lmorabit+prefactor/production"
    words_ = words("--task-file", str(folder / "tasks.cfg"))
    told = [
        one
        for one in lint.check(str(folder / "Pre-Facet-Image.parset"), words_)
        if "lofarroot" in one.message
    ]
    assert {(one.severity, one.code) for one in told} == {(Severity.MISSING, "no-such-setting")}
    assert as_fault(told[0], archive).line == 11


def test_a_pipeline_cfg_supplies_what_the_production_tasks_need(archive: Path, tmp_path: Path) -> None:
    folder = archive / "lmorabit+prefactor/production"
    text = (
        f"[DEFAULT]\nlofarroot = /opt/lofar\nruntime_directory = {tmp_path}\nworking_directory = {tmp_path}\n"
    )
    configuration = tmp_path / "site.cfg"
    configuration.write_text(
        f"{text}task_files = [{folder}/tasks.cfg]\n[layout]\njob_directory = {tmp_path}/job\n"
    )
    findings = lint.check(str(folder / "Pre-Facet-Image.parset"), words("-c", str(configuration)))
    assert [one for one in findings if one.severity is Severity.ERROR] == []
    assert not any(one.code in ("unknown-task", "bad-interpolation") for one in findings)


def test_a_placeholder_that_nothing_reads_is_only_a_warning(
    archive: Path, found: Mapping[Path, list[Finding]]
) -> None:
    """A sub-pipeline takes its options from ``argument``: these control keys reach nothing (contract 6.3)."""
    path = archive / "apmechev+prefactor/1.0/Pre-Facet-Cal.parset"
    told = [finding for finding in found[path] if finding.code == "unresolved-option"]
    assert [as_fault(finding, archive).line for finding in told] == [144, 145]
    assert {finding.severity for finding in told} == {Severity.WARNING}


def test_braces_with_a_blank_too_few_are_told(archive: Path, found: Mapping[Path, list[Finding]]) -> None:
    """LOFAR's own hands ``{{ data_col}}`` to the program as it stands (contract 4.6, item 3)."""
    path = archive / "lmorabit+lofar-vlbi/pull/93/head/Split-Directions.parset"
    told = [as_fault(finding, archive) for finding in found[path] if finding.code == "option-spacing"]
    assert [fault.line for fault in told] == [125]
