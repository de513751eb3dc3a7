"""A job folder in which steps of small file operations run, with journal and resume as a runner uses them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from genericpipe.engine.folder.processes import this_process
from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.jobfiles import FileWatch, JobFiles
from genericpipe.engine.journal.journal import Journal
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import StepKey
from genericpipe.engine.resume.assessment import Assessment, Planned, assess, refuse
from genericpipe.engine.resume.fingerprint import Fingerprints
from genericpipe.engine.resume.resume import Resume
from genericpipe.recipes.job import Job, JobIdentity, Outcome, Status


def a_job(step: str = "s", index: int = 0, passes: tuple[int, ...] = (), **fields: object) -> Job:
    """Return a job of the program `true`."""
    given: dict[str, object] = {
        "identity": JobIdentity(step, index, passes),
        "host": "localhost",
        "argv": ("/bin/true",),
        "environment": {},
        "working_directory": Path("/"),
        "stdout": Path("/dev/null"),
        "stderr": Path("/dev/null"),
    }
    return Job(**{**given, **fields})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Doing:
    """A step: for each of its jobs what it reads and leaves, and what it does to the files."""

    name: str
    reads: Sequence[str]
    leaves: Sequence[str]
    words: tuple[str, ...] = ()
    act: Callable[[str, str], None] | None = None
    fails: Collection[int] = ()
    passes: tuple[int, ...] = ()
    basis: str = ""
    tolerant: bool = True
    takes: tuple[str, ...] = ()

    @property
    def key(self) -> StepKey:
        return StepKey(self.name, self.passes)

    @property
    def indices(self) -> Sequence[int]:
        return range(len(self.reads))

    def job(self, index: int) -> Job:
        reads, leaves = self.reads[index], self.leaves[index]
        return a_job(
            self.name,
            index,
            self.passes,
            argv=("/bin/true", *self.words, reads, leaves),
            inputs=(reads,),
            products=(leaves,),
        )

    def do(self, index: int) -> Outcome:
        if index in self.fails:
            return Outcome(Status.FAILED, 1, reason="exit status 1")
        reads, leaves = self.reads[index], self.leaves[index]
        if self.act is not None:
            self.act(reads, leaves)
        else:
            Path(leaves).write_text(f"{Path(reads).read_text()} {self.name}{' '.join(self.words)}")
        return Outcome(Status.DONE, 0, 1.0, 2.0, 3000, 1.5, {"size": "7"})


@dataclass
class Bench:
    """A job folder."""

    root: Path
    ran: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    start_time: str = "2026-01-01T00:00:00"

    def file(self, name: str, text: str = "data") -> str:
        path = self.root / name
        path.write_text(text)
        return str(path)

    def path(self, name: str) -> str:
        return str(self.root / name)

    def history(self) -> History:
        return History.of(self.root)

    def assessed(self, steps: Sequence[Doing], history: History, **options: object) -> Assessment:
        planned = [Planned(one.key, one, one.basis, one.takes) for one in steps if one.key in history.steps]
        return assess(history, self.fingerprints(history), planned, **options)  # type: ignore[arg-type]

    def fingerprints(self, history: History) -> Fingerprints:
        return Fingerprints([*history.start_times, self.start_time])

    def run(
        self,
        *steps: Doing,
        force: Collection[str] = (),
        retry_failed: bool = False,
        killed: int | None = None,
    ) -> list[str]:
        """Run a pipeline, or resume it; return the jobs that ran. `killed`: die as that job starts."""
        self.ran, self.reasons = [], {}
        history = self.history()
        assessment = self.assessed(steps, history, force=force, retry_failed=retry_failed)
        self.lines = assessment.lines()
        assessment.check()
        resume = Resume(history, self.fingerprints(history), force, retry_failed, assessment.needed)
        watch = FileWatch(history.written)
        with Journal.open(self.root) as journal:
            recorder = Recorder(journal, history.texts)
            recorder.run_started(this_process(), self.start_time, "1", "/p.parset", "text", {})
            for one in steps:
                if not self._step(one, resume, recorder, watch, killed):
                    return self.ran
            recorder.run_finished("done")
        return self.ran

    def _step(
        self, one: Doing, resume: Resume, recorder: Recorder, watch: FileWatch, killed: int | None
    ) -> bool:
        decision = resume.consider(one.key, one, one.basis, one.takes)
        refuse(decision)
        recorder.step_started(one.key, "recipe", "task", one.basis, takes=one.takes)
        outcomes = decision.outcomes()
        for index, reason in decision.run.items():
            job = one.job(index)
            before = watch.before(job)
            fingerprint = resume.fingerprints.of(job)
            recorder.job_started(job.identity, "localhost", "999999999", 1, fingerprint)
            if killed is not None and len(self.ran) == killed:
                return False
            outcome = outcomes[index] = one.do(index)
            self.ran.append(str(job.identity))
            self.reasons[str(job.identity)] = reason
            recorder.job_finished(job.identity, outcome, watch.after(job, before))
        failed = [outcome for outcome in outcomes.values() if not outcome.status.ok]
        bad = bool(failed) and not one.tolerant
        recorder.step_finished(one.key, "failed" if bad else "done", {"answer": one.name})
        return not bad


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="session")
def bench_at() -> Callable[[Path], Bench]:
    return Bench


@pytest.fixture(scope="session")
def doing() -> Callable[..., Doing]:
    return Doing


@pytest.fixture
def job() -> Callable[..., Job]:
    return a_job


@pytest.fixture
def changed() -> Callable[..., Doing]:
    """The same step with something else about it."""
    return dataclasses.replace  # type: ignore[return-value]


@pytest.fixture
def no_files() -> JobFiles:
    return JobFiles()


@pytest.fixture
def record(tmp_path: Path) -> Callable[[Callable[[Recorder], None]], History]:
    """Write into the journal of a folder, and read it."""

    def written(write: Callable[[Recorder], None]) -> History:
        history = History.of(tmp_path)
        with Journal.open(tmp_path) as journal:
            recorder = Recorder(journal, history.texts)
            if not history.runs:
                recorder.run_started(this_process(), "2026-01-01T00:00:00", "1", "/p", "", {})
            write(recorder)
        return History.of(tmp_path)

    return written
