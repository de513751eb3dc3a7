"""The services of the engine for a plan: steps are prepared as for a run, and their success is foretold."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ...errors import Finding, GenericPipeError, PipelineError
from ...kinds.services import Passes, Result
from ...parset import as_string
from ...pipeline import Pipeline, Step, Value, resolve
from ...pipeline.binding import BoundStep, bind_step
from ...pipeline.declarations import imported
from ...pipeline.vocabulary import Vocabulary
from ...pluginmanager import PluginSource
from ...recipes.executable_args import PYTHON_PLUGIN, Folders, Work
from ...recipes.job import Job, Outcome, Status
from ...recipes.plan import Plan, PlannedRun
from ...recipes.unknown import OpenResult, Unknown, Unknowns, is_marked
from ..programs import find_program
from ..stepparset import write_bound
from .foretelling import Foreteller
from .overlay import Overlay
from .passes import LONGEST, SHOWN, PassStates

_MEASURED = ("job_duration", "monitor_stats")


def make_plan(pipeline: Pipeline, vocabulary: Vocabulary, start_time_is_known: bool = False) -> Plan:
    """Return what a pipeline is going to run, if all goes well; nothing is run but built-in mapfile plugins.

    Parameters
    ----------
    pipeline
        The pipeline.
    vocabulary
        What is plugged in.
    start_time_is_known
        Whether the run is going to start at the configuration's start time; text that holds it is unknown
        otherwise.
    """
    with _scratch() as folder:
        planner = Planner(pipeline, vocabulary, folder, start_time_is_known)
        planner.run_steps(pipeline.steps)
        return planner.plan


@contextmanager
def _scratch() -> Iterator[Path]:
    """Make a scratch folder whose name means nothing to parsets: no blanks, commas, brackets."""
    given = tempfile.gettempdir()
    parent = given if all(sign.isalnum() or sign in "/._-" for sign in given) else "/tmp"
    with tempfile.TemporaryDirectory(prefix="genericpipe-plan-", dir=parent) as name:
        yield Path(name)


class Planner:
    """Plans the steps of a pipeline and serves their kinds as the engine does.

    Parameters
    ----------
    pipeline, vocabulary, start_time_is_known
        As for `make_plan`.
    scratch
        An empty folder for what mapfile plugins write.
    """

    def __init__(
        self, pipeline: Pipeline, vocabulary: Vocabulary, scratch: Path, start_time_is_known: bool = False
    ) -> None:
        job_directory = pipeline.config.job_directory.absolute()
        self.pipeline = pipeline
        self.config = pipeline.config
        self.vocabulary = vocabulary
        self.unknowns = Unknowns()
        self.overlay = Overlay(scratch, job_directory / "mapfiles", self.unknowns)
        logs = job_directory / "logs" / self.config.start_time
        self.folders = Folders(job_directory / "mapfiles", job_directory / "parsets", logs, self.overlay)
        for folder in (self.folders.mapfiles, self.folders.parsets, self.folders.logs):
            self.overlay.make(folder)
        self.plan = Plan()
        self.results: dict[str, Mapping[str, object]] = dict(pipeline.dictionaries)
        if not start_time_is_known:
            self._hide_start_time()
        self._foreteller = Foreteller(self)
        self._steps: list[Step] = []
        self._runs: list[PlannedRun] = []
        self._states: list[PassStates] = []
        self._others: dict[str, Callable[[str], str | None]] = {}

    def _hide_start_time(self) -> None:
        start = self.config.start_time
        mark = self.unknowns.mark("start_time", "the run starts later; --start-time says when")
        for name, values in self.results.items():
            hidden = {key: str(value).replace(start, mark) for key, value in values.items()}
            if hidden != values:
                self.results[name] = type(values)(hidden)  # type: ignore[call-arg]  # a mapping of its kind

    # What kinds ask of the engine.

    def run_steps(self, steps: tuple[Step, ...], passes: Passes = ()) -> None:
        """Plan steps one after the other; each foretold result is entered under the step's name."""
        for step in steps:
            run = PlannedRun(passes)
            self._steps.append(step)
            self._runs.append(run)
            if step.kind == "loop":
                self._states.append(PassStates(step, self.overlay))
            try:
                result = self._foretold(step, passes)
            except GenericPipeError as error:
                self._fails(step, run, error)
                result = self.unknown_result(
                    step, f"step {step.name} {'may fail' if run.depends_on else 'fails'}"
                )
            finally:
                self._steps.pop()
                self._runs.pop()
            self.enter(step.name, result)
            if step.kind == "loop":
                self._states.pop().settle(self)
            if self._states:
                self._states[-1].saw(step, result)
            self._keep(step, run, result)

    def _foretold(self, step: Step, passes: Passes) -> Result:
        """Return a step's result if all goes well."""
        site = self._of_a_site(step)
        if site:
            self.overlay.doubt = Unknown(f"{step.name}.output", site)
            self.run_note(site)
            return self.unknown_result(step, site)
        kind = self.vocabulary.kinds.get(step.kind)
        if kind is None or not kind.run:
            raise PipelineError(f"steps of kind {step.kind!r} cannot be run", step.location)
        result: Result = imported(kind.run)(step, passes, self)
        other = self._others.pop(step.name, None)
        if other is None:
            return result
        return OpenResult({key: str(value) for key, value in result.items()}, other)

    def _of_a_site(self, step: Step) -> str:
        """Return why a step's kind or recipe is not asked for its jobs; empty where it is built in."""
        manager = self.vocabulary.manager
        offers = [("step_kinds", "kind", step.kind)]
        task = self.config.tasks.get(step.type)
        if step.kind == "recipe" and task is not None:
            offers.append(("recipes", "recipe", task.recipe))
        for hook, what, name in offers:
            offer = manager.named(hook).by_name.get(name)
            if offer is not None and not offer.plugin.builtin:
                return f"the {what} {name} is that of {offer.plugin}, and a plan runs nothing of a site"
        return ""

    def run_pass(self, steps: tuple[Step, ...], passes: Passes) -> bool:
        """Plan the body of a loop once; return whether that is enough of it."""
        states = self._states[-1]
        number = passes[-1]
        states.begin(number)
        self.run_steps(steps, passes)
        states.end(self)
        loop = states.loop
        count = loop.loopcount or 0
        if number == 0 and count > SHOWN:
            self.note_once(loop, f"passes 1 to {min(count, LONGEST) - 1} are counted, not shown")
        if number + 1 == LONGEST and count > LONGEST:
            self.note_once(loop, f"passes from {LONGEST} on are not planned")
            states.is_cut = True
        return states.asked or states.is_cut

    def enter(self, name: str, result: Result) -> None:
        """Enter a result that later steps may refer to as ``<name>.output.<key>``."""
        self.results[name] = result

    def bind(self, step: Step, task_parset: str = "") -> BoundStep:
        """Replace a step's references by the foretold results."""
        bound = bind_step(step, self.results, task_parset, self.overlay.is_mapfile)
        if step.kind == "plugin" and step.arguments:
            folder = Path(self.overlay.inside(str(self.folders.parsets)))
            folder.mkdir(parents=True, exist_ok=True)
            write_bound(bound, folder)
        return bound

    def resolve(self, value: Value) -> str:
        """Return the text of a line with its references replaced and quotes removed."""
        try:
            return as_string(resolve(value.raw, self.results).text)
        except GenericPipeError as error:
            raise error.at(value.location) from None

    def run_work(self, work: Work) -> Result:
        """Foretell what a step gives."""
        return work.finish(self.run_jobs(work))

    def run_jobs(self, work: Work) -> Mapping[int, Outcome]:
        """Note the jobs of a step, and foretell that each succeeds."""
        run, step = self._runs[-1], self._steps[-1]
        run.template = self.overlay.template
        outcomes = {}
        for index in work.indices:
            self._note_job(work.job(index))
            entry = None if run.template else index
            outcomes[index] = Outcome(
                Status.DONE,
                0,
                results={
                    key: self.unknowns.mark(f"{step.name}.output.{key}.mapfile", "jobs measure it", entry)
                    for key in _MEASURED
                },
            )
        if outcomes:
            self.overlay.make(work.inputs.data_root)
        if work.inputs.nodescript == PYTHON_PLUGIN or work.inputs.node_file:
            self._others[step.name] = self._foreteller.of_script(step, work, run.template)
        return outcomes

    def run_alone(self, step: Step, job: Job, foretold: Mapping[str, str] | None = None) -> Outcome:
        """Note the call of a step plugin; a built-in one makes its mapfile in the scratch folder."""
        self._note_job(job)
        if foretold is not None:
            return Outcome(Status.DONE, 0, results=foretold)
        return Outcome(Status.DONE, 0, results=self._foreteller.plugin(step, job))

    def note(self, finding: Finding) -> None:
        """Tell the user something that does not stop the run."""
        self.run_note(self.unknowns.show(finding.message))

    def find_program(self, step: Step, name: str, is_script: bool) -> str:
        """Return the program or script as a run would find it; one that is not there stays as it is named."""
        if is_marked(name):
            return name
        try:
            program, finding = find_program(step, name, is_script, self.vocabulary.manager)
        except PipelineError as error:
            self.run_note(error.message)
            return os.path.abspath(name) if os.sep in name or is_script else name
        if finding is not None:
            self.note(finding)
        return program

    def find_plugin(self, step: Step) -> PluginSource:
        """Return what answers to the name of a step plugin."""
        return self.vocabulary.find_step_plugin(step.type, self.pipeline)

    # What is kept for the user.

    def run_note(self, text: str) -> None:
        """Tell the user something about the step that is planned."""
        if text not in self._runs[-1].notes:
            self._runs[-1].notes.append(text)

    def note_once(self, step: Step, text: str) -> None:
        """Tell the user something that holds whenever the step runs."""
        notes = self.plan.notes.setdefault(step.name, [])
        if text not in notes:
            notes.append(text)

    def unknown_result(self, step: Step, reason: str) -> OpenResult:
        """Return a result of which nothing is known."""
        return OpenResult({}, lambda key: self.unknowns.mark(f"{step.name}.output.{key}", reason))

    def _note_job(self, job: Job) -> None:
        run, step = self._runs[-1], self._steps[-1]
        prepared: Job = self.vocabulary.manager.passed_through(
            "prepare_job", "job", step=step, job=job, config=self.config
        )
        conditions = [condition for states in self._states for condition in states.conditions]
        run.jobs.append(self._foreteller.shown(prepared, (*run.template, *conditions)))

    def _fails(self, step: Step, run: PlannedRun, error: GenericPipeError) -> None:
        """Note why a step cannot run; it may yet if that depends on something unknown."""
        text = str(error.at(step.location)).replace("\nhint: ", " (") + (")" if error.hint else "")
        run.problem = self.unknowns.show(self.overlay.outside(text))
        run.depends_on = tuple(dict.fromkeys(self._unknown_in(step)))

    def _unknown_in(self, step: Step) -> Iterator[Unknown]:
        """Yield what the texts of a step depend on."""
        for value in (*step.control.values(), *step.cmdline, *step.arguments.values()):
            try:
                yield from self.unknowns.within(resolve(value.raw, self.results).text)
            except GenericPipeError:
                continue

    def _keep(self, step: Step, run: PlannedRun, result: Result) -> None:
        """Put a step's run into the plan; the jobs of passes that are not shown are counted."""
        self.plan.counts.add(run.jobs)
        known = result.known if isinstance(result, OpenResult) else result
        run.results = {key: self.unknowns.show(str(value)) for key, value in known.items()}
        if all(states.number < 1 or (states.loop.loopcount or 0) <= SHOWN for states in self._states):
            self.plan.runs.setdefault(step.name, []).append(run)
