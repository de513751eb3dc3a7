"""Mapfiles that steps overwrite start again as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import StepKey
from genericpipe.engine.resume.maptexts import MapTexts, texts_of

Record = Callable[[Callable[[Recorder], None]], History]
A, B = StepKey("a"), StepKey("b")


@pytest.fixture
def mapfile(tmp_path: Path) -> Path:
    path = tmp_path / "m.mapfile"
    path.write_text("new")
    return path


@pytest.fixture
def history(mapfile: Path, record: Record) -> History:
    """Two steps that overwrite one map: new -> by a -> by b."""

    def write(recorder: Recorder) -> None:
        for key in (A, B):
            recorder.step_started(key, "recipe", maps=texts_of([str(mapfile), "/no/such/map"]))
            mapfile.write_text(f"by {key.step}")
            recorder.step_finished(key, "done", {}, maps=texts_of([str(mapfile)]))

    return record(write)


def test_along_the_history_and_back(mapfile: Path, history: History) -> None:
    maps = MapTexts(history)
    assert maps.rewind() == []
    assert mapfile.read_text() == "new"
    maps.forward(A)
    assert mapfile.read_text() == "by a"
    maps.forward(StepKey("unknown"))
    maps.forward(B)
    assert mapfile.read_text() == "by b"
    maps.rewind()
    maps.undo()
    assert mapfile.read_text() == "by b"


def test_a_map_that_someone_else_changed_is_told(mapfile: Path, history: History) -> None:
    mapfile.write_text("by hand")
    (finding,) = MapTexts(history).rewind()
    assert (finding.severity.value, str(finding.location)) == ("warning", str(mapfile))
    assert mapfile.read_text() == "new"


def test_a_map_that_was_deleted_comes_back(mapfile: Path, history: History) -> None:
    mapfile.unlink()
    assert MapTexts(history).rewind() == []
    assert mapfile.read_text() == "new"


def test_maps_of_forgotten_steps_are_put_back(mapfile: Path, history: History, record: Record) -> None:
    history = record(lambda recorder: recorder.forgotten(B, "reset"))
    assert history.restore == {str(mapfile): "by a"}
    maps = MapTexts(history)
    assert maps.rewind() == []
    maps.forward(A)
    assert mapfile.read_text() == "by a"
    history = record(lambda recorder: recorder.forgotten(A, "reset"))
    assert history.restore == {str(mapfile): "new"}
    mapfile.write_text("by b")
    assert MapTexts(history).rewind() == []
    assert mapfile.read_text() == "new"


def test_bytes_of_any_kind_come_back(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "odd.mapfile"
    path.write_bytes(b"[\xff\r\n]")

    def write(recorder: Recorder) -> None:
        recorder.step_started(A, "plugin", maps=texts_of([str(path)]))

    history = record(write)
    path.write_text("other")
    MapTexts(history).rewind()
    assert path.read_bytes() == b"[\xff\r\n]"
