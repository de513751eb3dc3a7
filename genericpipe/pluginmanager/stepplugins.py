"""Which file or package answers to the name of a step plugin (``kind = plugin``); nothing is run here."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from genericpipe.errors import Finding, PluginError, did_you_mean
from genericpipe.pluginmanager.discovery import LEGACY_PREFIX
from genericpipe.pluginmanager.offered import StepPlugin
from genericpipe.pluginmanager.plugin import Plugin

if TYPE_CHECKING:
    from genericpipe.pluginmanager.manager import PluginManager

#: The standard step plugins, which come before those of ``pipeline.pluginpath`` (contract 9).
STANDARD = ("createMapfile", "addMapfile", "changeMapfile", "combineParsets")


class Place(StrEnum):
    """Where a step plugin was found, in the order of the search."""

    RECIPE_DIRECTORY = "recipe directory"
    STANDARD = "standard plugin"
    PLUGINPATH = "pipeline.pluginpath"
    PLUGGED_IN = "plugged in"
    STAND_IN = "stand-in of a mock run"


@dataclass(frozen=True)
class PluginSource:
    """What answers to the name of a step plugin.

    Parameters
    ----------
    name
        The name, as in ``type``.
    place
        Where it was found.
    path
        The ``PipelineStep_<name>.py`` of a site; None for one that a plugin offers.
    target
        The function that a plugin offers, or ``package.module:function``; None for a file.
    plugin
        The plugin that offers it; None for a file.
    findings
        A warning where it takes the place of a built-in one.
    offered
        What the plugin that offers it says of it; None for a file.
    """

    name: str
    place: Place
    path: Path | None = None
    target: str | Callable[..., object] | None = None
    plugin: Plugin | None = None
    findings: tuple[Finding, ...] = ()
    offered: StepPlugin | None = None

    def __str__(self) -> str:
        if self.path is not None:
            return str(self.path)
        target = self.target
        if not isinstance(target, str):
            target = f"{getattr(target, '__module__', '?')}:{getattr(target, '__qualname__', target)}"
        return f"{target} of {self.plugin}"

    def source_file(self) -> Path | None:
        """Return the Python file that holds it, for reading as text; None where there is none.

        A function given by name is not imported for it, only the packages around its module.
        """
        if self.path is not None:
            return self.path
        try:
            if isinstance(self.target, str):
                spec = importlib.util.find_spec(self.target.partition(":")[0])
                return Path(spec.origin) if spec and spec.has_location and spec.origin else None
            file = inspect.getsourcefile(inspect.unwrap(self.target)) if self.target else None
        except (ImportError, TypeError, ValueError):
            return None
        return Path(file) if file else None

    def function(self) -> Callable[..., object]:
        """Return the function that a plugin offers, imported if it is given by name.

        Raises
        ------
        PluginError
            It cannot be imported, or this is a file: files are run by the step's kind, in their own way.
        """
        if callable(self.target):
            return self.target
        if self.target is None:
            raise PluginError(f"{self.path} is a file, not a function of a plugin")
        module, _, name = self.target.partition(":")
        found: object
        try:
            found = getattr(importlib.import_module(module), name)
        except Exception as error:
            raise PluginError(
                f"step plugin {self.name!r}: {self.target!r} of {self.plugin} cannot be imported: "
                f"{type(error).__name__}: {error}",
                self.plugin.location if self.plugin else None,
                "mend the plugin, or take it out",
            ) from error
        if not callable(found):
            raise PluginError(
                f"step plugin {self.name!r}: {self.target!r} of {self.plugin} is no function",
                self.plugin.location if self.plugin else None,
                "let it name a function that takes the arguments of plugin_main",
            )
        return found


def step_plugin_folders(recipe_directories: Iterable[str | Path]) -> list[Path]:
    """Return the folder ``plugins`` of each recipe directory, existing or not (contract 9)."""
    return [Path(directory) / "plugins" for directory in recipe_directories]


def step_plugin_file(name: str, folders: Iterable[str | Path]) -> Path | None:
    """Return the first ``PipelineStep_<name>.py``, or package of that name, in these folders."""
    for folder in folders:
        module = Path(folder) / f"{LEGACY_PREFIX}{name}.py"
        package = Path(folder) / f"{LEGACY_PREFIX}{name}" / "__init__.py"
        # Python, which looked them up for LOFAR, prefers a package to a module beside it.
        for path in (package, module):
            if path.is_file():
                return path
    return None


def legacy_plugins(folders: Iterable[str | Path]) -> dict[str, Path]:
    """Return the site plugins of the old kind in these folders; an earlier folder wins.

    Parameters
    ----------
    folders
        Folders that hold ``PipelineStep_*.py``; one that does not exist holds none.

    Returns
    -------
    dict
        Name as in ``type`` -> file, in the order of the folders, sorted within each.
    """
    found: dict[str, Path] = {}
    for folder in map(Path, folders):
        if not folder.is_dir():
            continue
        for path in sorted(folder.glob(f"{LEGACY_PREFIX}*")):
            name = path.stem.removeprefix(LEGACY_PREFIX)
            file = step_plugin_file(name, [folder])
            if name and file is not None:
                found.setdefault(name, file)
    return found


def find_step_plugin(
    name: str,
    recipe_directories: Iterable[str | Path],
    pluginpath: Iterable[str | Path],
    manager: PluginManager,
) -> PluginSource:
    """Return what answers to the name of a step plugin.

    The order is that of contract 9: ``plugins/`` of each recipe directory, the four standard
    plugins, the folders of ``pipeline.pluginpath``, then whatever else is plugged in. Site files
    are found by their name and not imported.

    Parameters
    ----------
    name
        The text of ``<step>.control.type``.
    recipe_directories, pluginpath
        Folders; relative ones count from the current folder.
    manager
        Who is plugged in.

    Raises
    ------
    PluginError
        Nothing of that name; says where it was looked for and names the nearest.
    """
    in_recipes = step_plugin_folders(recipe_directories)
    in_path = [Path(folder) for folder in pluginpath]
    path = step_plugin_file(name, in_recipes)
    if path is not None:
        return PluginSource(name, Place.RECIPE_DIRECTORY, path)
    path_file = step_plugin_file(name, in_path)
    if path_file is not None and name not in STANDARD:
        return PluginSource(name, Place.PLUGINPATH, path_file)
    offers = manager.named("step_plugins")
    offer = offers.by_name.get(name)
    if offer is not None:
        place = Place.STANDARD if name in STANDARD else Place.PLUGGED_IN
        findings = () if offer.finding is None else (offer.finding,)
        offered = offer.value if isinstance(offer.value, StepPlugin) else StepPlugin(offer.value)
        target = checked_target(name, offered.target, offer.plugin)
        return PluginSource(name, place, None, target, offer.plugin, findings, offered)
    if path_file is not None:
        return PluginSource(name, Place.PLUGINPATH, path_file)
    known = {*legacy_plugins([*in_recipes, *in_path]), *offers}
    looked = ", ".join(str(folder) for folder in (*in_recipes, *in_path)) or "no folder"
    hint = did_you_mean(name, known)
    raise PluginError(
        f"there is no step plugin {name!r}: no {LEGACY_PREFIX}{name}.py in {looked}, and no plugin offers it",
        None,
        hint
        or "add the folder that holds it to recipe_directories (as <folder>/plugins) or pipeline.pluginpath",
    )


def checked_target(name: str, target: object, plugin: Plugin) -> str | Callable[..., object]:
    """Return what a plugin offers as a step plugin, if it can be one."""
    if isinstance(target, str) and all(target.partition(":")) and target.count(":") == 1:
        return target
    if callable(target):
        return target
    raise PluginError(
        f"{plugin}: the step plugin {name!r} is {target!r}",
        plugin.location,
        'give a function, text of the form "package.module:function", or a StepPlugin with either',
    )
