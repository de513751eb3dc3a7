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
#: Placeholders inside the names of others, and options that complete each other, are replaced this deep.
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
        return key.lstrip("! \t\v\f").rstrip()
    if key.startswith(_PREFIX):
        return key[len(_PREFIX) :].strip()
    return None


def definitions(parset: Parset) -> dict[str, Entry]:
    """Return the definitions of a parset by name; of several spellings of one name the last line counts."""
    found: dict[str, Entry] = {}
    for key, entry in parset.items():
        name = option_name(key)
        if name is not None and (name not in found or (entry.line or 0) >= (found[name].line or 0)):
            found[name] = entry
    return found


def expand_variables(text: str, environ: Mapping[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}``; a variable that is not set stays as it is written."""
    if "$" not in text:
        return text
    return _VARIABLE.sub(lambda m: environ.get(m[1] or m[2] or "", m[0]), text)


def misspaced(text: str) -> Iterator[str]:
    """Yield the names in braces that are not replaced because their blanks are not just one on each side."""
    return (match[1] for match in _MISSPACED.finditer(text))


class _NeedsError(Exception):
    """A definition uses another that is not resolved yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Options:
    """The options that hold in one pipeline: definitions over those that it inherits.

    Parameters
    ----------
    own
        The definitions of the parset itself; environment variables are expanded in these alone.
    inherited
        Options of the pipeline around it and defaults of plugins, already replaced.
    overrides
        What wins over both: the arguments of a sub-pipeline's step, ``--set`` of a command line. They may use
        the other options.
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
        finish: Callable[[str], str] = str,
    ) -> None:
        inherited, overrides = inherited or {}, overrides or {}
        self.errors: list[PipelineError] = []
        self._finish = finish
        self._texts: dict[str, tuple[str, Location | None]] = {
            name: (expand_variables(entry.raw, environ or {}), entry.location) for name, entry in own.items()
        }
        self._texts.update({name: (option.text, option.location) for name, option in overrides.items()})
        self._own = own.keys() - overrides.keys()
        self._resolved = {name: option for name, option in inherited.items() if name not in self._texts}
        self._names = list(dict.fromkeys([*inherited, *self._texts]))
        for name in self._texts:
            self._resolve(name)

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
        """Replace every ``{{ name }}`` in `text`, innermost first; what is not defined stays.

        Raises
        ------
        PipelineError
            If the text becomes longer than `MAX_LENGTH`.
        """
        if "{{" not in text:
            return Replaced(text)
        unresolved: dict[str, None] = {}
        length = 0

        def one(match: re.Match[str]) -> str:
            nonlocal length
            name = match[1]
            option = self._resolved.get(name)
            if option is None and name in self._texts:
                raise _NeedsError(name)
            if option is None:
                unresolved[name] = None
                return match[0]
            length += len(option.text)
            if length > MAX_LENGTH:
                raise _too_long(name)
            return option.text

        for _ in range(_MAX_ROUNDS):  # each round may complete a placeholder around the one that it replaced
            before, length = text, len(text)
            unresolved.clear()
            text = _INNERMOST.sub(one, text)
            if text == before:
                return Replaced(text, tuple(unresolved))
        raise PipelineError(
            f"placeholders are nested more than {_MAX_ROUNDS} deep: {text[:60]} ...",
            hint="does an option put itself together?",
        )

    def _resolve(self, name: str) -> None:
        """Resolve a definition after those that it uses, wherever they stand (contract 4.6, FIX)."""
        waiting = [name]
        while waiting:
            name = waiting[-1]
            if name in self._resolved:
                waiting.pop()
                continue
            text, location = self._texts[name]
            try:
                replaced = self.replace(text)
            except _NeedsError as needs:
                if needs.name not in waiting:
                    waiting.append(needs.name)
                    continue
                circle = [*waiting[waiting.index(needs.name) :], needs.name]
                message = f"options go round in a circle: {' -> '.join(circle)}"
                self._fail(needs.name, PipelineError(message, hint="give one of them a text of its own"))
            except PipelineError as error:
                self._fail(name, error)
            else:
                finished = self._finish(replaced.text) if name in self._own else replaced.text
                self._resolved[name] = Option(name, finished, location, replaced.unresolved)

    def _fail(self, name: str, error: PipelineError) -> None:
        location = self._texts[name][1]
        self.errors.append(PipelineError(error.message, location, error.hint))
        self._resolved[name] = Option(name, f"{{{{ {name} }}}}", location)


def _too_long(name: str) -> PipelineError:
    return PipelineError(
        f"options grow beyond {MAX_LENGTH} characters at {{{{ {name} }}}}",
        hint="do they double each other?",
    )
