"""Who is plugged in: built-in modules, entry points, folders and legacy ``PipelineStep_*.py``."""

from __future__ import annotations

from genericpipe.hookspecs import hookimpl
from genericpipe.pluginmanager.manager import PluginManager
from genericpipe.pluginmanager.named import Offer, Offers, collect_named
from genericpipe.pluginmanager.offered import StepPlugin
from genericpipe.pluginmanager.plugin import Answer, Plugin
from genericpipe.pluginmanager.stepplugins import (
    Place,
    PluginSource,
    find_step_plugin,
    legacy_plugins,
    step_plugin_folders,
)

__all__ = [
    "Answer",
    "Offer",
    "Offers",
    "Place",
    "Plugin",
    "PluginManager",
    "PluginSource",
    "StepPlugin",
    "collect_named",
    "find_step_plugin",
    "hookimpl",
    "legacy_plugins",
    "step_plugin_folders",
]
