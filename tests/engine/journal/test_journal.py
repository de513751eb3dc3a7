"""The journal survives what kills its writer, at any byte."""

from __future__ import annotations

import errno
import json
import os
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genericpipe.engine.folder.processes import this_process
from genericpipe.engine.journal import journal as module
from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.jobfiles import JobFiles
from genericpipe.engine.journal.journal import NAME, Journal, read_events
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import StepKey
from genericpipe.engine.journal.stamps import FileStamp
from genericpipe.errors import StateError
from genericpipe.recipes.job import JobIdentity, Outcome, Status

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
fields = st.dictionaries(st.text(string.ascii_lowercase, min_size=1, max_size=6).map("f_{}".format), values)
events = st.lists(st.tuples(st.sampled_from(["one", "two", "naïve\n"]), fields), min_size=1, max_size=6)


def read(path: Path) -> list[dict[str, object] | None]:
    return [event if event is None else dict(event) for _, event in read_events(path)]


@given(events)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, written: list[tuple[str, dict]]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    with Journal.open(folder) as journal:
        for name, given_fields in written:
            journal.write(name, given_fields)
    assert read(folder / NAME) == [{"event": name, **given_fields} for name, given_fields in written]
    assert (folder / NAME).read_bytes().count(b"\n") == len(written)


@settings(deadline=None)
@given(events, st.data(), st.binary(max_size=20).filter(lambda junk: b"\n" not in junk))
def test_torn_anywhere_it_is_read_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory,
    written: list[tuple[str, dict]],
    data: st.DataObject,
    junk: bytes,
) -> None:
    """Cut at any byte, even with rubbish behind: every whole line stays, and what follows is read too."""
    folder = tmp_path_factory.mktemp("journal")
    path = folder / NAME
    lines = [json.dumps({"event": name, **given_fields}) for name, given_fields in written]
    whole = "".join(f"{line}\n" for line in lines).encode()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut] + junk)
    ends = [sum(len(line) + 1 for line in lines[: n + 1]) for n in range(len(lines))]
    certain = [json.loads(line) for line, end in zip(lines, ends, strict=True) if end <= cut]
    before = read(path)
    # A line that lacks just its newline is whole as well.
    assert before == certain or (not junk.strip() and before == [*certain, json.loads(lines[len(certain)])])
    with Journal.open(folder) as journal:
        journal.write("more", {})
    assert read(path) == [*before, {"event": "more"}]


def test_every_cut_of_a_real_journal(tmp_path: Path) -> None:
    """At every offset: all jobs whose end was on the disk count as finished, no other does."""
    with Journal.open(tmp_path) as journal:
        recorder = Recorder(journal)
        recorder.run_started(this_process(), "2026-01-01T00:00:00", "1", "/p", "", {})
        recorder.step_started(StepKey("s", (1,)), "recipe", "task", maps={"/m": "text"})
        for index in range(3):
            identity = JobIdentity("s", index, (1,))
            recorder.job_started(identity, "localhost", "77", 5, "f")
            recorder.job_finished(identity, Outcome(Status.DONE, 0), JobFiles((FileStamp("/x", 1, 2),)))
        recorder.step_finished(StepKey("s", (1,)), "done", {"a": "b"})
    whole = (tmp_path / NAME).read_bytes()
    for cut in range(len(whole) + 1):
        kept = whole[:cut]
        (tmp_path / NAME).write_bytes(kept)
        history = History.of(tmp_path)
        finished = kept.count(b'"event":"job_finished"') - (b'"job_finished"' in kept[kept.rfind(b"\n") :])
        found = len(history.jobs.get(StepKey("s", (1,)), {}))
        last = kept[kept.rfind(b"\n") + 1 :]
        assert found == finished + (
            b'"job_finished"' in last and last.endswith(b"}") and whole[cut : cut + 1] == b"\n"
        )
        assert history.damaged == []


def test_damaged_lines_in_the_middle_are_told(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        journal.write("statefile", {"digest": "d", "written": True})
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'\0\0\0\n[1]\n{"no": 1}\n{"event":"job_finished"}\n')
    with Journal.open(tmp_path) as journal:
        journal.write("statefile", {"digest": "e", "written": True})
    history = History.of(tmp_path)
    assert history.statefile.written == "e"
    assert history.damaged == [2, 3, 4, 5]
    (first, *_) = history.findings("j")
    assert (str(first.location), first.severity.value) == ("j:2", "warning")


def test_no_journal_has_no_events(tmp_path: Path) -> None:
    assert read(tmp_path / NAME) == []
    assert History.of(tmp_path).empty


def test_names_of_any_bytes_come_back(tmp_path: Path) -> None:
    name = os.fsdecode(b"/data/\xff\xfe.MS")
    with Journal.open(tmp_path) as journal:
        journal.write("one", {"path": name})
    assert read(tmp_path / NAME) == [{"event": "one", "path": name}]


def test_one_write_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = []
    real = os.write
    with Journal.open(tmp_path) as journal:
        monkeypatch.setattr(os, "write", lambda file, data: writes.append(data) or real(file, data))
        journal.write("one", {"a": "x" * 100_000})
        journal.write("two", {})
    assert [data.count(b"\n") for data in writes] == [1, 1]


def test_synced_once_a_second_and_on_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    now = [1000.0]  # and steps of an eighth: sums of such numbers are exact
    with Journal.open(tmp_path) as journal:
        real = os.fsync
        monkeypatch.setattr(os, "fsync", lambda file: synced.append(now[0]) or real(file))
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
        journal.sync()
        assert journal.due() is None
        start = now[0]
        for _ in range(40):
            now[0] += 0.125
            journal.write("one", {})
        assert len(synced) == 5
        assert journal.due() is None or journal.due() <= 1.0
        now[0] += 0.1
        journal.write("one", {})
        assert journal.due() == pytest.approx(0.9, abs=0.2)
        journal.sync()
        assert synced[-1] == now[0] > start


def test_a_full_disk_leaves_it_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with Journal.open(tmp_path) as journal:
        journal.write("one", {})
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda file, data: real(file, data[:5]))
            with pytest.raises(StateError, match="only a part"):
                journal.write("two", {"a": "b"})
        with monkeypatch.context() as patch:
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            patch.setattr(os, "write", lambda file, data: (_ for _ in ()).throw(full))
            with pytest.raises(StateError, match="No space left on device") as caught:
                journal.write("two", {"a": "b"})
        assert "make room" in caught.value.hint
        journal.write("three", {})
    assert read(tmp_path / NAME) == [{"event": "one"}, None, {"event": "three"}]


def test_a_journal_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"the journal cannot be written: No such file or directory"):
        Journal.open(tmp_path / "none")
    (tmp_path / NAME).mkdir()
    with pytest.raises(StateError, match="cannot be written: Is a directory"):
        Journal.open(tmp_path)
    with pytest.raises(StateError, match="cannot be read: Is a directory"):
        read(tmp_path / NAME)
