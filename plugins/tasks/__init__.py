"""Tasks that archived parsets use beside LOFAR's own, so that they need no tasks.cfg of their repository."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from genericpipe import hookimpl

#: One file for each origin, in the syntax of tasks.cfg; its first lines say where the tasks come from.
ORIGINS = ("production.cfg",)


@hookimpl
def genericpipe_task_definitions() -> Mapping[str, Mapping[str, str]]:
    """Offer the tasks; the files of ``task_files`` win over them."""
    tasks: dict[str, Mapping[str, str]] = {}
    for origin in ORIGINS:
        # As in a site's file, %(key)s is filled in later, from pipeline.cfg.
        parser = configparser.RawConfigParser()
        parser.read_string(Path(__file__).with_name(origin).read_text(encoding="utf-8"), origin)
        tasks.update({name: dict(parser[name]) for name in parser.sections()})
    return tasks
