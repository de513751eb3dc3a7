"""Asking one plugin at a time: straight where nothing stands around its function, else through pluggy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pluggy

Ask = Callable[..., Any]


def asks_of(registry: pluggy.PluginManager, caller: pluggy.HookCaller, traced: bool) -> list[tuple[str, Ask]]:
    """Return the name of each plugin that implements a hook and a call of it alone, in pluggy's order.

    Parameters
    ----------
    registry
        pluggy's manager.
    caller
        The hook's own caller.
    traced
        Whether calls are watched; then all go through pluggy.

    Returns
    -------
    list of tuple
        Each call takes the hook's arguments by name and returns what the plugin answered, or None.
    """
    everyone = caller.get_hookimpls()
    alone = [one for one in reversed(everyone) if not (one.wrapper or one.hookwrapper)]
    first_only = bool(caller.spec and caller.spec.opts.get("firstresult"))
    # Observers are called several times a job: pluggy's way costs ten times the call of a function.
    is_straight = not traced and len(alone) == len(everyone)
    asks = []
    for one in alone:
        # Inside the wrappers that other plugins put around the hook.
        others = [other.plugin for other in alone if other.plugin is not one.plugin]
        ask = _through_pluggy(registry.subset_hook_caller(caller.name, others), first_only)
        straight = is_straight and not one.kwargnames
        asks.append((one.plugin_name, _straight(one, ask) if straight else ask))
    return asks


def _through_pluggy(call: pluggy.HookCaller, first_only: bool) -> Ask:
    def ask(**arguments: Any) -> Any:
        answer = call(**arguments)
        # pluggy gives a list of answers, except for hooks where the first result counts.
        return answer if first_only else answer[0] if answer else None

    return ask


def _straight(implementation: pluggy.HookImpl, otherwise: Ask) -> Ask:
    function, names = implementation.function, implementation.argnames

    def ask(**arguments: Any) -> Any:
        try:
            values = [arguments[name] for name in names]
        except KeyError:  # pluggy knows what to say, or what stands for it
            return otherwise(**arguments)
        return function(*values)

    return ask
