"""``! name = value`` and ``{{ name }}``: textual options of a parset, resolved before any list is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import Location, PipelineError, did_you_mean
from ..parset import Entry, Parset

#: A placeholder whose name holds no other: replaced first, so that a name may be put together from others.
_INNERMOST = re.compile(r"\{\{ ([^{}\s](?:[^{}]*[^{}\s])?) \}\}")
#: Braces that LOFAR's own leaves alone for want of exactly one blank on either side (contract 4.6).
_MISSPACED = re.compile(r"\{\{(?! [^{}\s](?:[^{}]*[^{}\s])? \}\})\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)
_PREFIX = "pipeline.replace."

#: Longest text that replacing may give, in characters; options that double each other would fill the memory.
MAX_LENGTH = 1 << 20
_MAX_ROUNDS = 1000


@dataclass(frozen=True)
class Option:
    """One definition: its text with everything replaced that can be, and where it stands.

    ``unresolved`` names the placeholders left in it.
    """

    name: str
    text: str
    location: Location | None = None
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replaced:
    """A text after replacing, and the names of the placeholders that are left in it."""

    text: str
    unresolved: tuple[str, ...] = ()


def option_name(key: str) -> str | None:
    """Return the name that the parset key defines (``! name``, ``pipeline.replace.name``), or None."""
    if key.startswith("!"):
        return key.lstrip("!").strip()
    if key.startswith(_PREFIX):
        return key[len(_PREFIX) :].strip()
    return None


def definitions(parset: Parset) -> dict[str, Entry]:
    """Return the definitions of a parset: of several spellings of one name the last line counts."""
    found: dict[str, Entry] = {}
    for key, entry in parset.items():
        name = option_name(key)
        if name is not None and (name not in found or (entry.line or 0) > (found[name].line or 0)):
            found[name] = entry
    return found


def expand_variables(text: str, environ: Mapping[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}``; a variable that is not set stays as it is written."""
    if "$" not in text:
        return text
    return _VARIABLE.sub(lambda m: environ.get(m[1] or m[2] or "", m[0]), text)


def misspaced(text: str) -> Iterator[str]:
    """Yield the names in braces that are not replaced because their blanks are not just one on each side."""
    return (match[1] for match in _MISSPACED.finditer(text) if "{{" in match[0])


class Options:
    """The options that hold in one pipeline: definitions over those that it inherits.

    Parameters
    ----------
    own
        The definitions of the parset itself; environment variables are expanded in these alone.
    inherited
        Options of the pipeline around it and defaults of plugins, already replaced.
    overrides
        What wins over both: the arguments of a sub-pipeline's step, ``--set`` of a command line.
    environ
        The environment for ``$NAME`` in definitions.
    finish
        What is done to the text of each definition of the parset itself once it is replaced.

    Definitions that go round in a circle, or grow beyond all measure, are told in `errors` and stay as they
    are written, so that whoever checks a pipeline sees everything else that is wrong with it.
    """

    def __init__(
        self,
        own: Mapping[str, Entry],
        inherited: Mapping[str, Option] | None = None,
        overrides: Mapping[str, Option] | None = None,
        environ: Mapping[str, str] | None = None,
        finish: Callable[[str], str] | None = None,
    ) -> None:
        self._own = own
        self._finish = finish
        self._environ = environ or {}
        self.errors: list[PipelineError] = []
        self._resolved: dict[str, Option] = {**(inherited or {})}
        for name in own:
            self._resolved.pop(name, None)
        self._resolved.update(overrides or {})
        self._names = list(dict.fromkeys([*(inherited or {}), *own, *(overrides or {})]))
        for name in self._names:
            self._option(name, ())

    def __contains__(self, name: str) -> bool:
        return name in self._resolved

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __getitem__(self, name: str) -> Option:
        return self._resolved[name]

    def items(self) -> Iterable[tuple[str, Option]]:
        """Return the options by name, in order of definition."""
        return [(name, self._resolved[name]) for name in self._names]

    def hint(self, name: str) -> str:
        """Return what to do about a placeholder that nothing defines."""
        return did_you_mean(name, self._names) or f"define it: ! {name} = ..."

    def replace(self, text: str) -> Replaced:
        """Replace every ``{{ name }}`` in `text`, innermost first; what is not defined stays."""
        return self._replace(text, ())

    def _replace(self, text: str, stack: tuple[str, ...]) -> Replaced:
        if "{{" not in text:
            return Replaced(text)
        unresolved: dict[str, None] = {}

        def one(match: re.Match[str]) -> str:
            option = self._option(match[1], stack)
            if option is None:
                unresolved[match[1]] = None
                return match[0]
            unresolved.update(dict.fromkeys(option.unresolved))
            return option.text

        for _ in range(_MAX_ROUNDS):  # each round may complete a placeholder around the one that it replaced
            before = text
            unresolved.clear()
            text = _INNERMOST.sub(one, text)
            if text == before:
                return Replaced(text, tuple(unresolved))
            if len(text) > MAX_LENGTH:
                break
        raise PipelineError(
            f"options grow beyond {MAX_LENGTH} characters", hint="do they contain each other?"
        )

    def _option(self, name: str, stack: tuple[str, ...]) -> Option | None:
        if name in self._resolved:
            return self._resolved[name]
        entry = self._own.get(name)
        if entry is None:
            return None
        try:
            if name in stack:
                circle = " -> ".join([*stack[stack.index(name) :], name])
                raise PipelineError(f"options go round in a circle: {circle}")
            replaced = self._replace(expand_variables(entry.raw, self._environ), (*stack, name))
        except RecursionError:
            replaced = self._failed(
                name, PipelineError(f"options are nested too deeply at {name!r}", entry.location)
            )
        except PipelineError as error:
            replaced = self._failed(name, PipelineError(error.message, entry.location, error.hint))
        text = self._finish(replaced.text) if self._finish else replaced.text
        return self._resolved.setdefault(name, Option(name, text, entry.location, replaced.unresolved))

    def _failed(self, name: str, error: PipelineError) -> Replaced:
        self.errors.append(error)
        return Replaced(f"{{{{ {name} }}}}")
