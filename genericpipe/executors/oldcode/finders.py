"""Finds what a site's code imports and what is gone: modules, and modules that have lost names."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from .gonemodules import ALIASES, STAND_INS
from .lostnames import LOST
from .site import Site
from .supply import supply

_MODULES = os.path.join(os.path.dirname(__file__), "modules")


def find_what_is_gone(site: Site) -> None:
    """Let a site's code find what is gone, from now on."""
    path = sys.meta_path
    names = _LostNames(site)
    # Before the finder of files: whoever stands before that goes on doing so.
    path.insert(path.index(PathFinder) if PathFinder in path else len(path), names)
    path.append(_GoneModules(site))
    for name in LOST:
        if name in sys.modules:
            names.supply(name, sys.modules[name])


class _LostNames:
    """Supplies what a module has lost, as soon as it is loaded."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that has lost names as the finder of files does."""
        if name not in LOST:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            self._when_loaded(spec.loader, name)
        return spec

    def _when_loaded(self, loader: Any, name: str) -> None:
        def exec_module(module: ModuleType) -> None:
            del loader.exec_module  # the loader's own is back
            loader.exec_module(module)
            self.supply(name, module)

        loader.exec_module = exec_module

    def supply(self, name: str, module: ModuleType) -> None:
        """Supply what a module has lost."""
        supply(name, module, LOST[name], self._site)
        if name == "numpy":
            from .numpytext import write_as_numpy_1

            write_as_numpy_1(module)


class _GoneModules:
    """Comes last: finds modules that nobody else found, and that there used to be."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Find a module that is gone, if code of the site imports it and is not ready for its absence."""
        if name not in ALIASES and name not in STAND_INS:
            return None
        frame = self._site.importer()
        if frame is None or not self._site.asks(frame, ImportError):
            return None
        self._site.tell(frame, f"module {name}", STAND_INS.get(name) or f"import {ALIASES[name]}")
        if name in ALIASES:
            return ModuleSpec(name, _Alias(ALIASES[name]))  # type: ignore[arg-type]
        file = os.path.join(_MODULES, *name.split("."))
        if os.path.isdir(file):
            inside = os.path.join(file, "__init__.py")
            return importlib.util.spec_from_file_location(name, inside, submodule_search_locations=[])
        return importlib.util.spec_from_file_location(name, f"{file}.py")


class _Alias:
    """Gives a module under the name that it had."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system to make one, which nobody gets to see."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of today in its place."""
        sys.modules[module.__name__] = importlib.import_module(self._name)
