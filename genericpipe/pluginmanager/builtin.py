"""Which built-in modules act where: by name, so that none is imported before its hook is called."""

from __future__ import annotations

from collections.abc import Mapping

# Hook without prefix -> modules that implement it, in the order in which they are called. A module
# that implements several hooks stands under each. First-party plugins are named as
# "genericpipe_plugins.<module>".
BUILTIN: Mapping[str, tuple[str, ...]] = {
    "add_commands": (
        "genericpipe.cli.clean",
        "genericpipe.cli.completion",
        "genericpipe.cli.config",
        "genericpipe.cli.lint",
        "genericpipe.cli.logs",
        "genericpipe.cli.plan",
        "genericpipe.cli.plugins",
        "genericpipe.cli.render",
        "genericpipe.cli.reset",
        "genericpipe.cli.run",
        "genericpipe.cli.status",
        "genericpipe_plugins.feedback.command",
        "genericpipe_plugins.simulate.command",
    ),
    "executors": ("genericpipe.executors.local",),
    "step_kinds": ("genericpipe.kinds.builtin",),
    "recipes": ("genericpipe.recipes.declared",),
    "control_keys": ("genericpipe.recipes.declared",),
    "task_definitions": ("genericpipe_plugins.tasks",),
    "step_plugins": (
        "genericpipe_plugins.mapfiles",
        "genericpipe_plugins.copy_files",
        "genericpipe_plugins.observations",
    ),
    "locate_program": (
        "genericpipe_plugins.do_magic.located",
        "genericpipe_plugins.quality.located",
        "genericpipe_plugins.dp3",
        "genericpipe_plugins.wsclean",
    ),
    "mock_outputs": ("genericpipe_plugins.mock",),
    "prepare_job": ("genericpipe_plugins.dp3", "genericpipe_plugins.wsclean"),
    "admit_job": ("genericpipe_plugins.dp3", "genericpipe_plugins.wsclean"),
    "check_job": ("genericpipe_plugins.dp3", "genericpipe_plugins.wsclean"),
    "lint": ("genericpipe_plugins.dp3",),
    "preflight": (
        "genericpipe_plugins.dp3",
        "genericpipe_plugins.wsclean",
        "genericpipe_plugins.imagechecks",
    ),
    "software_versions": ("genericpipe_plugins.dp3", "genericpipe_plugins.wsclean"),
    "product_metadata": ("genericpipe_plugins.feedback",),
    # The log comes last: it tells of what the others could not do.
    "run_started": (
        "genericpipe.report.statistics",
        "genericpipe.report.log",
    ),
    "run_finished": (
        "genericpipe.report.statistics",
        "genericpipe.report.log",
    ),
    "step_started": (
        "genericpipe.report.statistics",
        "genericpipe.report.log",
    ),
    "step_finished": (
        "genericpipe.report.statistics",
        "genericpipe.report.log",
    ),
    "job_started": ("genericpipe.report.log",),
    "job_finished": (
        "genericpipe.report.statistics",
        "genericpipe.report.log",
    ),
}
