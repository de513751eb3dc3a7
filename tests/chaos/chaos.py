"""Runs that are killed at random moments while their jobs live on, and resumed until they end.

``python tests/chaos/chaos.py [ROUNDS]`` prints its seed; ``GENERICPIPE_CHAOS_SEED`` repeats it, and
``--only N`` one round of it. After each round it holds that

* no job that the journal had as finished was started again,
* a run that was asked to stop instead left no process behind,
* no job was lost,
* no job ran twice at once,
* no process is left over,
* mapfiles and products are those of a run that nothing disturbed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

NAMES = "abcd"
SEED = "GENERICPIPE_CHAOS_SEED"

#: A job: holds a lock while it runs, notes its start and its end in one write each, and dawdles a little.
#: What it does to files it can do twice, as every program must that may be killed.
JOB = """\
#!/bin/sh
here=${0%/bin/*} step=$1 pass=$2 action=$3 in=$4 out=$5
me="$step $pass ${in##*/}"
exec 9> "$here/locks/$step.$pass.${in##*/}"
flock -n 9 || echo "twice $me" >> "$here/notes"
echo "start $me" >> "$here/notes"
sleep 0.0$(($$ % 7))
case $action in
copy) { cat "$in" && echo "$step"; } > "$out" || exit 1 ;;
move) [ ! -e "$in" ] || mv "$in" "$out" || exit 1; [ -e "$out" ] || exit 1 ;;
change) grep -qx "$step $pass" "$in" || echo "$step $pass" >> "$in" || exit 1 ;;
beside) cp "$in" "$in.x" || exit 1 ;;
check) case $in in */b.*) exit 3 ;; *) cp "$in" "$out" || exit 1 ;; esac ;;
look) cat "$in" > /dev/null || exit 1 ;;
esac
echo "end $me" >> "$here/notes"
"""

#: The same as a function that a forked process calls.
SCRIPT = """\
import fcntl, os, time

def main(step, number, action, path, out=""):
    name = os.path.basename(path)
    here = os.path.dirname(os.getcwd())

    def note(what):
        with open(os.path.join(here, "notes"), "a") as notes:
            notes.write(f"{what} {step} {number} {name}\\n")

    with open(os.path.join(here, "locks", f"{step}.{number}.{name}"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            note("twice")
        note("start")
        time.sleep(os.getpid() % 7 / 100)
        with open(path) as file:
            text = file.read()
        if action == "copy":
            with open(out, "w") as file:
                file.write(text + step + "\\n")
        note("end")
    return {"break": action == "ask" and int(number) >= 1, "length": len(text)}
"""

MAKE = """\
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.folder = {here}/data
make.control.pattern = *.ms
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = make.mapfile
"""
RENAME = """\
{name}.control.kind = plugin
{name}.control.type = changeMapfile
{name}.control.mapfile_in = {of}.output.mapfile
{name}.control.add_name = .x
"""
STEP = """\
{name}.control.type = {task}
{name}.control.executable = {here}/{program}
{name}.control.mapfile_in = {of}.output.mapfile
{name}.control.inputkey = in
{name}.control.outputkey = out
{name}.control.nthreads = 1
{name}.control.max_per_node = 2
{name}.control.inplace = {inplace}
{name}.argument.flags = [{name},{number},{action},in,out]
"""
LOOP = (
    "{name}.control.kind = loop\n{name}.control.loopcount = {count}\n{name}.control.loopsteps = [{steps}]\n"
)


def step(name: str, action: str, of: str = "make", number: str = "-", python: bool = False) -> str:
    """Return the lines of a step of jobs."""
    task, program = ("pythonplugin", "scripts/job.py") if python else ("executable_args", "bin/job")
    return STEP.format(
        name=name,
        action=action,
        of=of,
        number=number,
        task=task,
        program=program,
        inplace=action == "change",
        here="{here}",
    )


#: Pipelines: the list of steps, the lines.
SHAPES: Mapping[str, tuple[str, str]] = {
    "chain": (
        "make, one, two, three",
        MAKE + step("one", "copy") + step("two", "copy", "one") + step("three", "look", "two"),
    ),
    "in place": (
        "make, one, alter, two, again",
        MAKE
        + step("one", "copy")
        + step("alter", "change", "one")
        + step("two", "copy", "one")
        + step("again", "change", "one"),
    ),
    "loop": (
        "make, one, loop, last",
        MAKE
        + step("one", "copy")
        + LOOP.format(name="loop", count=4, steps="alter, ask")
        + step("alter", "change", "one", "loop.output.counter")
        + step("ask", "ask", "one", "loop.output.counter", python=True)
        + step("last", "copy", "one"),
    ),
    "python": (
        "make, one, two, three",
        MAKE
        + step("one", "copy", python=True)
        + step("two", "copy", "one", python=True)
        + step("three", "copy", "two"),
    ),
    "tolerated": (
        "make, one, two, three",
        MAKE + step("one", "check") + step("two", "copy", "one") + step("three", "copy", "two", python=True),
    ),
    "maps": (
        "make, one, add, rename, two, three",
        MAKE
        + step("one", "copy")
        + step("add", "beside", "one")
        + RENAME.format(name="rename", of="one")
        + step("two", "copy", "rename")
        + step("three", "copy", "two"),
    ),
    "moved": (
        "make, one, two, three",
        MAKE + step("one", "copy") + step("two", "move", "one") + step("three", "copy", "two"),
    ),
}

#: Killed between its deed and the journal's word of it, a job that moves its input needs it made again.
_MAY_RUN_AGAIN = {"moved": {"one"}}

_TIMES = (".job_duration.mapfile", ".monitor_stats.mapfile")
_STATE = {"journal.jsonl", "statefile", "lock"}

Identity = tuple[str, tuple[int, ...], int]


class Violation(AssertionError):
    """Something that must not happen."""


@dataclass
class Folder:
    """A project of one shape in a folder of its own."""

    path: Path
    shape: str
    environment: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def prepare(self) -> Folder:
        """Write data, programs and the pipeline."""
        for folder in ("data", "bin", "scripts", "locks"):
            (self.path / folder).mkdir(parents=True)
        for name in NAMES:
            (self.path / f"data/{name}.ms").write_text(f"{name}\n")
        for program, text in (("bin/job", JOB), ("scripts/job.py", SCRIPT)):
            (self.path / program).write_text(text)
            (self.path / program).chmod(0o755)
        listed, lines = SHAPES[self.shape]
        text = f"pipeline.steps = [{listed}]\n{lines.format(here=self.path)}"
        (self.path / "p.parset").write_text(text)
        return self

    def start(self) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "genericpipe", "run", "p.parset"],
            cwd=self.path,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self) -> None:
        """Run the pipeline to its end."""
        said, _ = (process := self.start()).communicate(timeout=300)
        self.said.append(said)
        if process.returncode != 0:
            raise Violation(f"the run that nothing disturbed ended with {process.returncode}\n{said}")

    def notes(self) -> list[str]:
        """Return what jobs noted."""
        path = self.path / "notes"
        return path.read_text().splitlines() if path.exists() else []

    def finished(self) -> set[Identity]:
        """Return the jobs that the journal has as ended well."""
        path = self.path / "p/journal.jsonl"
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
        found: dict[Identity, bool] = {}
        for event in map(json.loads, filter(None, lines)):
            if event["event"] == "job_finished":
                key = (event["step"], tuple(event.get("passes", ())), event["index"])
                found[key] = event["status"] == "done"
        return {key for key, ok in found.items() if ok}

    def left(self) -> dict[str, str]:
        """Return the mapfiles, products and data with what is in them."""
        paths = [*(self.path / "p").iterdir(), *(self.path / "p/mapfiles").iterdir()]
        paths += (self.path / "data").iterdir()
        found = {}
        for path in sorted(paths):
            if path.is_file() and path.name not in _STATE:
                text = path.read_text().replace(str(self.path), "")
                if path.name.endswith(_TIMES):
                    text = re.sub("'file': '.*?'", "'file': ''", text)
                found[str(path.relative_to(self.path))] = text
        return found

    def processes(self) -> list[str]:
        """Return the processes that have to do with the folder."""
        return processes_in(self.path)


def processes_in(folder: Path) -> list[str]:
    """Return the processes whose command line names a folder, or that work in it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if str(folder) in words or os.readlink(entry / "cwd").startswith(str(folder)):
                found.append(f"{entry.name} {words}")
        except OSError:
            continue
    return found


def identity(note: str) -> Identity:
    """Return the job that a note is about."""
    _, name, number, file = note.split()
    return name, () if number == "-" else (int(number),), NAMES.index(file[0])


@dataclass
class Round:
    """A pipeline that is killed some times and then left in peace."""

    folder: Folder
    dice: random.Random
    kills: int = 0
    survived: int = 0

    def play(self, quiet: Folder) -> None:
        """Play the round.

        Raises
        ------
        Violation
            If something happened that must not.
        """
        planned = self.dice.choice((1, 1, 2, 3))
        expected = len(quiet.notes())
        while True:
            done = self.folder.finished()
            seen = len(self.folder.notes())
            process = self.folder.start()
            if self.kills < planned and self._kill(process, seen, expected):
                self.kills += 1
                self.survived += bool(self.folder.processes())
                self._check_starts(done, seen)
                continue
            said, _ = process.communicate(timeout=300)
            self.folder.said.append(said)
            self._check_starts(done, seen)
            if process.returncode != 0:
                raise Violation(f"ended with {process.returncode}")
            break
        self._check_end(quiet)

    def _kill(self, process: subprocess.Popen[str], seen: int, expected: int) -> bool:
        """Kill the runner at some moment; return whether it was still there."""
        if self.dice.random() < 0.25:
            end = time.monotonic() + self.dice.uniform(0.0, 1.5)
            while process.poll() is None and time.monotonic() < end:
                time.sleep(0.002)
        else:
            wanted = seen + self.dice.randint(1, max(1, expected - seen))
            while process.poll() is None and len(self.folder.notes()) < wanted:
                time.sleep(0.002)
            time.sleep(self.dice.choice((0.0, 0.0, 0.01, 0.03)))
        if process.poll() is not None:
            return False
        if self.dice.random() < 0.15:
            return self._stop(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        # Jobs hold no end of our pipe; what the runner said until then is in it.
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self.folder.said.append(f"{process.stdout.read() or ''}-- killed\n")
        process.stdout.close()
        return True

    def _stop(self, process: subprocess.Popen[str]) -> bool:
        """Ask the runner to stop; return whether it was not at its end anyway."""
        process.send_signal(self.dice.choice((signal.SIGINT, signal.SIGTERM)))
        said, _ = process.communicate(timeout=300)
        self.folder.said.append(f"{said}-- asked to stop: {process.returncode}\n")
        left = self.folder.processes()
        if left:
            raise Violation(f"asked to stop it left behind: {left}")
        if process.returncode not in (0, 6, -signal.SIGINT, -signal.SIGTERM):
            raise Violation(f"asked to stop it ended with {process.returncode}")
        return True

    def _check_starts(self, done: set[Identity], seen: int) -> None:
        allowed = _MAY_RUN_AGAIN.get(self.folder.shape, set())
        for note in self.folder.notes()[seen:]:
            job = identity(note)
            if note.startswith("start") and job in done and job[0] not in allowed:
                raise Violation(f"was finished and ran again: {note}")

    def _check_end(self, quiet: Folder) -> None:
        notes = self.folder.notes()
        twice = [note for note in notes if note.startswith("twice")]
        if twice:
            raise Violation(f"ran twice at once: {twice}")
        ended = {note for note in notes if note.startswith("end")}
        lost = {note for note in quiet.notes() if note.startswith("end")} ^ ended
        if lost:
            raise Violation(f"jobs that only one of the two runs has: {sorted(lost)}")
        remaining = self.folder.processes()
        if remaining:
            raise Violation(f"still there: {remaining}")
        left, expected = self.folder.left(), quiet.left()
        if left != expected:
            names = sorted(name for name in left.keys() | expected if left.get(name) != expected.get(name))
            first = names[0]
            raise Violation(f"differ: {names}\n{first}: {left.get(first)!r}\nnot {expected.get(first)!r}")


@dataclass
class Chaos:
    """Many rounds.

    Parameters
    ----------
    folder
        Where to play; it is left as it is where a round fails.
    seed
        Of the dice: the same seed, the same plan of kills.
    environment
        Of the command.
    """

    folder: Path
    seed: int
    environment: Mapping[str, str]
    kills: int = 0
    survived: int = 0
    _quiet: dict[str, Folder] = field(default_factory=dict)

    def play(self, number: int) -> str:
        """Play one round; return the shape of its pipeline.

        Raises
        ------
        Violation
            If something happened that must not; it tells the seed, the round and what the command said.
        """
        shape = list(SHAPES)[number % len(SHAPES)]
        quiet = self._quiet.get(shape)
        if quiet is None:
            path = self.folder / f"quiet {shape}".replace(" ", "-")
            quiet = self._quiet[shape] = Folder(path, shape, self.environment).prepare()
            quiet.finish()
        folder = Folder(self.folder / f"round-{number}", shape, self.environment).prepare()
        one = Round(folder, random.Random(f"{self.seed} {number}"))
        try:
            one.play(quiet)
        except Violation as error:
            said = "\n".join(folder.said)
            raise Violation(
                f"{SEED}={self.seed}, round {number} ({shape}), {folder.path}: {error}\n{said}\n"
                + "\n".join(folder.notes())
            ) from None
        self.kills += one.kills
        self.survived += one.survived
        shutil.rmtree(folder.path)
        return shape

    def rounds(self, count: int) -> Iterator[str]:
        """Play rounds one after the other; yield the shape of each."""
        yield from map(partial(Chaos.play, self), range(count))


def chosen_seed() -> int:
    """Return the seed that the environment asks for, else one that nobody knows yet."""
    return int(os.environ.get(SEED) or random.SystemRandom().randrange(2**32))


def main() -> int:
    """Play rounds and say how they went."""
    parser = argparse.ArgumentParser(description="Kill and resume runs at random.")
    parser.add_argument("rounds", nargs="?", type=int, default=200)
    parser.add_argument("--only", type=int, metavar="N", help="one round of these")
    arguments = parser.parse_args()
    seed = chosen_seed()
    print(f"{SEED}={seed}", flush=True)
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    home = folder / "home"
    home.mkdir()
    chaos = Chaos(folder, seed, {**os.environ, "HOME": str(home), "COLUMNS": "110"})
    failed = 0
    numbers = range(arguments.rounds) if arguments.only is None else [arguments.only]
    for number in numbers:
        try:
            shape = chaos.play(number)
        except Violation as error:
            failed += 1
            print(f"round {number}: {error}", flush=True)
        else:
            print(f"round {number}: {shape}, well", flush=True)
    took = time.monotonic() - began
    print(
        f"{len(numbers)} rounds, {failed} failed; runners killed: {chaos.kills}, "
        f"of which {chaos.survived} left jobs behind; {took:.0f} s"
    )
    if not failed:
        shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
