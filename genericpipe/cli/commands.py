"""The built-in sub-commands: by name, so that only the one that is asked for is imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Command(NamedTuple):
    """A built-in sub-command: the module that adds it, its group in the help, and one line about it."""

    module: str
    group: str
    summary: str


COMMANDS: Mapping[str, Command] = {
    "lint": Command("genericpipe.cli.lint", "before a run", "check parsets and their configuration"),
    "plan": Command("genericpipe.cli.plan", "before a run", "show which jobs a parset would run"),
    "render": Command("genericpipe.cli.render", "before a run", "make a parset of a Jinja2 template"),
    "run": Command("genericpipe.cli.run", "running", "run a pipeline, with a display of how far it is"),
    "status": Command("genericpipe.cli.status", "after a run", "show how far a job is, and what failed"),
    "logs": Command("genericpipe.cli.logs", "after a run", "print the logs of jobs"),
    "reset": Command("genericpipe.cli.reset", "after a run", "make a step and all after it run again"),
    "clean": Command("genericpipe.cli.clean", "after a run", "remove products that nobody needs any more"),
    "feedback": Command(
        "genericpipe_plugins.feedback.command",
        "after a run",
        "check what a run tells an archive of its products",
    ),
    "simulate": Command(
        "genericpipe_plugins.simulate.command",
        "data",
        "make an observation of a known sky, to try pipelines on",
    ),
    "config": Command("genericpipe.cli.config", "setting up", "show, make and change pipeline.cfg"),
    "plugins": Command("genericpipe.cli.plugins", "setting up", "show who is plugged in, and from where"),
    "completion": Command("genericpipe.cli.completion", "setting up", "print what makes the Tab key work"),
}
