"""A plugin that is plugged in, and the answer of one to a hook call."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from genericpipe.errors import Location


@dataclass(frozen=True)
class Plugin:
    """Who is plugged in, and from where.

    Parameters
    ----------
    name
        Its name: a built-in module's, an entry point's, a file's without ``.py``.
    origin
        Where it comes from, for people: ``built in``, ``entry point x of dist 1.0``, a folder.
    builtin
        Whether it is part of this project: a site's plugin may take its place.
    module
        The module it is, or the one its class stands in.
    file
        That module's file; empty where there is none.
    hooks
        The hooks it implements, without prefix, sorted.
    distribution
        Name and version of the distribution that brought it; empty where none did.
    """

    name: str
    origin: str
    builtin: bool = False
    module: str = ""
    file: str = ""
    hooks: tuple[str, ...] = ()
    distribution: str = ""

    def __str__(self) -> str:
        return f"plugin {self.name!r} ({self.origin})"

    @property
    def location(self) -> Location | None:
        """Its file, for findings and errors."""
        return Location(self.file) if self.file else None


@dataclass(frozen=True)
class Answer:
    """What one plugin answered to a hook call."""

    plugin: Plugin
    value: Any


def home_of(plugin: object) -> tuple[str, str]:
    """Return the module and the file of a plugin that is a module, a class or an object."""
    if inspect.ismodule(plugin):
        return plugin.__name__, getattr(plugin, "__file__", None) or ""
    owner = plugin if inspect.isclass(plugin) else type(plugin)
    try:
        return owner.__module__, inspect.getsourcefile(owner) or ""
    except (TypeError, OSError):
        return owner.__module__, ""
