"""Plugins of a site, found but not yet imported: entry points of installed packages, and folders."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from genericpipe.errors import Location, PluginError
from genericpipe.hookspecs import PROJECT

FOLDERS_VARIABLE = "GENERICPIPE_PLUGINS"
LEGACY_PREFIX = "PipelineStep_"


@dataclass(frozen=True)
class Candidate:
    """A plugin that may be imported.

    Parameters
    ----------
    name
        The name it is to be registered under.
    origin
        Where it comes from, for people.
    load
        Imports it and returns it.
    distribution
        Name and version of the distribution that brought it; empty where none did.
    """

    name: str
    origin: str
    load: Callable[[], object]
    distribution: str = ""

    def loaded(self) -> object:
        """Return the plugin, imported.

        Raises
        ------
        PluginError
            It cannot be imported; says why and, if its own code failed, where.
        """
        try:
            return self.load()
        except PluginError:
            raise
        except (Exception, SystemExit) as error:
            reason = traceback.format_exception_only(error)[-1].strip()
            raise PluginError(
                f"plugin {self.name!r} ({self.origin}) cannot be loaded: {reason}",
                place_of(error),
                "mend it, or take it out of the environment or folder it comes from",
            ) from error


def place_of(error: BaseException) -> Location | None:
    """Return the line of a plugin's code where its import failed; None if it never got that far."""
    if isinstance(error, SyntaxError) and error.filename:
        return Location(error.filename, error.lineno)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<frozen") and frame.filename != __file__
    ]
    # An import that fails within importlib's own files never reached the plugin.
    if not frames or Path(frames[-1].filename).parts[-2:-1] in (("importlib",), ("metadata",)):
        return None
    return Location(frames[-1].filename, frames[-1].lineno)


def entry_point_plugins() -> Iterator[Candidate]:
    """Yield the plugins that installed distributions offer in the entry-point group ``genericpipe``."""
    import importlib.metadata  # slow, and most commands ask no plugin

    found = importlib.metadata.entry_points(group=PROJECT)
    for entry_point in sorted(found, key=lambda point: (point.name, point.value)):
        distribution = f"{entry_point.dist.name} {entry_point.dist.version}" if entry_point.dist else ""
        origin = f"entry point of {distribution}" if distribution else f"entry point {entry_point.value}"
        yield Candidate(entry_point.name, origin, entry_point.load, distribution)


def plugin_folders(folders: Iterable[str | Path], environment: Mapping[str, str]) -> list[Path]:
    """Return the folders to look in: those given, then those of ``GENERICPIPE_PLUGINS``."""
    listed = environment.get(FOLDERS_VARIABLE, "").split(os.pathsep)
    named = [*folders, *(folder for folder in listed if folder)]
    return list(dict.fromkeys(Path(folder).resolve() for folder in named))


def folder_plugins(folder: Path) -> Iterator[Candidate]:
    """Yield the Python files and packages of a folder that may hold hook implementations.

    ``PipelineStep_*.py`` are site plugins of the old kind: they are found by name and never
    imported here. A file that does not mention this project cannot hold a hook implementation: it
    is left alone too.

    Raises
    ------
    PluginError
        The folder or a file in it cannot be read.
    """
    try:
        yield from _candidates(folder)
    except OSError as error:
        raise PluginError(
            f"plugin folder {str(folder)!r} cannot be read: {error.filename}: {error.strerror}",
            None,
            f"folders are given by name or listed in {FOLDERS_VARIABLE}",
        ) from error


def _candidates(folder: Path) -> Iterator[Candidate]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".", LEGACY_PREFIX)):
            continue
        if path.is_dir() and (path / "__init__.py").is_file():
            yield Candidate(path.name, f"folder {folder}", partial(module_from, path / "__init__.py"))
        elif path.suffix == ".py" and PROJECT.encode() in path.read_bytes():
            yield Candidate(path.stem, f"folder {folder}", partial(module_from, path))


def module_from(path: Path) -> object:
    """Import a file, or a package by its ``__init__.py``, that need not be on ``sys.path``.

    The module's name holds a digest of its path, so that two folders may have files of the same
    name and neither hides an installed module.
    """
    package = path.name == "__init__.py"
    stem = path.parent.name if package else path.stem
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    name = f"{PROJECT}_site_{stem}_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[str(path.parent)] if package else None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module")
    module = importlib.util.module_from_spec(spec)
    # Before it runs: relative imports and dataclasses look their own module up.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
