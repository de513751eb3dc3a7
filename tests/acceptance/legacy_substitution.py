"""What LOFAR's own made of a parset's options and step list, done slowly and word for word.

A second method to hold ours against: nothing here is shared with the package, and no defect is mended. Every
function does what contract 4.1 to 4.6 and 5 say that LOFAR 4.0.17 does, in the order in which they say it.
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unittest import mock


@dataclass(frozen=True)
class LegacyStep:
    """A step of the expanded list: its name as it runs, that of its lines, and both blocks, raw."""

    name: str
    definition: str
    control: Mapping[str, str]
    argument: Mapping[str, str]


@dataclass
class LegacyParset:
    """Values by key, and the text before the first ``=`` of every line, in the order of the file."""

    values: dict[str, str]
    lines: list[str]

    def in_file_order(self) -> list[str]:
        """Return the keys as they stand in the file; such as no line begins with come last (contract 4.5)."""
        first = list(dict.fromkeys(key for key in self.lines if key in self.values))
        return first + sorted(key for key in self.values if key not in first)

    def in_byte_order(self) -> list[str]:
        """Return the keys sorted by their bytes."""
        return sorted(self.values, key=str.encode)

    def subset(self, base: str) -> dict[str, str]:
        """Return what begins with `base`, without it (contract 4.3, makeSubset)."""
        return {key[len(base) :]: text for key, text in self.values.items() if key.startswith(base)}


def unquoted(text: str) -> Iterator[tuple[int, str]]:
    """Yield each character outside quotes with its offset; a quote that stays open is an error."""
    quote = ""
    for offset, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        else:
            yield offset, sign
    if quote:
        raise ValueError(f"Unbalanced quoted string in {text}")


def without_comment(line: str) -> str:
    """Cut a line at the first ``#`` outside quotes; quotes in the comment do not matter."""
    quote = ""
    for offset, sign in enumerate(line):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "#":
            return line[:offset]
    return line


def read(text: str) -> LegacyParset:
    """Read the lines of a parset (contract 4.1): every ``=`` outside quotes begins a new pair."""
    values: dict[str, str] = {}
    order: list[str] = []
    current = None
    for line in text.split("\n"):
        if not line.strip():
            continue
        order.append(line.partition("=")[0].strip())
        body = without_comment(line).strip()
        if body.endswith("\\"):
            body = body[:-1].rstrip()
        if not body:
            continue
        signs = [offset for offset, sign in unquoted(body) if sign == "="]
        if not signs:
            glue = "" if body[0] in "'\"" or current is None or not values[current] else " "
            if current is not None:
                values[current] += glue + body
            continue
        ends = [*signs[1:], None]
        start = 0
        for sign, following in zip(signs, ends, strict=True):
            current = body[start:sign].rstrip().replace('"', "").replace("'", "")
            values[current] = body[sign + 1 :].strip() if following is None else ""
            start = sign + 1
    return LegacyParset(values, order)


def name_defined(key: str) -> str | None:
    """Return the name that a key defines, or None (contract 4.6, item 1)."""
    if key.startswith("!"):
        return key.lstrip("!").strip(" ")
    prefix = "pipeline.replace."
    return key[len(prefix) :] if key.startswith(prefix) else None


def replacements(parset: LegacyParset, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the definitions, each at the place of its first line and with the value of its last one."""
    found: dict[str, str] = {}
    with mock.patch.dict(os.environ, environ, clear=True):
        for line in parset.lines:
            name = name_defined(line)
            if name is not None and line in parset.values:
                found[name] = os.path.expandvars(parset.values[line])
    return found


def substitute(text: str, names: Mapping[str, str]) -> str:
    """Replace each name once everywhere, the one defined last first (contract 4.6, item 3)."""
    for name in reversed(list(names)):
        text = text.replace("{{ " + name + " }}", names[name])
    return text


def substituted(parset: LegacyParset, environ: Mapping[str, str]) -> LegacyParset:
    """Return the parset with all its values replaced; definitions are values too."""
    names = replacements(parset, environ)
    return LegacyParset(
        {key: substitute(parset.values[key], names) for key in parset.in_file_order()}, parset.lines
    )


def vector(text: str) -> list[str]:
    """Return the elements of a list of names (contract 4.2)."""
    if not (text.startswith("[") and text.endswith("]")):
        return [unquote(text)] if text else []
    inner = text[1:-1]
    if not inner.strip():
        return []
    cuts = [offset for offset, sign in unquoted(inner) if sign == ","]
    starts = [0, *(cut + 1 for cut in cuts)]
    return [unquote(inner[start:end].strip()) for start, end in zip(starts, [*cuts, len(inner)], strict=True)]


def unquote(text: str) -> str:
    """Return the text without the quotes that open and close quoted pieces."""
    quote, kept = "", ""
    for sign in text:
        if quote and sign == quote:
            quote = ""
        elif not quote and sign in "'\"":
            quote = sign
        else:
            kept += sign
    return kept


def full_module_name(keys: list[str], name: str) -> str:
    """Return where LOFAR looks for a module: the last `name` in a key, in byte order (contract 4.3)."""
    for key in keys:
        module = key.rpartition(".")[0]
        start = module.rfind(name)
        if start < 0:
            continue
        end = start + len(name)
        if (start == 0 or module[start - 1] == ".") and (end == len(module) or module[end] == "."):
            return module[:end]
    return ""


def flat_list(parset: LegacyParset) -> list[str]:
    """Return the list with sublists put in: each once, in byte order, at its first place (contract 5)."""
    steps = vector(parset.values["pipeline.steps"])
    sublists = parset.subset("pipeline.steps.") or parset.subset("steps.")
    for name in sorted(sublists, key=str.encode):
        if name in steps:
            place = steps.index(name)
            steps[place : place + 1] = vector(sublists[name])
    return steps


def numbered(steps: list[str]) -> list[tuple[str, str]]:
    """Return each step's name as it runs with that of its lines: the n-th repeat of ``a`` is ``a<n>``."""
    before = [steps[:place].count(name) for place, name in enumerate(steps)]
    return [(f"{name}{count}" if count else name, name) for name, count in zip(steps, before, strict=True)]


def steps_of(text: str, environ: Mapping[str, str]) -> list[LegacyStep]:
    """Return the steps of a parset in the order in which LOFAR's own would have run them."""
    parset = substituted(read(text), environ)
    keys = parset.in_byte_order()
    steps = []
    for name, definition in numbered(flat_list(parset)):
        module = full_module_name(keys, definition)
        control, argument = (parset.subset(f"{module}.{block}.") for block in ("control", "argument"))
        steps.append(LegacyStep(name, definition, control, argument))
    return steps
