"""How a run is made: how its pipeline is opened, what forbids it, where its jobs run and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..config import Config, Settings
from ..errors import ConfigError, Finding, GenericPipeError, Location, PipelineError, Severity, did_you_mean
from ..pipeline import Pipeline
from ..pipeline.lint import plugin_failed
from ..pipeline.opening import open_pipeline
from ..pipeline.vocabulary import Vocabulary
from ..pluginmanager import PluginManager
from .dispatch import Stop
from .executor import Executor, ExecutorFactory
from .resume.past import Past
from .run import Run
from .runner import Runner
from .selection import Selection

#: What lint calls missing because it may be there elsewhere. Here and now a step that needs it cannot
#: run, and better to say so at once than hours later. Files and programs may be what earlier steps make.
NEEDED = frozenset(
    {"no-such-nodescript", "no-such-parset", "no-such-plugin", "no-such-setting", "unknown-task"}
)


class Way:
    """The way of a real run."""

    #: Whether it is no real one, and must not meet one in the same job folder.
    is_mock = False

    def open(
        self, parset: Path, settings: Settings, manager: PluginManager, options: Mapping[str, str]
    ) -> tuple[Pipeline, list[Finding]]:
        """Return the pipeline, and what has to be told of how it was opened.

        Raises
        ------
        GenericPipeError
            If a file cannot be read at all.
        """
        return open_pipeline(parset, settings, manager, options), []

    def check(self, pipeline: Pipeline, vocabulary: Vocabulary) -> None:
        """Refuse a step of a kind that is only declared, before any step has run.

        Raises
        ------
        PipelineError
            Names the step.
        """
        for step in pipeline.walk():
            kind = vocabulary.kinds.get(step.kind)
            if kind is not None and not kind.run:
                raise PipelineError(
                    f"step {step.name!r}: steps of kind {step.kind!r} cannot be run yet",
                    step.location,
                    "take it out of pipeline.steps",
                )

    def weigh(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings as they count here and now: what a step cannot do without is an error."""
        return [
            replace(one, severity=Severity.ERROR)
            if one.severity is Severity.MISSING and one.code in NEEDED
            else one
            for one in findings
        ]

    def executor_factory(self, config: Config, manager: PluginManager) -> ExecutorFactory:
        """Return what makes the executor that ``[remote] method`` names.

        Raises
        ------
        ConfigError
            If there is none of that name.
        """
        offered = manager.named("executors")
        method = config.remote_method
        if method not in offered:
            said = config.location("remote", "method")
            what = f"[remote] method = {method}" if said else f"no method in [remote], which means {method}"
            raise ConfigError(
                f"{what}: there is nothing yet that runs commands so",
                said or (Location(str(config.path)) if config.path else None),
                did_you_mean(method, offered)
                or f"write 'method = local'; there is: {', '.join(sorted(offered))}",
            )
        factory: ExecutorFactory = offered[method]
        return factory

    def begin(self, run: Run) -> None:
        """Do what has to be done in the job folder before anything else; it is locked by now."""

    def executor(self, factory: ExecutorFactory, run: Run, manager: PluginManager) -> Executor:
        """Return where commands run."""
        return factory(run.config)

    def preflight(self, pipeline: Pipeline, manager: PluginManager) -> Iterable[Finding]:
        """Return what plugins find in the data before the first job; one that fails only fails itself."""
        try:
            answers = manager.answers("preflight", pipeline=pipeline)
        except GenericPipeError:
            raise
        except Exception as error:
            return [plugin_failed(error, Severity.WARNING)]
        return [finding for answer in answers for finding in answer.value]

    def runner(
        self,
        run: Run,
        vocabulary: Vocabulary,
        executor: Executor,
        stop: Stop,
        past: Past,
        selection: Selection,
    ) -> Runner:
        """Return what runs the steps."""
        return Runner(run, vocabulary, executor, stop, past, selection)


#: What every run is but a mock one.
REAL = Way()
