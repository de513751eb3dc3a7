"""statistics.xml as the tools of sites read it (contract 11)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from genericpipe import ExitStatus, Job, Outcome, Run, Status, StepOutcome
from genericpipe.report import statistics
from genericpipe.report.statistics import element_name

Jobs = Callable[..., Job]


def tell(run: Run, make_job: Jobs) -> None:
    """Tell of a run in which a plugin, a recipe and two passes of a loop succeed, and the last step fails."""
    make, recipe, loop, last = run.pipeline.steps
    (once,) = loop.body
    statistics.genericpipe_run_started(run)

    def step(one: Any, outcome: StepOutcome, *jobs: tuple[Job, Outcome]) -> None:
        statistics.genericpipe_step_started(run, one)
        for job, ended in jobs:
            statistics.genericpipe_job_finished(run, one, job, ended)
        statistics.genericpipe_step_finished(run, one, outcome)

    done = Outcome(Status.DONE, 0, 100.0, 2.5, peak_memory=4096, cpu_time=1.5)
    step(make, StepOutcome(Status.DONE, duration=0.5), (make_job("make"), done))
    step(
        recipe,
        StepOutcome(Status.DONE, duration=3.0),
        (make_job("3c196", 0), done),
        (make_job("3c196", 1, host='node<7>&"\udce9\x01é'), Outcome(Status.FAILED, -11, 100.0, 0.25)),
    )
    statistics.genericpipe_step_started(run, loop)
    for _ in range(2):
        step(once, StepOutcome(Status.DONE, duration=1.0), (make_job("once"), done))
    statistics.genericpipe_step_finished(run, loop, StepOutcome(Status.DONE, duration=2.0))
    step(
        last,
        StepOutcome(Status.FAILED, duration=1.0, reason="All jobs failed"),
        (make_job("last"), Outcome(Status.FAILED, None, reason="no program")),
    )
    statistics.genericpipe_run_finished(run, ExitStatus.STEP_FAILED)


@pytest.fixture
def root(make_run: Callable[..., Run], make_job: Jobs) -> ElementTree.Element:
    run = make_run()
    tell(run, make_job)
    text = run.config.xml_stat_file.read_text(encoding="ascii")
    assert text.count("\n") == 1
    return ElementTree.fromstring(text)


def test_the_root(root: ElementTree.Element) -> None:
    assert root.tag == "active_stack"
    assert root.attrib == {"Name": "GenericPipeline", "type": "active_stack"}


def test_the_first_child_holds_the_step_that_did_not_return(root: ElementTree.Element) -> None:
    assert root[0].tag == "active_stack"
    assert list(root[0].attrib) == ["info"]
    assert [child.tag for child in root[0]] == ["last"]


def test_an_element_for_each_step_and_pass_and_none_for_loops(root: ElementTree.Element) -> None:
    assert [child.tag for child in root[1:]] == ["make", "_3c196", "once", "once"]
    assert [float(child.attrib["duration"]) for child in root[1:]] == [0.5, 3.0, 1.0, 1.0]


def test_a_name_that_xml_refuses_is_kept_beside_it(root: ElementTree.Element) -> None:
    assert root[2].attrib["name"] == "3c196"
    assert "name" not in root[1].attrib


def test_a_plugin_has_no_nodes(root: ElementTree.Element) -> None:
    assert len(root[1]) == 0


def test_jobs(root: ElementTree.Element) -> None:
    (nodes,) = root[2]
    assert nodes.tag == "nodes"
    assert [job.attrib for job in nodes] == [
        {"job_id": "0", "job_host": "localhost", "duration": "2.500000", "returncode": "0"},
        {"job_id": "1", "job_host": 'node<7>&"??é', "duration": "0.250000", "returncode": "-11"},
    ]
    for job in nodes:
        assert [child.tag for child in job] == ["resource_usage"]
        assert list(job[0].attrib) == ["node_recipe_pid"]
    (process,) = nodes[0][0]
    assert set(process.attrib) == {"idx", "executable", "pid"}
    assert set(process[0].attrib) == {
        "timestamp",
        "read_bytes",
        "write_bytes",
        "cancelled_bytes",
        "cpu",
        "mem",
    }


def test_a_job_that_never_ran_has_the_returncode_it_always_had(root: ElementTree.Element) -> None:
    assert root[0][0][0][0].attrib["returncode"] == "123456"


def test_it_can_be_read_as_site_tools_do(root: ElementTree.Element) -> None:
    """Durations are summed over all children that have one; jobs are looked for two levels down."""
    total = sum(float(child.attrib["duration"]) for child in root if "duration" in child.attrib)
    assert total == 5.5
    ids = [int(job.attrib["job_id"]) for child in root[1:] for nodes in child for job in nodes]
    assert ids == [0, 1, 0, 0]


def test_it_stands_beside_the_log_unless_configured(make_run: Callable[..., Run], tmp_path: Path) -> None:
    run = make_run(f"[logging]\nxml_stat_file = {tmp_path}/new/folder/stats.xml\n")
    statistics.genericpipe_run_started(run)
    statistics.genericpipe_run_finished(run, ExitStatus.DONE)
    assert ElementTree.parse(tmp_path / "new/folder/stats.xml").getroot().tag == "active_stack"
    assert [path.name for path in (tmp_path / "new/folder").iterdir()] == ["stats.xml"]


def test_a_file_that_cannot_be_written_is_a_warning(make_run: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = make_run(f"[logging]\nxml_stat_file = {tmp_path}/file/stats.xml\n")
    statistics.genericpipe_run_started(run)
    statistics.genericpipe_run_finished(run, ExitStatus.DONE)
    (finding,) = run.findings
    assert finding.message.startswith("Failed opening xml stat file:")


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("calib", "calib"),
        ("3c196", "_3c196"),
        ("a+b", "a_b"),
        ("sub-step", "sub-step"),
        ("-x", "_-x"),
        ("é", "_"),
    ],
)
def test_names_of_elements(step: str, name: str) -> None:
    assert element_name(step) == name
    ElementTree.fromstring(f"<{name}/>")
