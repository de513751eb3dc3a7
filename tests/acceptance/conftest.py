"""Pipelines of little programs that note each job, and their quiet runs; an observation for the real ones."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from subprocess import run
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Outcome

#: ``work STEP ACTION FILE [FILE]``: notes the step and the file, and does to the file what ACTION says.
WORK = """\
#!/bin/sh
here=${0%/bin/*} step=$1 action=$2
shift 2
echo "$step ${1##*/}" >> "$here/ran"
case $action in
copy) { cat "$1" && echo "$step"; } > "$2" ;;
move) mv "$1" "$2" ;;
delete) rm "$1" ;;
change) echo "$step" >> "$1" ;;
look) cat "$1" > /dev/null ;;
check) [ ! -e "$here/bad/${1##*/}" ] && cp "$1" "$2" ;;
log) mkdir -p "${2%/*}" && echo "$step" >> "$2.$step" ;;
*) echo "no such action: $action" >&2; exit 9 ;;
esac
"""

#: Of these maps only the hosts and the skipped entries are the same in every run.
_TIMES = (".job_duration.mapfile", ".monitor_stats.mapfile")
_STATE = {"journal.jsonl", "statefile", "lock"}


ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Block:
    """The lines of one step, and whether the main list of steps names it."""

    name: str
    lines: tuple[str, ...]
    listed: bool = True

    def with_lines(self, *lines: str) -> Block:
        """Return the step with further lines: what follows ``<step>.``."""
        return replace(self, lines=(*self.lines, *lines))

    def within(self) -> Block:
        """Return the step as one that only a loop names."""
        return replace(self, listed=False)


@dataclass
class Lab:
    """A project with data, programs and a pipeline of blocks."""

    project: Any
    blocks: list[Block] = field(default_factory=list)
    parset: str = "p.parset"
    _seen: int = 0

    def make(self, name: str = "make", folder: str = "data", pattern: str = "*.ms") -> Block:
        """Return a step that lists the data."""
        return Block(
            name,
            (
                "control.kind = plugin",
                "control.type = createMapfile",
                "control.method = mapfile_from_folder",
                f"control.folder = {self.project.file(folder)}",
                f"control.pattern = {pattern}",
                "control.mapfile_dir = input.output.mapfile_dir",
                f"control.filename = {name}.mapfile",
            ),
        )

    def step(self, name: str, action: str, of: str = "make.output.mapfile", more: str = "out") -> Block:
        """Return a step whose program does `action` to each file of a map; `more` is its second file."""
        return Block(
            name,
            (
                "control.type = executable_args",
                f"control.executable = {self.project.file('bin/work')}",
                f"control.mapfile_in = {of}",
                "control.inputkey = in",
                "control.outputkey = out",
                f"argument.flags = [{name},{action},in,{more}]",
            ),
        )

    def after(self, name: str, action: str, before: str, more: str = "out") -> Block:
        """Return a step that works on the products of another."""
        return self.step(name, action, f"{before}.output.mapfile", more)

    def inplace(self, name: str, of: str) -> Block:
        """Return a step that changes the files of another step in place."""
        return self.after(name, "change", of).with_lines("control.inplace = True")

    def loop(self, name: str, count: int, *steps: str) -> Block:
        """Return a loop."""
        return Block(
            name,
            (
                "control.kind = loop",
                f"control.loopcount = {count}",
                f"control.loopsteps = [{','.join(steps)}]",
            ),
        )

    def write(self, *blocks: Block, listed: str = "", head: str = "") -> None:
        """Write the pipeline.

        Parameters
        ----------
        blocks
            Its steps.
        listed
            The list of steps where it is not just the blocks in order.
        head
            Further lines before them.
        """
        self.blocks = list(blocks)
        names = listed or ", ".join(block.name for block in blocks if block.listed)
        lines = [f"{block.name}.{line}" for block in blocks for line in block.lines]
        self.project.write(self.parset, "\n".join([head, f"pipeline.steps = [{names}]", *lines]) + "\n")

    def run(self, *words: str, status: int = 0, **options: Any) -> Outcome:
        """Run the pipeline; `ran` tells then which jobs that took."""
        self._seen = len(self.all_ran())
        done: Outcome = self.project.run("run", self.parset, *words, **options)
        return done.expect(status)

    def all_ran(self) -> list[str]:
        """Return every job that was ever noted, ``STEP FILE``."""
        path = self.project.file("ran")
        return path.read_text().splitlines() if path.exists() else []

    @property
    def ran(self) -> list[str]:
        """The jobs of the last run, in order of their names within a step."""
        jobs = self.all_ran()[self._seen :]
        order = list(dict.fromkeys(job.split()[0] for job in jobs))
        return sorted(jobs, key=lambda job: (order.index(job.split()[0]), job))

    @property
    def steps_ran(self) -> list[str]:
        """The steps of which jobs ran in the last run, each once."""
        return list(dict.fromkeys(job.split()[0] for job in self.ran))

    @property
    def folder(self) -> Path:
        """The job folder, which holds the products too."""
        path: Path = self.project.file(Path(self.parset).stem)
        return path

    def maps(self) -> dict[str, str]:
        """Return the mapfiles by name, their texts without the project's folder and the time jobs took."""
        return {path.name: self._plain(path) for path in sorted((self.folder / "mapfiles").iterdir())}

    def files(self) -> dict[str, str]:
        """Return the products and the data with what is in them."""
        found = [*self.folder.iterdir(), *self.project.file("data").rglob("*")]
        kept = [path for path in found if path.is_file() and path.name not in _STATE]
        return {str(path.relative_to(self.project.path)): self._plain(path) for path in sorted(kept)}

    def _plain(self, path: Path) -> str:
        text = path.read_text().replace(str(self.project.path), "<here>")
        return re.sub("'file': '.*?'", "'file': ''", text) if path.name.endswith(_TIMES) else text

    def alive(self, groups: list[int]) -> list[int]:
        """Return the processes that are in some groups or are their leaders, and have not ended."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                state, _, group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if state not in "ZX" and {int(entry.name), int(group)} & set(groups):
                found.append(int(entry.name))
        return found

    def log(self) -> str:
        """Return the log of the last run."""
        logs = sorted(self.folder.glob("logs/*/pipeline.log"), key=lambda path: path.stat().st_mtime_ns)
        return logs[-1].read_text()

    def expect_as_undisturbed(self, quiet: Lab, status: int = 0) -> None:
        """Fail unless maps and files are what the same pipeline leaves when nothing disturbs it."""
        if not quiet.folder.exists():
            quiet.run(status=status)
        assert self.maps() == quiet.maps()
        assert self.files() == quiet.files()

    def twin(self, folder: Path) -> Lab:
        """Return the same project elsewhere, where nothing has run yet."""
        target = type(self.project)(folder, self.project.home)
        here = str(self.project.path)
        for path in sorted(self.project.path.rglob("*")):
            name = path.relative_to(self.project.path)
            if not path.is_file() or name.parts[0] in {self.folder.name, "ran"}:
                continue
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, folder / name)
            if path.suffix in {".parset", ".cfg"}:
                (folder / name).write_text(path.read_text().replace(here, str(folder)))
        return Lab(target, self.blocks, self.parset)


@pytest.fixture
def lab(project: Any) -> Lab:
    """Return a project with three files of data and the program `work`."""
    files = {f"data/{name}.ms": f"{name}\n" for name in "abc"}
    return Lab(project({**files, "bin/work": WORK}))


@pytest.fixture
def twin(lab: Lab, tmp_path: Path) -> Callable[[], Lab]:
    """Return a maker of the same project as it is now, in another folder, where nothing has run."""
    count = 0

    def make() -> Lab:
        nonlocal count
        count += 1
        return lab.twin(tmp_path / f"twin{count}")

    return make


@pytest.fixture(scope="session")
def imager() -> str:
    """Return WSClean; skip where it, or what simulates for it, is not installed."""
    found = shutil.which("wsclean")
    if found is None:
        pytest.skip("there is no wsclean on PATH: .ci/install-wsclean installs it")
    # Looked for, not imported: dp3 brings a casacore of its own, which does not go with python-casacore's.
    for name in ("dp3", "everybeam", "lofarantpos"):
        if find_spec(name) is None:
            pytest.skip(f"there is no {name}: pip install 'genericpipe[tools]'")
    return found


@pytest.fixture(scope="session")
def observation(imager: str, home: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return three subbands of eight minutes, seen by twelve stations, which tests leave as they are.

    Beside them is truth.json, which says what sky it is.
    """
    folder = tmp_path_factory.mktemp("observation") / "data"
    size = "--subbands 3 --stations 12 --duration 480 --channels 2".split()
    words = [sys.executable, "-m", "genericpipe", "simulate", "--out", str(folder), *size]
    done = run(words, cwd=ROOT, env={**os.environ, "HOME": str(home)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return sorted(folder.glob("*.MS"))
