"""What goes wrong outside the pipeline, done with real means: each row of docs/reference/faults.md."""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.acceptance.conftest import Block, Lab

Twin = Callable[[], "Lab"]

ROOT = Path(__file__).parents[2]

#: The first cell of each row of the table, and the tests that hold it.
ROWS = {
    "an input vanishes during a run": ["test_an_input_that_vanishes"],
    "a program hangs": ["test_a_program_that_hangs"],
    "a program is removed between steps": ["test_a_program_that_is_removed_between_steps"],
    "a program writes a log of 1 GB": ["test_a_log_of_one_gigabyte"],
    "a map has 10 000 entries": ["test_ten_thousand_entries"],
    "names hold blanks, quotes, commas, `#`, `=`, Unicode": ["test_names_of_any_kind"],
    "a second run is started in the same job folder": ["test_two_runs_in_one_folder"],
    "the file system has no locks": [
        "test_a_file_system_without_locks",
        "test_two_runs_where_there_are_no_locks",
        "test_a_killed_run_where_there_are_no_locks",
    ],
    "the disk is full when the journal is written": ["test_no_room_for_the_journal"],
    "the disk is full when a mapfile is written": ["test_no_room_for_mapfiles"],
    "the disk is full when logs are written": ["test_no_room_for_logs"],
    "the job folder cannot be written": ["test_a_read_only_job_folder"],
    "the job folder cannot be made": ["test_a_read_only_runtime_directory"],
    "the clock is wrong, or jumps": ["test_another_clock", "test_a_clock_that_jumps"],
    "the journal's last line is torn": ["test_a_torn_journal"],
    "a line of the journal is damaged": ["test_a_damaged_line_of_the_journal"],
    "a mapfile was changed by hand": ["test_a_mapfile_changed_by_hand"],
}


def test_each_row_of_the_table_is_held_by_a_test() -> None:
    lines = (ROOT / "docs/reference/faults.md").read_text().splitlines()
    rows = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert rows[1:] == list(ROWS)
    assert [name for names in ROWS.values() for name in names if name not in globals()] == []


def chain(lab: Lab) -> list[Block]:
    return [lab.make(), lab.step("one", "copy"), lab.after("two", "copy", "one")]


def with_program(block: Block, program: Path) -> Block:
    """Return a step with another program."""
    kept = tuple(line for line in block.lines if "control.executable" not in line)
    return type(block)(block.name, (*kept, f"control.executable = {program}"))


def until(condition: Callable[[], bool]) -> None:
    """Wait for something, a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# Inputs and programs.


def test_an_input_that_vanishes(lab: Lab, twin: Twin) -> None:
    remove = lab.project.write("bin/remove", "#!/bin/sh\nrm -f ${0%/bin/*}/data/c.ms\n")
    first = with_program(lab.step("first", "look"), remove)
    lab.write(lab.make(), first, lab.step("one", "copy"), lab.after("two", "copy", "one"))
    done = lab.run()
    assert lab.ran == ["one a.ms", "one b.ms", "one c.ms", "two a.one", "two b.one"]
    assert "c.ms" in done.stdout
    assert "one: done" in done.stdout
    assert "1 failed" in done.stdout
    lab.run()
    assert lab.ran == []
    lab.project.write("data/c.ms", "c\n")
    lab.run("--retry-failed")
    assert lab.ran == ["one c.ms", "two c.one"]
    remove.write_text("#!/bin/sh\n")
    lab.expect_as_undisturbed(twin())


def test_a_program_that_hangs(lab: Lab) -> None:
    text = "#!/bin/sh\necho $$ >> ${0%/bin/*}/pids\nsh -c 'sleep 300; true'\nexit 1\n"
    hang = lab.project.write("bin/hang", text)
    lab.write(lab.make(), with_program(lab.step("one", "look"), hang).with_lines("control.timeout = 1"))
    done = lab.run(status=1, timeout=100)
    assert "took longer than 1 s (timeout)" in done.stdout
    groups = [int(word) for word in lab.project.file("pids").read_text().split()]
    assert len(groups) == 3
    assert lab.alive(groups) == []


def test_a_program_that_is_removed_between_steps(lab: Lab, twin: Twin) -> None:
    other = lab.project.write("bin/other", lab.project.file("bin/work").read_text())
    remove = lab.project.write("bin/remove", "#!/bin/sh\nrm -f ${0%/bin/*}/bin/other\n")
    text = other.read_text()
    lab.write(
        lab.make(),
        lab.step("one", "copy"),
        with_program(lab.step("first", "look"), remove),
        with_program(lab.after("two", "copy", "one"), other),
    )
    done = lab.run(status=1)
    assert lab.steps_ran == ["one"]
    assert f"step 'two': Executable {other} not found" in done.stdout
    lab.project.write("bin/other", text)
    lab.run()
    assert lab.ran == [f"two {name}.one" for name in "abc"]
    remove.write_text("#!/bin/sh\n")
    lab.expect_as_undisturbed(twin())


# Much, and strange.


def test_a_log_of_one_gigabyte(lab: Lab) -> None:
    size = 1 << 30
    loud = lab.project.write(
        "bin/loud",
        f"#!/bin/sh\necho first\ntruncate -s {size} /proc/$$/fd/1\necho\necho Error: the end\nexit 1\n",
    )
    lab.write(lab.make(), with_program(lab.step("one", "look"), loud))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = lab.run("--log-level", "debug", status=1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    (log, *_) = lab.folder.glob("logs/*/one/0.log")
    assert log.stat().st_size > size
    assert peak < 200_000 or peak == before
    assert "Error: the end" in done.stdout
    text = lab.log()
    assert len(text) < 2_000_000
    assert str(log) in text
    assert "first" in text
    assert "bytes left out" in text


@pytest.mark.slow
def test_ten_thousand_entries(lab: Lab) -> None:
    names = [f"{lab.project.path}/data/{number:05}.ms" for number in range(10_000)]
    entries = ", ".join(f"{{'host': 'localhost', 'file': '{name}', 'skip': False}}" for name in names)
    many = lab.project.write("many.mapfile", f"[{entries}]")
    lab.write(with_program(lab.step("one", "look", str(many)), Path("/bin/true")))
    done = lab.run(timeout=600)
    assert "10000 jobs" in done.stdout
    text = (lab.folder / "mapfiles/one.mapfile").read_text()
    assert text.count("'skip': False") == 10_000
    assert text.count("'host'") == 10_000
    done = lab.run(timeout=600)
    assert "one: done before" in done.stdout
    journal = (lab.folder / "journal.jsonl").read_text()
    assert journal.count('"job_started"') == 10_000


NAMES = [
    "a b",
    "it's",
    'say "x"',
    "x,y",
    "n#1",
    "k=v",
    "é λ 中",
    "p;q",
    "$HOME",
    "back\\slash",
    "[x]",
    "100%",
    "{a}",
]


def test_names_of_any_kind(lab: Lab, twin: Twin) -> None:
    for name in "abc":
        lab.project.file(f"data/{name}.ms").unlink()
    for name in NAMES:
        lab.project.write(f"data/{name}.ms", f"{name}\n")
    lab.write(*chain(lab))
    lab.run()
    assert {job.partition(" ")[2] for job in lab.ran if job.startswith("one")} == {
        f"{name}.ms" for name in NAMES
    }
    for name in NAMES:
        assert (lab.folder / f"{name}.two").read_text() == f"{name}\none\ntwo\n"
    lab.run()
    assert lab.ran == []
    (lab.folder / "n#1.two").unlink()
    lab.run()
    assert lab.ran == ["two n#1.one"]
    lab.expect_as_undisturbed(twin())


# Locks.


def waiting(lab: Lab) -> tuple[Block, Path]:
    """Return a step whose programs wait until a file is there."""
    go = lab.project.file("go")
    text = f"""\
#!/bin/sh
touch {lab.project.path}/waits
while [ ! -e {go} ]; do sleep 0.05; done
exec ${{0%/*}}/work "$@"
"""
    program = lab.project.write("bin/wait", text)
    return with_program(lab.step("one", "copy"), program), go


def started(lab: Lab, extra: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command and return when its first program waits."""
    process = subprocess.Popen(
        [sys.executable, "-m", "genericpipe", "run", lab.parset],
        cwd=lab.project.path,
        env=lab.project.environment(extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until(lambda: lab.project.file("waits").exists() or process.poll() is not None)
    assert process.poll() is None
    return process


def test_two_runs_in_one_folder(lab: Lab, twin: Twin) -> None:
    step, go = waiting(lab)
    lab.write(lab.make(), step)
    first = started(lab)
    done = lab.run(status=4)
    assert f"is in use by process {first.pid} on {socket.gethostname()} since 20" in done.stderr
    assert f"hint: wait for it, or end it: kill {first.pid}" in done.stderr
    assert lab.ran == []
    lab.project.write("go", "")
    said, _ = first.communicate(timeout=60)
    assert first.returncode == 0, said
    go.unlink()
    quiet = twin()
    lab.project.write("go", "")
    lab.run()
    assert lab.ran == []
    quiet.project.write("bin/wait", '#!/bin/sh\nexec ${0%/*}/work "$@"\n')
    lab.expect_as_undisturbed(quiet)


#: Python reads it at its start: locks fail as they do where a file system has none.
NO_LOCKS = """\
import errno, fcntl, os

def flock(file, operation):
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

fcntl.flock = fcntl.lockf = flock
"""


@pytest.fixture
def no_locks(lab: Lab) -> dict[str, str]:
    """Return the environment of a command that finds no locks."""
    folder = lab.project.write("site/sitecustomize.py", NO_LOCKS).parent
    path = lab.project.environment().get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(folder), path]))}


def test_a_file_system_without_locks(lab: Lab, no_locks: dict[str, str], twin: Twin) -> None:
    lab.write(*chain(lab))
    done = lab.run(env=no_locks)
    assert "this file system has no locks" in done.stdout
    lab.run(env=no_locks)
    assert lab.ran == []
    assert list(lab.folder.glob("lock.owner*")) == []
    lab.expect_as_undisturbed(twin())


def test_two_runs_where_there_are_no_locks(lab: Lab, no_locks: dict[str, str]) -> None:
    step, _ = waiting(lab)
    lab.write(lab.make(), step)
    first = started(lab, no_locks)
    done = lab.run(status=4, env=no_locks)
    assert f"is in use by process {first.pid} on {socket.gethostname()} since 20" in done.stderr
    lab.project.write("go", "")
    said, _ = first.communicate(timeout=60)
    assert first.returncode == 0, said
    assert len(lab.all_ran()) == 3


def test_a_killed_run_where_there_are_no_locks(lab: Lab, no_locks: dict[str, str]) -> None:
    step, _ = waiting(lab)
    lab.write(lab.make(), step)
    first = started(lab, no_locks)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert first.stdout is not None
    first.stdout.close()
    lab.project.write("go", "")
    lab.run(env=no_locks)
    assert set(lab.ran) == {"one a.ms", "one b.ms", "one c.ms"}
    assert list(lab.folder.glob("lock.owner*")) == []


# Disks.


def in_namespace(lab: Lab, script: str) -> str:
    """Run a shell script that may mount what nobody else sees; its ``run`` runs the pipeline."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    run = f"{sys.executable} -m genericpipe run {lab.parset}"
    done = subprocess.run(
        ["unshare", "-m", "sh", "-ec", f"run() {{ code=0; {run} || code=$?; echo status $code; }}\n{script}"],
        cwd=lab.project.path,
        env=lab.project.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def statuses(said: str) -> list[int]:
    """Return the exit statuses of the runs in a script."""
    return [int(line.split()[1]) for line in said.splitlines() if line.startswith("status ")]


def test_no_room_for_the_journal(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab), lab.after("three", "copy", "two"))
    said = in_namespace(
        lab,
        """
        mkdir tiny p
        mount -t tmpfs -o size=4k none tiny
        touch tiny/journal.jsonl p/journal.jsonl
        mount --bind tiny/journal.jsonl p/journal.jsonl
        run 2>&1
        mount -t tmpfs -o remount,size=4m none tiny
        run 2>&1
        """,
    )
    assert statuses(said) == [5, 0]
    assert "the journal cannot be written: No space left on device" in said or "took only a part" in said
    assert "hint: make room on the disk and start again: what is recorded stays" in said
    assert "Traceback" not in said
    lab.expect_as_undisturbed(twin())


def test_no_room_for_mapfiles(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    said = in_namespace(
        lab,
        """
        mkdir -p p/mapfiles
        mount -t tmpfs -o size=12k none p/mapfiles
        run 2>&1
        mount -t tmpfs -o remount,size=4m none p/mapfiles
        run 2>&1
        cp -r p/mapfiles kept
        """,
    )
    assert statuses(said) == [1, 0]
    assert "cannot be written: No space left on device" in said
    assert "one.mapfile" in said or "one." in said
    assert "Traceback" not in said
    jobs = lab.all_ran()
    assert sorted(jobs) == sorted(set(jobs))
    lab.project.file("p/mapfiles").rmdir()
    lab.project.file("kept").rename(lab.project.file("p/mapfiles"))
    quiet = twin()
    quiet.run()
    assert lab.maps() == quiet.maps()


def test_no_room_for_logs(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    said = in_namespace(
        lab,
        """
        mkdir -p p/logs
        mount -t tmpfs -o size=4k none p/logs
        head -c 4096 /dev/zero > p/logs/filler
        run 2>&1
        """,
    )
    assert statuses(said) == [0]
    assert "pipeline.log cannot be written" in said
    assert "No space left on device" in said
    assert len(lab.all_ran()) == 6
    lab.expect_as_undisturbed(twin())


def test_a_read_only_job_folder(lab: Lab) -> None:
    lab.write(*chain(lab))
    lab.run()
    before = lab.maps(), lab.files()
    said = in_namespace(lab, "mount --bind p p\nmount -o remount,ro,bind p\nrun 2>&1\n")
    assert statuses(said) == [5]
    assert "the job folder cannot be locked: Read-only file system" in said
    assert "Traceback" not in said
    assert (lab.maps(), lab.files()) == before


def test_a_read_only_runtime_directory(lab: Lab) -> None:
    lab.write(*chain(lab))
    said = in_namespace(lab, "mount --bind . .\nmount -o remount,ro,bind .\ncd .\ncd $PWD\nrun 2>&1\n")
    assert statuses(said) == [3]
    assert f"the folder {lab.folder} cannot be made: Read-only file system" in said
    assert "hint: choose another with -r" in said
    assert lab.all_ran() == []


# Clocks.


def faked(lab: Lab, offset: str) -> dict[str, str]:
    """Return the environment of a command whose clock is off; what the file system writes is not."""
    libfaketime = pytest.importorskip("libfaketime", reason="pip install libfaketime")
    library = next(Path(libfaketime.__file__).parent.rglob("libfaketime.so.1"))
    clock = lab.project.write("clock", offset)
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def test_another_clock(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run(env=faked(lab, "-400d"))
    (log,) = lab.folder.glob("logs/*")
    assert int(log.name[:4]) < time.gmtime().tm_year
    for offset in ("+400d", "-800d"):
        lab.run(env=faked(lab, offset))
        assert lab.ran == []
    os.utime(lab.project.write("data/b.ms", "b, anew\n"), (0, 0))
    lab.run(env=faked(lab, "-800d"))
    assert lab.ran == ["one b.ms", "two b.one"]
    lab.expect_as_undisturbed(twin())


def test_a_clock_that_jumps(lab: Lab, twin: Twin) -> None:
    jump = lab.project.write("bin/jump", "#!/bin/sh\necho -n -100d > ${0%/bin/*}/clock\n")
    first = with_program(lab.step("first", "look"), jump).with_lines("control.timeout = 600")
    lab.write(lab.make(), first, lab.step("one", "copy").with_lines("control.timeout = 600"))
    lab.run(env=faked(lab, "+0d"))
    assert lab.ran == ["one a.ms", "one b.ms", "one c.ms"]
    events = map(json.loads, (lab.folder / "journal.jsonl").read_text().splitlines())
    assert all(0 <= event.get("duration", 0) < 600 for event in events)
    lab.run(env=faked(lab, "-100d"))
    assert lab.ran == []
    lab.expect_as_undisturbed(twin())


# What a run finds in its folder.


def test_a_torn_journal(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    path = lab.folder / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if b'"job_finished"' in line)
    index = json.loads(lines[last])["index"]
    path.write_bytes(b"".join(lines[:last]) + lines[last][:40])
    done = lab.run()
    assert lab.ran == [f"two {'abc'[index]}.one"]
    assert "was interrupted" in done.stdout
    lab.expect_as_undisturbed(twin())
    lab.run()
    assert lab.ran == []


def test_a_damaged_line_of_the_journal(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    path = lab.folder / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(
        number for number, line in enumerate(lines) if b'"job_finished","step":"two","index":1' in line
    )
    lines[number] = b"\0" * 30 + lines[number][30:]
    path.write_bytes(b"".join(lines))
    done = lab.run()
    assert lab.ran == ["two b.one"]
    assert f"journal.jsonl:{number + 1}: warning: this line of the journal cannot be read" in done.stdout
    lab.expect_as_undisturbed(twin())


def test_a_mapfile_changed_by_hand(lab: Lab, twin: Twin) -> None:
    lab.write(*chain(lab))
    lab.run()
    path = lab.folder / "mapfiles/one.mapfile"
    path.write_text(path.read_text().replace("'skip': False", "'skip': True", 1))
    done = lab.run()
    assert lab.ran == []
    assert "one.mapfile: warning: this mapfile was changed since the last run" in done.stdout
    lab.expect_as_undisturbed(twin())


def test_the_statefile_is_whole_after_all_that(lab: Lab) -> None:
    """Tools of LOFAR's read it whatever ended the run."""
    lab.project.write("bad/b.one", "")
    strict = lab.after("two", "check", "one").with_lines("control.error_tolerance = False")
    lab.write(lab.make(), lab.step("one", "copy"), strict)
    lab.run(status=1)
    with (lab.folder / "statefile").open("rb") as file:
        inputs, steps = pickle.load(file)
    assert inputs["job_name"] == "p"
    assert [task for task, _ in steps] == ["executable_args"]
