"""A plugin's functions held against the hooks there are: a misspelt one would never be called."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any

from genericpipe import hookspecs
from genericpipe.errors import Location, PluginError, did_you_mean, nearest
from genericpipe.hookspecs import PREFIX, PROJECT

HookFunction = Callable[..., Any]


def arguments_of(function: HookFunction) -> tuple[str, ...]:
    """Return the names of the arguments of a hook or of its implementation."""
    return tuple(
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    )


def known_hooks() -> Mapping[str, tuple[str, ...]]:
    """Return all hooks, with prefix, and the arguments of each."""
    return {
        name: arguments_of(function)
        for name, function in vars(hookspecs).items()
        if name.startswith(PREFIX) and inspect.isfunction(function)
    }


def functions_of(plugin: object) -> Iterator[tuple[str, HookFunction]]:
    """Yield a plugin's functions; properties and the like are not evaluated for it."""
    for name in dir(plugin):
        static = inspect.getattr_static(plugin, name, None)
        if isinstance(static, (FunctionType, MethodType, staticmethod, classmethod)):
            yield name, getattr(plugin, name)


def options_of(function: HookFunction) -> Mapping[str, Any] | None:
    """Return what the marker ``hookimpl`` noted on a function, None where it is not marked."""
    options = getattr(function, f"{PROJECT}_impl", None)
    return options if isinstance(options, Mapping) else None


def location_of(function: HookFunction) -> Location:
    """Return the file and line where a function starts."""
    code = inspect.unwrap(getattr(function, "__func__", function)).__code__
    return Location(code.co_filename, code.co_firstlineno)


def implementations(plugin: object, who: str) -> dict[str, HookFunction]:
    """Return the hooks that a plugin implements, with prefix, sorted, and the function for each.

    Parameters
    ----------
    plugin
        A module, a class or any object with functions marked by ``hookimpl``.
    who
        What error messages call it.

    Raises
    ------
    PluginError
        A function that could never be called, or not as written: an unknown hook, a hook without
        the marker or implemented twice, an argument that the hook does not have or never fills.
    """
    known = known_hooks()
    found: dict[str, HookFunction] = {}
    for name, function in functions_of(plugin):
        options = options_of(function)
        if options is None and not name.startswith(PREFIX):
            continue
        hook = (options or {}).get("specname") or name
        location = location_of(function)
        if hook not in known:
            # Without the prefix: it alone would make any two hooks look alike.
            match = nearest(hook.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in known])
            raise PluginError(
                f"{who}: there is no hook {hook!r}",
                location,
                f"did you mean {PREFIX + match!r}?" if match else "'genericpipe plugins --hooks' lists them",
            )
        if options is None:
            raise PluginError(
                f"{who}: {name} is not marked as a hook implementation, so it would never be called",
                location,
                "put @hookimpl (from genericpipe import hookimpl) above it",
            )
        check_arguments(hook, known[hook], function, who)
        if hook in found:
            raise PluginError(f"{who}: {hook} is implemented twice", location, "keep one of the functions")
        found[hook] = function
    return dict(sorted(found.items()))


def check_arguments(hook: str, known: tuple[str, ...], function: HookFunction, who: str) -> None:
    """Raise a PluginError where an implementation takes arguments that its hook does not give."""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        has_default = parameter.default is not parameter.empty
        if parameter.name in known and not has_default and parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        if parameter.name in known:
            # pluggy fills positional arguments without a default only, and says nothing of others.
            raise PluginError(
                f"{who}: argument {parameter.name!r} of {hook} has a default or is keyword-only: "
                "it would never be filled",
                location_of(function),
                f"write it as a plain argument: {parameter.name}",
            )
        if not has_default:
            takes = f"the hook gives: {', '.join(known)}" if known else "the hook gives no arguments"
            hint = did_you_mean(parameter.name, known)
            raise PluginError(
                f"{who}: {hook} has no argument {parameter.name!r}",
                location_of(function),
                f"{hint} {takes}".strip(),
            )
