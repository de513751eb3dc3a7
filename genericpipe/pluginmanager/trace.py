"""``GENERICPIPE_TRACE_PLUGINS=1``: each hook call on standard error, and who answered what."""

from __future__ import annotations

import functools
import reprlib
from collections.abc import Mapping
from inspect import isgenerator
from typing import Any, TextIO

from genericpipe.hookspecs import PREFIX
from genericpipe.pluginmanager.checks import HookFunction, options_of

TRACE_VARIABLE = "GENERICPIPE_TRACE_PLUGINS"
LONGEST_VALUE = 200


def wanted(environment: Mapping[str, str]) -> bool:
    """Return whether the environment asks for a trace."""
    return environment.get(TRACE_VARIABLE, "") not in ("", "0")


def shortened(value: object) -> str:
    """Return one line that tells a value well enough to be recognised."""
    brief = reprlib.Repr()
    brief.maxstring = brief.maxother = LONGEST_VALUE // 2
    text = " ".join(brief.repr(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


class Trace:
    """Writes what plugins are asked and what they answer.

    Parameters
    ----------
    stream
        Where to.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def called(self, hook: str, _implementations: object, arguments: Mapping[str, object]) -> None:
        """Tell that a hook is called."""
        words = ", ".join(f"{name}={shortened(value)}" for name, value in arguments.items())
        print(f"hook {hook.removeprefix(PREFIX)}({words})", file=self.stream)

    def watched(self, function: HookFunction, name: str) -> HookFunction:
        """Return a stand-in for a function of a plugin that tells what it answers."""
        options = options_of(function) or {}
        if options.get("wrapper") or options.get("hookwrapper"):
            return function  # a generator around other answers: it has none of its own

        @functools.wraps(function)
        def traced(*given: Any) -> Any:
            try:
                answer = function(*given)
                if isgenerator(answer):
                    answer = list(answer)
            except BaseException as error:
                print(f"  {name}: raised {error!r}", file=self.stream)
                raise
            print(f"  {name}: {shortened(answer)}", file=self.stream)
            return answer

        return traced
