"""The kinds of step that are built in, as they declare themselves."""

from __future__ import annotations

from collections.abc import Mapping

from ..pipeline.declarations import ControlKey, ResultKey, StepKind
from ..pluginmanager import hookimpl

RECIPE = StepKind(
    name="recipe",
    run="genericpipe.kinds.recipe:run",
    meaning="Runs the recipe of the task that `type` names: one job for each entry of its mapfile.",
    type_is="task",
    result_keys=(ResultKey("mapfile", "the path of the mapfile of its outputs"),),
)

PLUGIN = StepKind(
    name="plugin",
    run="genericpipe.kinds.plugin:run",
    meaning=(
        "Calls `plugin_main` of the step plugin that `type` names, once. Its control keys arrive as "
        "keywords, `cmdline.*` as positional arguments; what it returns is the step's result. It runs again "
        "on every resume."
    ),
    type_is="plugin",
    control_keys=(
        ControlKey("environment", "mapping", "", "Extra environment, handed on as a dictionary."),
        ControlKey("parset", "file", "", "The step's arguments as a parset; set where it has any."),
    ),
    open_keys=True,
    open_results=True,
)

PIPELINE = StepKind(
    name="pipeline",
    run="genericpipe.kinds.pipeline:run",
    meaning=(
        "Runs the steps of another parset in this one's place, named `<step>-<name>`. The step's arguments "
        "override options of that parset."
    ),
    type_is="parset",
    control_keys=(
        ControlKey(
            "mapfile_in",
            "mapfile",
            "",
            "The mapfile to hand over: inside, `<name of the parset>.output.mapfile`. Default: its "
            "`pipeline.mapfile`.",
        ),
    ),
)

LOOP = StepKind(
    name="loop",
    run="genericpipe.kinds.loop:run",
    meaning=(
        "Runs the steps of `loopsteps` again and again: `loopcount` times, or until a step of a pass gives a "
        "true `break`, which ends the loop after that pass."
    ),
    control_keys=(
        ControlKey("loopcount", "int", "", "How often the body runs at most.", required=True),
        ControlKey("loopsteps", "list", "", "The steps of the body, in order.", required=True),
        ControlKey("type", "str", "", "By convention `conditional`.", ignored=True),
    ),
    result_keys=(
        ResultKey("counter", "the pass, from 0; -1 after the last"),
        ResultKey("break", "whether the loop was ended early"),
    ),
)

FEEDBACK = StepKind(
    name="feedback",
    run="genericpipe.kinds.feedback:run",
    meaning=(
        "Describes the data products of a mapfile for the archive, in a parset. It is written again on every "
        "resume."
    ),
    result_keys=(ResultKey("metadata_file", "the path of the parset"),),
    control_keys=(
        ControlKey("mapfile_in", "mapfile", "", "The data products.", required=True),
        ControlKey("metadata_file", "path", "", "The parset to write.", required=True),
        ControlKey(
            "product_type",
            "str",
            "",
            "What they are.",
            choices=("SkyImage", "Correlated", "InstrumentModel"),
            required=True,
        ),
        ControlKey("parset_prefix", "str", "none", "What stands before every key; `none` for nothing."),
        ControlKey(
            "feedback_version",
            "str",
            "03.01.00",
            "The version of the feedback, in a line of its own without the prefix; `none` for no such line.",
        ),
    ),
)


@hookimpl
def genericpipe_step_kinds() -> Mapping[str, StepKind]:
    """Offer the built-in kinds."""
    return {kind.name: kind for kind in (RECIPE, PLUGIN, PIPELINE, LOOP, FEEDBACK)}
