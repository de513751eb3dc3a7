"""Every place where a plugin may act: one function each, called by its name without ``genericpipe_``."""

# Only the docstrings matter here: a specification has no body.
# mypy: disable-error-code="empty-body"
from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from genericpipe.config import Config
    from genericpipe.engine.executor import ExecutorFactory
    from genericpipe.engine.run import Run, StepOutcome
    from genericpipe.errors import ExitStatus, Finding
    from genericpipe.pipeline import Pipeline, Step
    from genericpipe.pipeline.declarations import ControlKey, Recipe, StepKind
    from genericpipe.pluginmanager.offered import StepPlugin
    from genericpipe.recipes.job import Job, Outcome
    from genericpipe.report.section import Section

PROJECT = "genericpipe"
PREFIX = f"{PROJECT}_"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def genericpipe_add_commands(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add sub-commands to the ``genericpipe`` command.

    Called when the command line names no built-in command, and for ``genericpipe --help``.

    Parameters
    ----------
    subparsers
        What argparse's ``add_subparsers`` returns. A command is added with ``add_parser(name,
        help=...)`` and sets the default ``run``: a function that takes the parsed arguments and
        returns the exit status.
    """


@hookspec
def genericpipe_task_definitions(
    config: Config,
) -> Mapping[str, Mapping[str, str]]:
    """Give task definitions: a site's tasks.cfg as a package.

    Called once, while the configuration is read. The files of ``task_files`` win over these, and
    these over the built-in standard tasks.

    Parameters
    ----------
    config
        The configuration as read so far, without tasks.

    Returns
    -------
    Mapping
        Name of the task -> its keys (``recipe``, ``executable``, ...) and their text.
    """


@hookspec
def genericpipe_replacements(config: Config) -> Mapping[str, str]:
    """Give defaults for ``!`` options of parsets.

    Called once a parset, before ``{{ name }}`` is substituted; a definition in the parset wins.

    Parameters
    ----------
    config
        The configuration.

    Returns
    -------
    Mapping
        Name of the option -> its text.
    """


@hookspec
def genericpipe_step_kinds() -> Mapping[str, StepKind]:
    """Give kinds of step: what ``<step>.control.kind`` may name.

    Called when a pipeline is built or checked, and by the documentation.

    Returns
    -------
    Mapping
        Name of the kind -> its declaration.
    """


@hookspec
def genericpipe_recipes() -> Mapping[str, Recipe]:
    """Give recipes: what ``recipe`` in a task may name.

    Called when a pipeline is built or checked, and by the documentation.

    Returns
    -------
    Mapping
        Name of the recipe -> its declaration.
    """


@hookspec
def genericpipe_step_plugins() -> Mapping[str, str | Callable[..., object] | StepPlugin]:
    """Give step plugins: what ``type`` of a step with ``kind = plugin`` finds by name.

    Called when such a step is looked up and no recipe directory holds a file for it.

    Returns
    -------
    Mapping
        Name of the step plugin -> its ``plugin_main``: the function itself, or the text
        ``"package.module:function"``, which is imported when the step runs; or a ``StepPlugin``, which
        also says which keys it needs and which results it gives, so that lint can look at references to
        them.
    """


@hookspec
def genericpipe_executors() -> Mapping[str, ExecutorFactory]:
    """Give executors: what ``method`` in ``[remote]`` may name.

    Called at the start of a run and of a check.

    Returns
    -------
    Mapping
        Name of the method -> a factory that is called with the configuration.
    """


@hookspec
def genericpipe_control_keys() -> Iterable[ControlKey]:
    """Give extra keys ``<step>.control.<name>`` that any step may have.

    Called when a pipeline is checked, and by the documentation.

    Returns
    -------
    Iterable
        The keys with type, default and meaning.
    """


@hookspec(firstresult=True)
def genericpipe_locate_program(name: str, step: Step) -> Path | None:
    """Find a program or script under another name or in another place.

    Called only where the given one is missing on this machine (NDPPP -> DP3.py; a script of a
    repository that is not installed). The replacement is told to the user.

    Parameters
    ----------
    name
        The program or script as the step names it.
    step
        The step that wants it.

    Returns
    -------
    Path or None
        What to run instead; None to leave it to the next plugin. The first result counts.

    Raises
    ------
    PipelineError
        If the program is known and found nowhere; its hint says what to install.
    """


@hookspec
def genericpipe_prepare_job(step: Step, job: Job, config: Config) -> Job | None:
    """Change a job before it is run: its command, environment or resources.

    Called for each job, one plugin after the other, built-in ones first: each gets the job as the
    one before it left it.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job as it stands.
    config
        The configuration.

    Returns
    -------
    Job or None
        A changed copy (``dataclasses.replace``); None to leave it as it is.
    """


@hookspec
def genericpipe_admit_job(step: Step, job: Job) -> Iterable[Finding]:
    """Look at a job that is about to start: whether its program would abort, or do harm silently.

    Called right before each start, a repeated one too, when all that the job reads is there; neither for a
    plan nor in a mock run.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job as it will run.

    Returns
    -------
    Iterable
        Findings; with one of severity ``error`` the job is not started and counts as failed.
    """


@hookspec
def genericpipe_check_job(step: Step, job: Job, outcome: Outcome) -> Iterable[Finding]:
    """Judge a job that ended with exit status 0 and may yet have failed.

    Called after each such job, before anything depends on it.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job as it was run; its logs can be read.
    outcome
        What became of it.

    Returns
    -------
    Iterable
        Findings; one of severity ``error`` makes the job a failed one.
    """


@hookspec
def genericpipe_lint(pipeline: Pipeline) -> Iterable[Finding]:
    """Check a pipeline without running anything.

    Called by ``genericpipe lint`` and before every run. It must be fast and opens no data.

    Parameters
    ----------
    pipeline
        The pipeline: its steps, with the lines they come from.

    Returns
    -------
    Iterable
        What was noticed.
    """


@hookspec
def genericpipe_preflight(pipeline: Pipeline) -> Iterable[Finding]:
    """Check data, disks and programs at the start of a run.

    Called once, before the first job; it may open data. An error ends the run before it began.

    Parameters
    ----------
    pipeline
        The pipeline about to be run.

    Returns
    -------
    Iterable
        What was noticed.
    """


@hookspec(firstresult=True)
def genericpipe_mock_outputs(step: Step, job: Job) -> Mapping[str, str] | None:
    """Stand in for a program in a mock run: leave what it would leave, say what it would say.

    Called instead of starting the job.

    Parameters
    ----------
    step
        The step the job belongs to.
    job
        The job that is not started.

    Returns
    -------
    Mapping or None
        The results of the job; None to leave it to the next plugin. The first result counts.
    """


@hookspec
def genericpipe_run_started(run: Run) -> None:
    """Hear that a run starts, after preflight and before the first step.

    An observer cannot stop a run: an exception here becomes a warning.

    Parameters
    ----------
    run
        The pipeline, its configuration and folders.
    """


@hookspec
def genericpipe_run_finished(run: Run, status: ExitStatus) -> None:
    """Hear that a run ended, however it ended.

    Parameters
    ----------
    run
        The run.
    status
        The exit status that the command is about to return.
    """


@hookspec
def genericpipe_step_started(run: Run, step: Step) -> None:
    """Hear that a step starts: its references are resolved, none of its jobs has started.

    Parameters
    ----------
    run
        The run.
    step
        The step.
    """


@hookspec
def genericpipe_step_finished(run: Run, step: Step, outcome: StepOutcome) -> None:
    """Hear that a step ended.

    Parameters
    ----------
    run
        The run.
    step
        The step.
    outcome
        How it ended, with its results and the number of its jobs.
    """


@hookspec
def genericpipe_job_started(run: Run, step: Step, job: Job) -> None:
    """Hear that a job was started (or handed to a cluster's queue).

    Parameters
    ----------
    run
        The run.
    step
        The step the job belongs to.
    job
        The job.
    """


@hookspec
def genericpipe_job_finished(run: Run, step: Step, job: Job, outcome: Outcome) -> None:
    """Hear that a job ended; its outcome is in the journal already.

    Parameters
    ----------
    run
        The run.
    step
        The step the job belongs to.
    job
        The job.
    outcome
        What became of it.
    """


@hookspec(firstresult=True)
def genericpipe_product_metadata(product_type: str, path: Path) -> Mapping[str, str] | None:
    """Read from a data product what the feedback of a pipeline says of it.

    Called for each product when feedback is written.

    Parameters
    ----------
    product_type
        The product's type, as the feedback step names it.
    path
        The product.

    Returns
    -------
    Mapping or None
        Feedback key -> text; None to leave it to the next plugin. The first result counts. `filename` and
        `location` are filled in by the step. Where `percentageWritten` is not 100, the step fails once all is
        written, and says what stands under `incomplete`, which is no feedback key and is not written.
    """


@hookspec
def genericpipe_report_sections(run: Run) -> Iterable[Section]:
    """Add sections to the report of a run.

    Called when the report is written, after the run has ended.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    Iterable
        The sections, in order.
    """


@hookspec
def genericpipe_software_versions(config: Config, pipeline: Pipeline) -> Mapping[str, str]:
    """Tell versions of software that a run depends on.

    Called once a run, for its report and provenance.

    Parameters
    ----------
    config
        The configuration.
    pipeline
        What is run: software that no step of it uses need not be asked for its version.

    Returns
    -------
    Mapping
        Name of the software -> its version, as text.
    """
