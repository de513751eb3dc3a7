"""Gives a module names that it no longer has."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from types import ModuleType

from .site import Site


def find(target: str) -> object:
    """Return what ``module:name`` says; an empty name is the module itself, a leading dot one of ours."""
    module, _, name = target.partition(":")
    found: object = importlib.import_module(module, __package__)
    for part in filter(None, name.split(".")):
        found = getattr(found, part)
    return found


def advice(target: str) -> str:
    """Return what to write instead of something that is gone: ``module:name``, or after a bar the words."""
    target, _, words = target.partition("|")
    if words:
        return words
    module, _, name = target.partition(":")
    if module == "builtins":
        return f"write {name}"
    return f"write {module}.{name}" if name else f"import {module}"


def supply(title: str, module: ModuleType, names: Mapping[str, str], site: Site) -> None:
    """Let code of the site find names that a module has lost; one that it still has is its own.

    Parameters
    ----------
    title, module
        The name by which it is known, and the module.
    names
        Name -> what to give for it, see `find`, and after a bar what to write instead.
    site
        Who may ask, and what is told.
    """
    own = vars(module).get("__getattr__")

    def __getattr__(name: str) -> object:
        if name in names:
            frame = sys._getframe(1)
            if site.asks(frame, AttributeError):
                site.tell(frame, f"{title}.{name}", advice(names[name]))
                return find(names[name].partition("|")[0])
        if own is not None:
            return own(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module)

    vars(module)["__getattr__"] = __getattr__
