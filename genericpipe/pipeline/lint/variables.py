"""Variables of the environment that definitions use and that are not set (contract 4.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ...parset import Entry
from ..options import definitions, expand_variables
from ..scope import Scope

_VARIABLE = re.compile(r"\$(\w+|\{[^}]*\})", re.ASCII)


@dataclass(frozen=True, eq=False)
class UnsetVariable:
    """A variable that is not set, as it is written in a definition that something uses."""

    scope: Scope
    entry: Entry
    name: str
    written: str


def unset_variables(scope: Scope) -> Iterator[UnsetVariable]:
    """Yield what the definitions of a scope want of the environment in vain."""
    used: str | None = None
    for name, entry in definitions(scope.parset).items():
        if "$" not in entry.raw:
            continue
        if used is None:
            used = "\n".join(one.raw for one in scope.parset.values() if "{{" in one.raw)
        if f"{{{{ {name} }}}}" not in used:
            continue
        for match in _VARIABLE.finditer(expand_variables(entry.raw, scope.environ)):
            variable = match[1].strip("{}")
            if variable and variable not in scope.environ:
                yield UnsetVariable(scope, entry, variable, match[0])
