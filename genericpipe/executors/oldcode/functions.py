"""Functions that Python once had, for old sources."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

#: `types.StringTypes`.
TEXT_TYPES = (str,)


def nothing(*args: object) -> None:
    """Stand for a setting that Python no longer has."""


def apply(function: Callable[..., Any], args: Sequence[Any] = (), keywords: Mapping[str, Any] = {}) -> Any:
    """Call a function."""
    return function(*args, **keywords)


def cmp(one: Any, other: Any) -> int:
    """Compare: -1, 0 or 1."""
    return int(one > other) - int(one < other)


def execfile(path: str, names: dict[str, Any] | None = None, local: dict[str, Any] | None = None) -> None:
    """Run a file, as a rule one of settings, within the names of the caller."""
    frame = sys._getframe(1)
    if names is None:
        names, local = frame.f_globals, frame.f_locals
    with open(path, "rb") as source:
        exec(compile(source.read(), path, "exec", dont_inherit=True), names, local)  # noqa: S102


def join(words: Iterable[str], separator: str = " ") -> str:
    """Join words, as `string.join`."""
    return separator.join(words)


def escape(text: str, quote: bool = False) -> str:
    """Escape what HTML reserves, as `cgi.escape`."""
    import html

    return html.escape(text, quote)


def locale_format(percent: str, value: Any, grouping: bool = False, monetary: bool = False) -> str:
    """Format a number, as `locale.format`."""
    import locale

    return locale.format_string(percent, value, grouping, monetary)


def find_loader(name: str, path: str | None = None) -> Any:
    """Return what loads a module, as `importlib.find_loader`."""
    import importlib.util

    spec = importlib.util.find_spec(name)
    return spec.loader if spec else None


class ArgSpec(NamedTuple):
    """What `getargspec` returned."""

    args: list[str]
    varargs: str | None
    keywords: str | None
    defaults: tuple[Any, ...] | None


def getargspec(function: Callable[..., Any]) -> ArgSpec:
    """Return what a function takes, as `inspect.getargspec`."""
    import inspect

    full = inspect.getfullargspec(function)
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def path_walk(top: str, visit: Callable[[Any, str, list[str]], Any], argument: Any) -> None:
    """Walk through folders, as `os.path.walk`; `visit` may take folders out of the list it gets."""
    names = sorted(os.listdir(top))
    visit(argument, top, names)
    for name in names:
        folder = os.path.join(top, name)
        if os.path.isdir(folder) and not os.path.islink(folder):
            path_walk(folder, visit, argument)


def linux_distribution(*args: Any, **keywords: Any) -> tuple[str, str, str]:
    """Return name, version and code name of the system, as `platform.linux_distribution`."""
    import platform

    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return "", "", ""
    return release.get("NAME", ""), release.get("VERSION_ID", ""), release.get("VERSION_CODENAME", "")
