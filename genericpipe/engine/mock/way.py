"""How a mock run is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ...config import Config, Settings
from ...errors import Finding
from ...pipeline import Pipeline
from ...pipeline.vocabulary import Vocabulary
from ...pluginmanager import PluginManager
from ..dispatch import Stop
from ..executor import Executor, ExecutorFactory
from ..folder.mocks import clear
from ..resume.past import Past
from ..run import Run
from ..runner import Runner
from ..selection import Selection
from ..way import Way
from .answers import Answers
from .commands import Commands
from .executor import MockExecutor
from .inputs import Inputs
from .mockfile import MockFile
from .opening import open_for_mock, tolerated
from .runner import MockRunner


class MockWay(Way):
    """The way of a mock run.

    Parameters
    ----------
    file
        What the mock file says.
    """

    is_mock = True

    def __init__(self, file: MockFile) -> None:
        self._file = file
        self._executor: MockExecutor | None = None

    def open(
        self, parset: Path, settings: Settings, manager: PluginManager, options: Mapping[str, str]
    ) -> tuple[Pipeline, list[Finding]]:
        """Return the pipeline, with what it lacks made up."""
        return open_for_mock(parset, settings, manager, options, self._file)

    def check(self, pipeline: Pipeline, vocabulary: Vocabulary) -> None:
        """Refuse a mock file that speaks of other steps."""
        self._file.check_steps([step.name for step in pipeline.walk()])

    def weigh(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings as they count here: what is not there is made up."""
        return tolerated(findings)

    def executor_factory(self, config: Config, manager: PluginManager) -> ExecutorFactory:
        """Return what calls step plugins: that of this machine, whatever the configuration says."""
        factory: ExecutorFactory = manager.named("executors")["local"]
        return factory

    def begin(self, run: Run) -> None:
        """Remove what an earlier mock run left."""
        clear(run.job_directory, _data_root(run.config))

    def executor(self, factory: ExecutorFactory, run: Run, manager: PluginManager) -> Executor:
        """Return what records commands."""
        inputs = Inputs(run.job_directory, _data_root(run.config), self._file)
        answers = Answers(manager, self._file, inputs, run.mapfile_directory)
        commands = Commands(run.job_directory)
        self._executor = MockExecutor(factory(run.config), answers, inputs, commands)
        return self._executor

    def preflight(self, pipeline: Pipeline, manager: PluginManager) -> Iterable[Finding]:
        """Return nothing: there are no data to look at."""
        return ()

    def runner(
        self,
        run: Run,
        vocabulary: Vocabulary,
        executor: Executor,
        stop: Stop,
        past: Past,
        selection: Selection,
    ) -> Runner:
        """Return what has every step its turn."""
        assert self._executor is not None
        return MockRunner(run, vocabulary, executor, stop, past, selection, self._executor)


def _data_root(config: Config) -> Path:
    """Return the folder of the job's data."""
    return config.working_directory.absolute() / config.job_name
