"""What earlier runs left in the job folder, and what this one adds: the journal, and what follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import Finding, Location, Severity, StateError
from ...pipeline import Step
from ...recipes.executable_args import Work
from ...recipes.job import Job, JobIdentity, Outcome, Status
from ..executor import Executor, Submission
from ..folder.atomic import remove_unfinished
from ..folder.processes import this_process
from ..folder.statefile import Statefile, reconcile
from ..journal.history import History
from ..journal.jobfiles import FileWatch
from ..journal.journal import Journal
from ..journal.recorder import Recorder, digest
from ..journal.records import NOTHING_KNOWN, AdoptedStep, JobStart, RunAbout, StepKey, StepRecord
from ..journal.stamps import FileStamp, Stamp, file_stamp
from ..run import Run
from .adoption import Adoption
from .assessment import Assessment, Planned, assess, refuse
from .fingerprint import Fingerprints, resolved_program
from .maptexts import MapTexts, texts_of
from .needs import text_of
from .resume import Resume, StepDecision
from .survivors import find_survivors
from .takes import takes_of


@dataclass(frozen=True)
class Repeat:
    """What the command line asks of steps that have run before.

    Parameters
    ----------
    force
        Steps that run again whatever is recorded.
    retry_failed
        Whether failures that a step tolerated are tried again.
    wait
        Whether jobs that outlived a killed runner are waited for and not ended.
    """

    force: tuple[str, ...] = ()
    retry_failed: bool = False
    wait: bool = False


@dataclass
class Past:
    """The past of a job folder, open for what happens now.

    Parameters
    ----------
    run
        The run that begins.
    repeat
        What is asked of steps that have run before.
    salt
        What else has a say in jobs: the plugins that change them.
    """

    run: Run
    repeat: Repeat = field(default_factory=Repeat)
    salt: str = ""

    def __post_init__(self) -> None:
        folder = self.run.job_directory
        self.history = History.of(folder)
        self.journal = Journal.open(folder)
        self.recorder = Recorder(self.journal, known_texts=self.history.texts)
        self.maps = MapTexts(self.history)
        self.fingerprints = Fingerprints([*self.history.start_times, self.run.start_time], self.salt)
        self._watch = FileWatch(self.history.written)
        self._statefile = Statefile(folder, self.recorder)
        self._finished: list[AdoptedStep] = []
        self._listed = 0
        self._inputs: dict[JobIdentity, Mapping[str, Stamp]] = {}
        self._begun: dict[JobIdentity, str] = {}
        self._start_over(None)

    def _start_over(self, assessment: Assessment | None) -> None:
        """Begin a walk through the pipeline."""
        needed = assessment.needed if assessment else {}
        self.adoption = Adoption(self.history)
        self.resume = Resume(
            self.history, self.fingerprints, self.repeat.force, self.repeat.retry_failed, needed
        )

    def close(self) -> None:
        """Close the journal."""
        self.journal.close()

    # Before anything runs.

    def end_survivors(self, executor: Executor) -> list[Finding]:
        """End the jobs that outlived a runner that was killed, or wait for them; remove files half written.

        Raises
        ------
        StateError
            If they may run on another machine.
        """
        ended = self._end_survivors(executor)
        for folder in (self.run.job_directory, self.run.mapfile_directory, self.run.parset_directory):
            remove_unfinished(folder)
        return ended

    def _end_survivors(self, executor: Executor) -> list[Finding]:
        survivors = find_survivors(self.history)
        starts = {start.handle: start for start in (*survivors.groups, *survivors.submitted)}
        left = [one for one in map(_submission, starts.values()) if executor.adopt(one)]
        if not left:
            return []
        if not self.repeat.wait:
            for submission in left:
                executor.cancel(submission)
        handles = {one.handle for one in left}
        while handles:
            handles -= {done.submission.handle for done in executor.poll(None)}
        ended = "waited for" if self.repeat.wait else "ended"
        message = f"an earlier run was killed and left jobs behind: {survivors}; they have been {ended}"
        return [Finding(Severity.WARNING, "survivors", message)]

    def reconcile(self, names: Collection[str]) -> list[Finding]:
        """Do what a user wants who deleted the statefile or cut steps out of it; adopt one of LOFAR's own.

        Parameters
        ----------
        names
            The steps of the pipeline as they run.
        """
        damaged = self.history.findings(str(self.journal.path))
        gone = reconcile(self.run.job_directory, self.history, self.recorder, names)
        self._start_over(None)
        if not gone:
            return damaged
        message = f"taken out of the statefile: {_some(gone)}; from there on everything runs again"
        where = Location(str(self._statefile.path))
        return [*damaged, Finding(Severity.WARNING, "forgotten-steps", message, where)]

    def rewind(self) -> list[Finding]:
        """Put every overwritten mapfile back as it was before the first step."""
        return self.maps.rewind()

    def look_ahead(self, planned: Iterable[Planned]) -> list[Finding]:
        """Tell what would run again and why, and begin the run proper.

        Raises
        ------
        StateError
            If it would run on files that later steps have changed in place.
        """
        assessment = assess(
            self.history, self.fingerprints, planned, self.repeat.force, self.repeat.retry_failed
        )
        try:
            assessment.check()
        except StateError:
            self.maps.undo()
            raise
        self._start_over(assessment)
        return [Finding(Severity.WARNING, "runs-again", line) for line in assessment.lines()]

    def begin(self, version: str, options: Mapping[str, object], about: RunAbout = NOTHING_KNOWN) -> None:
        """Record the start of the run; maps have been put back by now."""
        parset = self.run.pipeline.scope.parset
        text = text_of(parset)
        path = str(Path(parset.file).absolute())
        self.recorder.run_started(this_process(), self.run.start_time, version, path, text, options, about)

    # While steps run.

    def planned(self, step: Step, key: StepKey, work: Work) -> Planned:
        """Return what a recipe step would do now."""
        return Planned(
            key,
            work,
            self.fingerprints.basis_of(work),
            takes_of(work.bound),
            self.adoption.take(key, step.type, step.location),
            step.location,
        )

    def decide(self, planned: Planned) -> StepDecision:
        """Decide for each job of a step whether it runs.

        Raises
        ------
        StateError
            If it would run on files that later steps have changed in place.
        """
        decision = self.resume.consider(
            planned.key, planned.work, planned.basis, planned.takes, planned.adopted
        )
        refuse(decision, planned.location)
        return decision

    def recorded(self, key: StepKey) -> StepRecord | None:
        """Return the record of a step that ended well; None if it has not."""
        record = self.history.steps.get(key)
        return record if record is not None and record.done else None

    def passed(self, step: Step, key: StepKey) -> Mapping[str, object] | None:
        """Return what an earlier run left of a step that is not to run now; None where it left nothing."""
        is_recipe = step.kind == "recipe"
        adopted = self.adoption.take(key, step.type, step.location) if is_recipe else None
        record = self.recorded(key)
        self.resume.passed(key)
        self.maps.forward(key)
        if record is None and adopted is None:
            return None
        result = record.result if record is not None else adopted.result if adopted is not None else {}
        if is_recipe:
            self._finished.append(AdoptedStep(step.type, key.step, result))
        return result

    def differing(
        self, key: StepKey, result: Mapping[str, object], maps: Iterable[str]
    ) -> frozenset[str] | None:
        """Return which maps a plugin left otherwise than in the run before; None if it did all the same.

        Parameters
        ----------
        key
            Its step.
        result
            What it returned.
        maps
            The maps that it may have written.
        """
        before = self.recorded(key)
        if before is None:
            return None
        now = {path: digest(text) for path, text in texts_of(maps).items()}
        others = frozenset(path for path, name in now.items() if before.after.get(path, name) != name)
        return others if others or dict(before.result) != dict(result) else None

    def started(self, step: Step, planned: Planned, work: Work, running: int) -> None:
        """Record the start of a recipe step of which so many jobs run, with the maps it may overwrite."""
        self.recorder.step_started(
            planned.key,
            step.kind,
            step.type,
            planned.basis,
            _program(work),
            texts_of(_map_paths(work)),
            planned.takes,
            (len(work.indices), running),
            work.job_environment,
        )

    def started_alone(self, step: Step, key: StepKey, maps: Iterable[str], program: str = "") -> None:
        """Record the start of a step without a recipe, a plugin's: of the file at `program`, if it is one."""
        stamp = file_stamp(program) if program else None
        self.recorder.step_started(key, step.kind, step.type, program=stamp, maps=texts_of(maps), jobs=(1, 1))

    def finished(
        self,
        step: Step,
        key: StepKey,
        status: Status,
        result: Mapping[str, object],
        maps: Iterable[str],
        reason: str = "",
        adopted: bool = False,
    ) -> None:
        """Record the end of a step, and write the statefile after one of a recipe."""
        self.recorder.step_finished(key, status.value, result, texts_of(maps), reason, adopted)
        if status.ok and step.kind == "recipe":
            self._finished.append(AdoptedStep(step.type, key.step, result))
            self._write_statefile()

    def job_begins(self, job: Job) -> None:
        """Look at a job's inputs before it starts."""
        self._begun[job.identity] = self.fingerprints.of(job)
        self._inputs[job.identity] = self._watch.before(job)

    def job_started(self, submission: Submission) -> None:
        """Record that a job was started."""
        identity = submission.job.identity
        self.recorder.job_started(
            identity,
            submission.host,
            submission.handle,
            submission.process_start,
            self._begun.get(identity, ""),
        )

    def job_finished(self, job: Job, outcome: Outcome) -> None:
        """Record how a job ended, before anything depends on it."""
        fingerprint = self._begun.pop(job.identity, "")
        files = self._watch.after(job, self._inputs.pop(job.identity, {}))
        self.recorder.job_finished(job.identity, outcome, files, fingerprint)

    def run_finished(self, status: str) -> None:
        """Record the end of the run."""
        if self._listed < len(self._finished):
            self._write_statefile()
        self.recorder.run_finished(status)

    def _write_statefile(self) -> None:
        self._statefile.write(self._state(), self._finished)
        self._listed = len(self._finished)

    def _state(self) -> dict[str, object]:
        """Return the inputs of the run as a statefile holds them."""
        config = self.run.config
        return {
            "job_name": self.run.job_name,
            "config": str(config.path or ""),
            "task_files": [str(file) for file in config.task_files],
            "runtime_directory": str(config.runtime_directory),
            "working_directory": str(config.working_directory),
            "start_time": self.run.start_time,
            "dry_run": False,
            "args": [self.run.pipeline.scope.parset.file],
            "loglevel": self.run.log_level,
        }


def _map_paths(work: Work) -> list[str]:
    return [str(path) for path, _ in work.outputs.maps()]


def _program(work: Work) -> FileStamp | None:
    return resolved_program(work.program, str(work.inputs.data_root), work.job_environment.get("PATH"))


def _submission(start: JobStart) -> Submission:
    """Return a submission of an earlier process, as the executor takes it over."""
    job = Job(
        JobIdentity(start.key.step, start.index, start.key.passes),
        start.host,
        (),
        {},
        Path(),
        Path(),
        Path(),
    )
    return Submission(job, start.handle, start.host, start.process_start)


def _some(keys: Iterable[StepKey]) -> str:
    names = [str(key) for key in keys]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
