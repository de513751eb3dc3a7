"""The plugin manager: imports who is needed, when needed, and asks them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import import_module
from inspect import isgenerator
from pathlib import Path
from typing import Any

import pluggy

from genericpipe import hookspecs
from genericpipe.errors import Finding, GenericPipeError, PluginError, Severity
from genericpipe.hookspecs import PREFIX, PROJECT
from genericpipe.pluginmanager import discovery, trace
from genericpipe.pluginmanager.builtin import BUILTIN
from genericpipe.pluginmanager.calls import Ask, asks_of
from genericpipe.pluginmanager.checks import HookFunction, implementations
from genericpipe.pluginmanager.named import Offers, collect_named
from genericpipe.pluginmanager.plugin import Answer, Plugin, home_of


class _Registry(pluggy.PluginManager):
    """pluggy's manager, with one rule of ours: built-in plugins are asked after all others.

    They are registered whenever they are first needed, so the order of registration says nothing.
    """

    def __init__(self) -> None:
        super().__init__(PROJECT)
        self.builtin: list[object] = []

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> pluggy.HookimplOpts | None:
        options = super().parse_hookimpl_opts(plugin, name)
        if options is None or not any(plugin is known for known in self.builtin):
            return options
        last = options.copy()
        last["trylast"] = True
        return last


class _Implementations:
    """What pluggy gets to see of a plugin: a function for each hook, under the hook's own name.

    pluggy's subsets find implementations by attribute, so one with another name (``specname``)
    would be overlooked; and a trace can put its own functions in.
    """

    def __init__(self, functions: Mapping[str, HookFunction]) -> None:
        vars(self).update(functions)


class _Hooks:
    """``manager.hook.genericpipe_lint(pipeline=...)``: pluggy's callers, made ready on first use."""

    def __init__(self, ready: Callable[[str], pluggy.HookCaller]) -> None:
        self._ready = ready

    def __getattr__(self, name: str) -> pluggy.HookCaller:
        if not name.startswith(PREFIX):
            raise AttributeError(name)
        caller = self._ready(name.removeprefix(PREFIX))
        setattr(self, name, caller)
        return caller


class PluginManager:
    """Who is plugged in: built-in modules, entry points and folders.

    Built-in modules are imported when a hook that they implement is first called, everyone else
    when any hook is. Plain hook calls (``manager.hook.genericpipe_lint(pipeline=...)``) ask sites'
    plugins before built-in ones; the methods below also say who answered.

    Parameters
    ----------
    folders
        Folders with plugins, besides those of the environment variable ``GENERICPIPE_PLUGINS``.
    environment
        The environment; by default this process's.
    builtin
        Hook -> built-in modules that implement it.
    entry_points
        Whether to ask installed distributions.
    tolerant
        Whether plugins that cannot be used are only noted in `broken`; otherwise any hook call
        raises the first one's error.
    """

    def __init__(
        self,
        folders: Iterable[str | Path] = (),
        environment: Mapping[str, str] | None = None,
        builtin: Mapping[str, tuple[str, ...]] = BUILTIN,
        entry_points: bool = True,
        tolerant: bool = False,
    ) -> None:
        self._folders = tuple(folders)
        self._environment = os.environ if environment is None else environment
        self._builtin = builtin
        self._entry_points = entry_points
        self._tolerant = tolerant
        self._trace = trace.Trace(sys.stderr) if trace.wanted(self._environment) else None
        self._registry = _Registry()
        self._registry.add_hookspecs(hookspecs)
        if self._trace:
            self._registry.add_hookcall_monitoring(self._trace.called, lambda *_: None)
        self._plugins: dict[str, Plugin] = {}
        self._ready: set[str] = set()
        self._sites_loaded = False
        self._callers: dict[str, list[tuple[Plugin, Ask]]] = {}
        self._ordered: dict[tuple[str, bool], list[tuple[Plugin, Ask]]] = {}
        self.broken: list[PluginError] = []
        self.hook = _Hooks(self._hook_ready)

    def register(
        self,
        plugin: object,
        name: str,
        origin: str = "registered by a program",
        distribution: str = "",
        builtin: bool = False,
    ) -> Plugin | None:
        """Plug in a module, class or object; return None where it implements no hook.

        Parameters
        ----------
        plugin
            Something with functions marked by ``hookimpl``.
        name
            The name to register it under.
        origin
            Where it comes from, for people.
        distribution
            Name and version of the distribution that brought it.
        builtin
            Whether it is part of this project.

        Raises
        ------
        PluginError
            It implements a hook wrongly, or the name is taken.
        """
        module, file = home_of(plugin)
        functions = implementations(plugin, f"plugin {name!r}")
        hooks = tuple(hook.removeprefix(PREFIX) for hook in functions)
        made = Plugin(name, origin, builtin, module, file, hooks, distribution)
        if not hooks:
            return None
        if name in self._plugins:
            raise PluginError(
                f"two plugins are called {name!r}: {self._plugins[name].origin}, and {origin}",
                made.location,
                "rename or remove one of them",
            )
        if self._trace:
            functions = {hook: self._trace.watched(call, name) for hook, call in functions.items()}
        subject = _Implementations(functions)
        if builtin:
            self._registry.builtin.append(subject)
        self._registry.register(subject, name)
        self._plugins[name] = made
        self._callers.clear()
        self._ordered.clear()
        return made

    def plugins(self) -> list[Plugin]:
        """Return all plugins, built-in ones first, each sorted by name; this imports all of them."""
        for hook in self._builtin:
            self._need(hook)
        self._load_sites()
        return sorted(self._plugins.values(), key=lambda plugin: (not plugin.builtin, plugin.name))

    def answers(self, hook: str, sites_only: bool = False, **arguments: Any) -> list[Answer]:
        """Call a hook; return what each plugin answered, built-in ones first, without the Nones.

        Parameters
        ----------
        hook
            The hook, without prefix.
        sites_only
            Leave the built-in plugins out, and unimported.
        **arguments
            What the hook gets.
        """
        found = []
        for plugin, ask in self._in_order(hook, sites_only):
            value = self._asked(hook, plugin, ask, arguments)
            if value is not None:
                found.append(Answer(plugin, value))
        return found

    def first(self, hook: str, **arguments: Any) -> Answer | None:
        """Call a hook; return the first answer and who gave it. Sites are asked before built-in plugins."""
        for plugin, ask in self._asking(hook):
            value = self._asked(hook, plugin, ask, arguments)
            if value is not None:
                return Answer(plugin, value)
        return None

    def named(self, hook: str, **arguments: Any) -> Offers:
        """Call a hook that gives things by name; return them all (see `collect_named`)."""
        return collect_named(hook, self.answers(hook, **arguments))

    def passed_through(self, hook: str, passed: str, **arguments: Any) -> Any:
        """Call a hook, handing each plugin one argument as the one before it left it.

        Parameters
        ----------
        hook
            The hook, without prefix: ``prepare_job``.
        passed
            The argument that the answers replace: ``job``.
        **arguments
            What the hook gets.

        Returns
        -------
        object
            The argument as the last plugin left it; a None leaves it as it is.
        """
        for plugin, ask in self._in_order(hook):
            value = self._asked(hook, plugin, ask, arguments)
            if value is not None:
                arguments = {**arguments, passed: value}
        return arguments[passed]

    def observe(self, hook: str, **arguments: Any) -> list[Finding]:
        """Call an observer hook: nothing that a plugin raises gets out, it comes back as a warning."""
        findings = []
        for plugin, ask in self._in_order(hook):
            try:
                ask(**arguments)
            except Exception as error:
                message = f"{plugin} failed in {hook}: {type(error).__name__}: {error}"
                hint = "mend the plugin, or take it out"
                findings.append(Finding(Severity.WARNING, "plugin-failed", message, plugin.location, hint))
        return findings

    def _asked(self, hook: str, plugin: Plugin, ask: Ask, arguments: Mapping[str, Any]) -> Any:
        try:
            value = ask(**arguments)
            # A generator would fail later, where nobody knows whose it is.
            return list(value) if isgenerator(value) else value
        except GenericPipeError:
            raise
        except Exception as error:
            error.add_note(f"in {PREFIX}{hook} of {plugin}")
            raise

    def implementers(self, hook: str) -> list[Plugin]:
        """Return the plugins that implement a hook; only what stands under it is imported."""
        return [plugin for plugin, _ in self._asking(hook)]

    def _in_order(self, hook: str, sites_only: bool = False) -> list[tuple[Plugin, Ask]]:
        ordered = self._ordered.get((hook, sites_only))
        if ordered is None:
            asking = self._asking(hook, sites_only)
            builtin = [pair for pair in asking if pair[0].builtin and not sites_only]
            ordered = builtin + [pair for pair in asking if not pair[0].builtin]
            self._ordered[hook, sites_only] = ordered
        return ordered

    def _asking(self, hook: str, sites_only: bool = False) -> list[tuple[Plugin, Ask]]:
        """Return the plugins that implement a hook, in pluggy's order, each with a call of its own."""
        caller = self._sites_ready(hook) if sites_only else self._hook_ready(hook)
        if hook not in self._callers:
            asks = asks_of(self._registry, caller, self._trace is not None)
            self._callers[hook] = [(self._plugins[name], ask) for name, ask in asks]
        return self._callers[hook]

    def _hook_ready(self, hook: str) -> pluggy.HookCaller:
        self._need(hook)
        return self._sites_ready(hook)

    def _sites_ready(self, hook: str) -> pluggy.HookCaller:
        self._load_sites()
        if self.broken and not self._tolerant:
            raise self.broken[0]
        caller: pluggy.HookCaller = getattr(self._registry.hook, PREFIX + hook)
        return caller

    def _need(self, hook: str) -> None:
        if hook in self._ready:
            return
        for name in self._builtin.get(hook, ()):
            if name in self._plugins:
                continue
            candidate = discovery.Candidate(name, "built in", partial(import_module, name))
            try:
                self.register(candidate.loaded(), name, candidate.origin, builtin=True)
            except PluginError as error:
                if not self._tolerant:
                    raise
                self.broken.append(error)
        self._ready.add(hook)

    def _load_sites(self) -> None:
        if self._sites_loaded:
            return
        self._sites_loaded = True
        for candidate in self._candidates():
            try:
                plugin = candidate.loaded()
                made = self.register(plugin, candidate.name, candidate.origin, candidate.distribution)
                if made is None and candidate.distribution:
                    raise PluginError(
                        f"plugin {candidate.name!r} ({candidate.origin}) implements no hook",
                        hint="its functions need the mark @hookimpl (from genericpipe import hookimpl)",
                    )
            except PluginError as error:
                self.broken.append(error)

    def _candidates(self) -> Iterator[discovery.Candidate]:
        if self._entry_points:
            yield from discovery.entry_point_plugins()
        for folder in discovery.plugin_folders(self._folders, self._environment):
            try:
                yield from discovery.folder_plugins(folder)
            except PluginError as error:
                self.broken.append(error)
