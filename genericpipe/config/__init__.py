"""pipeline.cfg and tasks.cfg -> Config and Task (contract 2 and 3)."""

from __future__ import annotations

from genericpipe.config.loading import find, load
from genericpipe.config.machine import usable_cores
from genericpipe.config.model import Config, Settings, Task, now
from genericpipe.config.remote import REMOTE_METHODS
from genericpipe.config.values import parse_boolean, parse_list

__all__ = [
    "REMOTE_METHODS",
    "Config",
    "Settings",
    "Task",
    "find",
    "load",
    "now",
    "parse_boolean",
    "parse_list",
    "usable_cores",
]
