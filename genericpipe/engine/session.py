"""A run from its first look at the parset to its exit status."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from .. import __version__
from ..config import Settings
from ..errors import (
    ConfigError,
    ExitStatus,
    Finding,
    GenericPipeError,
    Severity,
    StateError,
)
from ..pipeline import Pipeline, Step
from ..pipeline.lint import lint, plugin_failed
from ..pipeline.vocabulary import Vocabulary
from ..pluginmanager import PluginManager
from .dispatch import Stop
from .folder.heartbeat import Beating
from .folder.lock import Lock
from .folder.mocks import check_folder
from .journal.records import RunAbout
from .resume.past import Past, Repeat
from .resume.retrace import Retrace
from .run import Failure, Run
from .runner import Runner, Stopped
from .selection import Selection
from .signals import name_of, stop_on_signals
from .stepparset import write_raw
from .way import REAL, Way


@dataclass(frozen=True)
class Wishes:
    """What the command line asks of a run besides its configuration.

    Parameters
    ----------
    options
        Options of the parset to set.
    allow_unresolved
        Whether a placeholder that nothing defines is only a warning.
    log_level
        What the log tells.
    echo
        Whether the log's lines go to standard output as well.
    repeat
        What is asked of steps that have run before.
    selection
        Which steps are wanted.
    way
        How the run is made: a real one, or a mock one.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    allow_unresolved: bool = False
    log_level: str = "INFO"
    echo: bool = False
    repeat: Repeat = field(default_factory=Repeat)
    selection: Selection = field(default_factory=Selection)
    way: Way = REAL


@dataclass(frozen=True)
class Ended:
    """A run that ended.

    Parameters
    ----------
    run
        The run.
    status
        Its exit status.
    late
        What was noticed after its log had been closed.
    """

    run: Run
    status: ExitStatus
    late: tuple[Finding, ...] = ()


class Refused(GenericPipeError):
    """A run that does not start because of what was found before: `findings`, the errors among them first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
        super().__init__(errors[0].message, errors[0].location, errors[0].hint)


def execute(parset: Path, settings: Settings, manager: PluginManager, wishes: Wishes) -> Ended:
    """Run a pipeline.

    Parameters
    ----------
    parset
        The file.
    settings
        What the command line says about the configuration.
    manager
        Who is plugged in.
    wishes
        What else it asks for.

    Raises
    ------
    Refused
        If lint or a check of the data finds a reason not to start.
    GenericPipeError
        If the run cannot start otherwise. Once it has started, whatever ends it is told to observers and in
        the exit status.
    """
    way = wishes.way
    pipeline, told = way.open(parset, settings, manager, wishes.options)
    wishes.selection.check(pipeline, wishes.repeat.force)
    vocabulary = Vocabulary(manager)
    way.check(pipeline, vocabulary)
    noticed = lint(pipeline, vocabulary, allow_unresolved=wishes.allow_unresolved)
    findings = _without_errors(way.weigh(noticed))
    factory = way.executor_factory(pipeline.config, manager)
    run = _run_of(pipeline, wishes, [*told, *findings])
    check_folder(run.job_directory, way.is_mock)
    stop = Stop()
    run.stash.keep(stop)
    _make_job_folder(run)
    with Lock(run.job_directory) as lock:
        way.begin(run)
        with (
            closing(Beating(way.executor(factory, run, manager), lock)) as executor,
            stop_on_signals(stop, executor.wake),
        ):
            if lock.warning is not None:
                run.findings.append(lock.warning)
            for folder in (run.mapfile_directory, run.parset_directory, run.log_directory):
                _make_folder(folder, run)
            looked = time.monotonic()
            run.findings.extend(_without_errors(way.preflight(pipeline, manager)))
            looked = time.monotonic() - looked
            with closing(Past(run, wishes.repeat, _salt(manager))) as past:
                executor.watch(past.journal)
                run.findings.extend(past.end_survivors(executor))
                _look_back(run, vocabulary, past, wishes.selection)
                past.begin(__version__, wishes.options, _about(run, wishes.selection, manager, looked))
                runner = way.runner(run, vocabulary, executor, stop, past, wishes.selection)
                ended = _run(runner, stop)
                _close_record(past, ended.status)
                return ended


def _look_back(run: Run, vocabulary: Vocabulary, past: Past, selection: Selection) -> None:
    """Hold what earlier runs left against this one, and put the maps back as they were before the first step.

    Raises
    ------
    StateError
        If a step would run on files that later steps have changed in place.
    """
    run.findings.extend(past.reconcile({step.name for step in run.pipeline.walk()}))
    run.findings.extend(past.rewind())
    if not past.history.empty:
        planned = Retrace(run, vocabulary, past, selection.afresh()).follow()
        run.findings.extend(past.look_ahead(planned))
        past.rewind()


def _close_record(past: Past, status: ExitStatus) -> None:
    """Record the end of a run; where that fails, it mostly has been told already as what ended the run."""
    try:
        past.run_finished(status.name.lower())
    except StateError:
        if status is ExitStatus.DONE:
            raise


def _salt(manager: PluginManager) -> str:
    """Return the plugins that may change jobs, with their versions: their change makes jobs others."""
    return " ".join(sorted(f"{one.name} {one.distribution}" for one in manager.implementers("prepare_job")))


def _about(run: Run, selection: Selection, manager: PluginManager, preflight: float) -> RunAbout:
    """Return what is recorded of a run; a plugin that cannot tell its versions stops nothing."""
    config = run.config
    try:
        software = {
            name: str(text)
            for name, text in manager.named("software_versions", config=config, pipeline=run.pipeline).items()
        }
    except Exception as error:
        run.findings.append(plugin_failed(error, Severity.WARNING))
        software = {}
    wanted = (selection.first, selection.last)
    return RunAbout(
        tuple(step.name for step in run.pipeline.walk() if not step.body),
        wanted if any(wanted) else (),
        software,
        {
            "folder": str(Path.cwd()),
            "job_name": config.job_name,
            "config": str(config.path.absolute()) if config.path else "",
            "task_files": [str(file.absolute()) for file in config.task_files],
            "runtime_directory": str(config.runtime_directory.absolute()),
            "working_directory": str(config.working_directory.absolute()),
        },
        preflight,
    )


def _run(runner: Runner, stop: Stop) -> Ended:
    """Run the steps, and tell observers how the run starts and ends."""
    run = runner.run
    manager = runner.vocabulary.manager
    for step in _own_steps(run.pipeline.steps):
        write_raw(step, run.parset_directory)
    run.findings.extend(manager.observe("run_started", run=run))
    status = ExitStatus.DONE
    try:
        runner.run_steps(run.pipeline.steps)
    except GenericPipeError as error:
        status = _status_of(error, stop)
        told = Stopped(f"stopped by {name_of(stop.signal)}", error.location) if stop.signal else error
        run.stash.keep(Failure(told))
    except Exception as error:
        status = ExitStatus.STEP_FAILED
        run.stash.keep(Failure(error))
    noticed = len(run.findings)
    run.findings.extend(manager.observe("run_finished", run=run, status=status))
    return Ended(run, status, tuple(run.findings[noticed:]))


def _status_of(error: GenericPipeError, stop: Stop) -> ExitStatus:
    """Return the exit status of a run that an error ended: mostly a failed step, whatever it was."""
    if stop:
        return ExitStatus.STOPPED
    return ExitStatus.STATE if error.exit_status is ExitStatus.STATE else ExitStatus.STEP_FAILED


def _run_of(pipeline: Pipeline, wishes: Wishes, findings: Iterable[Finding]) -> Run:
    config = pipeline.config
    return Run(
        job_name=config.job_name,
        start_time=config.start_time,
        pipeline=pipeline,
        config=config,
        job_directory=config.job_directory.absolute(),
        log_directory=config.job_directory.absolute() / "logs" / config.start_time,
        log_level=wishes.log_level,
        echo=wishes.echo,
        findings=list(findings),
    )


def _without_errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings that do not forbid a run.

    Raises
    ------
    Refused
        If one does.
    """
    found = tuple(findings)
    if any(finding.severity is Severity.ERROR for finding in found):
        raise Refused(found)
    return found


def _make_job_folder(run: Run) -> None:
    """Make the job folder, and the runtime directory if need be, which is told (contract 15, 29)."""
    runtime = run.config.runtime_directory
    if not runtime.exists():
        _make_folder(runtime, run)
        # What the configuration said of it is no longer true.
        run.findings[:] = [one for one in run.findings if "runtime_directory" not in one.message]
        made = f"runtime_directory {runtime} was not there; it has been made"
        where = run.config.location("DEFAULT", "runtime_directory")
        run.findings.insert(0, Finding(Severity.WARNING, "folder-made", made, where))
    _make_folder(run.job_directory, run)


def _make_folder(folder: Path, run: Run) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"the folder {folder} cannot be made: {error.strerror}",
            run.config.location("layout", "job_directory"),
            "choose another with -r, or in [DEFAULT] runtime_directory",
        ) from None


def _own_steps(steps: tuple[Step, ...]) -> Iterable[Step]:
    """Yield the steps of the main parset: those of loops, and not those of sub-pipelines."""
    for step in steps:
        yield step
        if step.scope is None:
            yield from _own_steps(step.body)
