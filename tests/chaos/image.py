"""The image pipeline on the real programs, its runner killed and the run resumed: the image stays what it is.

``python tests/chaos/image.py`` kills the runner, and leaves its jobs alive: after each of three steps, in the
middle of DP3 and of WSClean, each in a run of its own, and once jobs and all; then at all of these in one. It
holds that

* no job that the journal has as finished was started again,
* no process is left over, and no file that such a run would not have,
* with one thread, all images are those of a run that nothing disturbed, pixel by pixel,
* with two threads, the image is no further off from such runs than they are from each other.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits

try:
    from chaos import Violation, processes_in
except ModuleNotFoundError:  # loaded by its path
    sys.path.insert(0, str(Path(__file__).parent))
    from chaos import Violation, processes_in

PARSET = Path(__file__).resolve().parents[2] / "parsets" / "Image.parset"
OBSERVATION = "--subbands 3 --stations 12 --duration 480 --channels 2".split()
CONFIG = """\
[remote]
method = local
[wsclean]
without_idg = wgridder
"""
OPTIONS = {
    "cellsize_highres_deg": "0.00278",
    "fieldsize_highres": "0.3",
    "auto_mask": "6",
    "auto_threshold": "4",
    "feedback_image": "-MFS-image-pb.fits",
}
#: What two runs with several threads may differ by, relative to the peak, whatever others did: the threads of
#: WSClean add floating-point numbers in no fixed order, and a few runs do not show all that this can do.
ROUNDING = 1e-5


@dataclass(frozen=True)
class Moment:
    """When the runner is killed.

    Parameters
    ----------
    step
        In which step.
    program
        What has to be running then; empty for the moment at which the step has ended.
    sign
        What the step's log has to say first.
    power
        Whether the jobs die with it, as when power fails.
    """

    step: str
    program: str = ""
    sign: str = ""
    power: bool = False

    def __str__(self) -> str:
        where = f"in the middle of {self.program}" if self.program else f"after {self.step}"
        return f"{where} with all jobs" if self.power else where


MOMENTS = (
    Moment("do_magic"),
    Moment("average", "DP3"),
    Moment("average"),
    Moment("dpppconcat"),
    Moment("wsclean_high_deep", "wsclean", "== Deconvolving (1) ==", power=True),
    Moment("wsclean_high_deep", "wsclean", "== Deconvolving (1) =="),
)


@dataclass
class Imaging:
    """A folder in which the image pipeline runs.

    Parameters
    ----------
    path
        The folder; it is made.
    sets
        The measurement sets.
    threads
        How many WSClean has.
    environment
        Of the command.
    """

    path: Path
    sets: Sequence[Path]
    threads: int
    environment: Mapping[str, str]
    survived: int = 0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True)
        (self.path / "pipeline.cfg").write_text(CONFIG)

    @property
    def job(self) -> Path:
        """The job folder."""
        return self.path / "Image"

    def start(self) -> subprocess.Popen[str]:
        """Start the command."""
        options = {
            **OPTIONS,
            "data_input_filenames": f"[{','.join(map(str, self.sets))}]",
            "image_output_filenames": f"[{self.path}/out/field.fits]",
            "max_cpus_per_img": str(self.threads),
        }
        words = [word for name, text in options.items() for word in ("--set", f"{name}={text}")]
        log = (self.path / "said").open("a")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "genericpipe", "run", *words, str(PARSET)],
                cwd=self.path,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def finish(self, kills: Sequence[Moment] = ()) -> None:
        """Run to the end, with the runner killed at some moments on the way, each resumed.

        Raises
        ------
        Violation
            If something happened that must not.
        """
        for moment in kills:
            self._kill(moment)
        before = self.finished()
        process = self.start()
        if process.wait(timeout=1200) != 0:
            raise Violation(f"{self.path}: ended with {process.returncode}\n{self._said()}")
        again = before & self.started_last()
        if again:
            raise Violation(f"{self.path}: were finished and ran again: {sorted(again)}\n{self._said()}")
        remaining = processes_in(self.path)
        if remaining:
            raise Violation(f"{self.path}: still there: {remaining}")

    def _kill(self, moment: Moment) -> None:
        before, seen, logs = self.finished(), len(self.events()), self._logs(moment)
        process = self.start()
        while not self._is_there(moment, seen, logs):
            if process.poll() is not None:
                raise Violation(
                    f"{self.path}: ended with {process.returncode} before {moment}\n{self._said()}"
                )
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        alive = [words for words in processes_in(self.path) if moment.program and moment.program in words]
        if moment.program and not alive:
            raise Violation(f"{self.path}: {moment.program} had ended when the runner was killed")
        self.survived += bool(alive)
        if moment.power:
            for words in processes_in(self.path):
                os.kill(int(words.split()[0]), signal.SIGKILL)
            while processes_in(self.path):
                time.sleep(0.01)
        again = before & self.started_last()
        if again:
            raise Violation(f"{self.path}: were finished and ran again: {sorted(again)}\n{self._said()}")

    def _is_there(self, moment: Moment, seen: int, old: set[Path]) -> bool:
        """Return whether a moment has come, by what is new in the journal and in the logs."""
        events = self.events()[seen:]
        if not moment.program:
            return any(event["event"] == "step_finished" and event["step"] == moment.step for event in events)
        jobs = [event["event"] for event in events if event.get("step") == moment.step]
        if "job_started" not in jobs:
            return False
        if not moment.sign:
            return any(self.job.glob(f"*.{moment.step}/table.dat"))
        return any(moment.sign in path.read_text(errors="replace") for path in self._logs(moment) - old)

    def _logs(self, moment: Moment) -> set[Path]:
        return set(self.job.glob(f"logs/*/{moment.step}/*.log"))

    def events(self) -> list[Any]:
        """Return what the journal has; its last line may be torn."""
        journal = self.job / "journal.jsonl"
        lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
        return [json.loads(line) for line in lines if line]

    def finished(self) -> set[tuple[str, int]]:
        """Return the jobs of programs that the journal has as done; those of step plugins run each time."""
        events = [event for event in self.events() if event["event"] == "job_finished"]
        done = {(event["step"], event["index"]) for event in events if event["status"] == "done"}
        return {job for job in done if job[0] in _PROGRAMS}

    def started_last(self) -> set[tuple[str, int]]:
        """Return the jobs that the last run started."""
        events = self.events()
        begins = [number for number, event in enumerate(events) if event["event"] == "run_started"]
        last = events[begins[-1] :] if begins else []
        return {(event["step"], event["index"]) for event in last if event["event"] == "job_started"}

    def images(self) -> dict[str, np.ndarray]:
        """Return the pixels of all images, copies and all."""
        paths = sorted([*self.job.glob("fullband-*.fits"), *self.path.glob("out/*.fits")])
        return {path.name: np.asarray(fits.getdata(path)).squeeze() for path in paths}

    def _said(self) -> str:
        return (self.path / "said").read_text()


_PROGRAMS = ("do_magic", "average", "dpppconcat", "wsclean_high_deep")


def expect_identical(one: Imaging, quiet: Imaging) -> None:
    """Hold all images of two folders against each other, and what else is left.

    Raises
    ------
    Violation
        If something is missing or left over, or a pixel differs.
    """
    here, there = one.images(), quiet.images()
    if here.keys() != there.keys() or "field.fits" not in here:
        raise Violation(f"{one.path}: images that only one has: {sorted(here.keys() ^ there.keys())}")
    left, expected = ({path.name for path in folder.job.iterdir()} for folder in (one, quiet))
    if left != expected:
        raise Violation(f"{one.path}: in the job folder only one has: {sorted(left ^ expected)}")
    differ = [name for name in here if not np.array_equal(here[name], there[name], equal_nan=True)]
    if differ:
        worst = max(float(np.nanmax(np.abs(here[name] - there[name]))) for name in differ)
        raise Violation(f"{one.path}: differ by up to {worst:.3g}: {differ}")


def distance(one: Imaging, other: Imaging) -> float:
    """Return by how much the final images of two folders differ, relative to the peak."""
    here, there = one.images()["field.fits"], other.images()["field.fits"]
    return float(np.nanmax(np.abs(here - there)) / np.nanmax(np.abs(there)))


@dataclass
class Imagings:
    """Runs on one observation.

    Parameters
    ----------
    folder
        Where they are.
    sets
        The measurement sets.
    environment
        Of the command.
    """

    folder: Path
    sets: Sequence[Path]
    environment: Mapping[str, str]

    def run(self, name: str, threads: int, kills: Sequence[Moment] = ()) -> Imaging:
        """Run the pipeline in a folder of its own; return what is left there."""
        one = Imaging(self.folder / name, self.sets, threads, self.environment)
        one.finish(kills)
        return one

    def with_one_thread(self) -> Iterator[str]:
        """Kill at each moment, then at all; yield what was done."""
        quiet = self.run("quiet", 1)
        for number, kills in enumerate([*([moment] for moment in MOMENTS), MOMENTS]):
            one = self.run(f"killed-{number}", 1, kills)
            expect_identical(one, quiet)
            yield f"one thread, killed {', '.join(map(str, kills))}: {len(one.images())} images are the same"
            shutil.rmtree(one.path)

    def with_two_threads(self) -> Iterator[str]:
        """Kill at each moment; yield how far off the image was.

        Raises
        ------
        Violation
            If it was further off than runs that nothing disturbs are from each other.
        """
        quiet = [self.run(f"quiet-{number}", 2) for number in range(3)]
        pairs = [(quiet[0], quiet[1]), (quiet[0], quiet[2]), (quiet[1], quiet[2])]
        apart = max(distance(*pair) for pair in pairs)
        yield f"two threads, three runs that nothing disturbs: up to {apart:.2g} of the peak apart"
        for number, moment in enumerate(MOMENTS):
            one = self.run(f"two-killed-{number}", 2, [moment])
            off = min(distance(one, other) for other in quiet)
            if off > max(apart, ROUNDING):
                raise Violation(f"{one.path}: {off:.2g} of the peak off, and quiet runs {apart:.2g} apart")
            yield f"two threads, killed {moment}: {off:.2g} of the peak off"
            shutil.rmtree(one.path)


def simulate(folder: Path, environment: Mapping[str, str]) -> list[Path]:
    """Make a small observation; return its sets."""
    words = [sys.executable, "-m", "genericpipe", "simulate", "--out", str(folder), *OBSERVATION]
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
    return sorted(folder.glob("*.MS"))


def main() -> int:
    """Kill, resume and compare, and say how it went."""
    argparse.ArgumentParser(
        description="Kill and resume the image pipeline on the real programs."
    ).parse_args()
    if shutil.which("wsclean") is None:
        print("there is no wsclean on PATH: .ci/install-wsclean installs it")
        return 1
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chaos-image-"))
    home = folder / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "COLUMNS": "110"}
    imagings = Imagings(folder, simulate(folder / "data", environment), environment)
    try:
        for part in (imagings.with_one_thread, imagings.with_two_threads):
            for said in part():
                print(said, flush=True)
    except Violation as error:
        print(error)
        return 1
    print(f"the image stays what it is, whenever the runner is killed; {time.monotonic() - began:.0f} s")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
