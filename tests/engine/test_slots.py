"""How many jobs run at once (design 8: explicit numbers are honoured, unset means usable cores)."""

from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe.config import Config, Settings, load
from genericpipe.engine.slots import Slots
from genericpipe.errors import Severity


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that reads a configuration of these lines."""
    monkeypatch.chdir(tmp_path)

    def read(text: str) -> Config:
        path = tmp_path / "pipeline.cfg"
        path.write_text(text)
        return load(Settings(job_name="slots", config=path))

    return read


def test_a_step_that_says_nothing_has_all_usable_cores(configured) -> None:
    assert Slots(configured(""), cores=6).on_a_host(0) == 6


@pytest.mark.parametrize("wanted", [1, 3, 40])
def test_a_step_has_as_many_slots_as_it_says(configured, wanted: int) -> None:
    assert Slots(configured(""), cores=6).on_a_host(wanted) == wanted


def test_the_configuration_speaks_for_steps_that_say_nothing(configured) -> None:
    slots = Slots(configured("[remote]\nmax_per_node = 4\n"), cores=6)
    assert slots.on_a_host(0) == 4
    assert slots.on_a_host(9) == 9


def test_a_cap_keeps_every_step_within_the_cores(configured) -> None:
    slots = Slots(configured("[local]\ncap = cores\n"), cores=6)
    assert slots.on_a_host(40) == 6
    assert slots.on_a_host(2) == 2
    assert slots.excess(40, 40) is None


@pytest.mark.parametrize(
    ("jobs", "threads", "warned"), [(6, 1, False), (6, 0, False), (7, 1, True), (2, 3, False), (2, 4, True)]
)
def test_more_threads_than_cores_are_warned_of(configured, jobs: int, threads: int, warned: bool) -> None:
    finding = Slots(configured(""), cores=6).excess(jobs, threads)
    assert (finding is not None) is warned
    if finding is not None:
        assert finding.severity is Severity.WARNING
        assert "6 usable cores" in finding.message
        assert "cap = cores" in finding.hint


def test_the_warning_comes_once_a_run(configured) -> None:
    slots = Slots(configured(""), cores=2)
    assert slots.excess(4, 1) is not None
    assert slots.excess(8, 8) is None
