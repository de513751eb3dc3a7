"""``kind = recipe``: the jobs of a task's recipe."""

from __future__ import annotations

from ..errors import Finding, PipelineError, Severity, did_you_mean
from ..pipeline import Step
from ..pipeline.declarations import imported
from ..pipeline.retired import RECIPES, unsupported_recipe
from ..recipes.executable_args import PYTHON_PLUGIN, Work
from ..recipes.results import StepFailed
from .services import Passes, Result, Services


def run(step: Step, passes: Passes, engine: Services) -> Result:
    """Run a step's jobs and return its result.

    Raises
    ------
    StepFailed
        If jobs failed that the step does not tolerate.
    GenericPipeError
        If the step cannot be prepared.
    """
    task = engine.config.tasks.get(step.type)
    if task is None:
        raise PipelineError(
            f"step {step.name!r}: there is no task {step.type!r}",
            step.location,
            did_you_mean(step.type, engine.config.tasks),
        )
    recipe = engine.vocabulary.recipes.get(task.recipe)
    if recipe is None:
        message = unsupported_recipe(step.name, task.name, task.recipe)
        raise PipelineError(message, step.location, RECIPES.get(task.recipe, ""))
    bound = engine.bind(step, task.settings.get("parset", ""))
    script = (bound.control.get("nodescript") or task.settings.get("nodescript")) == PYTHON_PLUGIN
    named = bound.control.get("executable") or task.settings.get("executable", "")
    program = engine.find_program(step, named, script) if named else None
    work: Work = imported(recipe.prepare)(bound, task, engine.config, engine.folders, program, passes)
    for path in dict.fromkeys(work.left_out.values()):
        engine.note(_left_out(step, work, path))
    for path in work.cut:
        engine.note(_cut(step, work, path))
    try:
        return engine.run_work(work)
    except StepFailed as error:
        raise StepFailed(error.message, step.location) from None


def _cut(step: Step, work: Work, path: str) -> Finding:
    """Return the warning about a map of which only the first entry is taken."""
    return Finding(
        Severity.WARNING,
        "longer-mapfile",
        f"step {step.name!r} takes only the first entry of {path}: {work.inputs.mapfiles[0]} has one entry",
        step.location,
        "LOFAR's own did so; compare the two mapfiles if all entries are meant",
    )


def _left_out(step: Step, work: Work, path: str) -> Finding:
    """Return the warning about entries for which an input map holds nothing."""
    indices = [str(index) for index, found in work.left_out.items() if found == path]
    shown = ", ".join(indices[:5]) + (f" and {len(indices) - 5} more" if len(indices) > 5 else "")
    entries = "entry" if len(indices) == 1 else "entries"
    return Finding(
        Severity.WARNING,
        "entry-without-value",
        f"step {step.name!r} leaves out {entries} {shown}: {path} holds nothing for it",
        step.location,
        "the job that was to give it failed or did not return it",
    )
