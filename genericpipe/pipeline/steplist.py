"""``pipeline.steps``: which steps run, in which order and under which names (contract 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import Findings, Location
from ..parset import Entry, as_string, as_vector


@dataclass(frozen=True)
class Listed:
    """A step in a list: its name as it runs (``a1``), the name its lines have (``a``), and where it stands."""

    name: str
    definition: str
    location: Location


@dataclass(frozen=True)
class StepList:
    """The text of one list after replacing, and the line it comes from."""

    text: str
    entry: Entry

    def elements(self) -> list[tuple[str, Location]]:
        """Return the names in the list, empty ones too, each with the line on which it stands."""
        names = (as_string(element) for element in as_vector(self.text))
        return [(name, self.entry.location_of(name)) for name in names]


def expand(
    top: StepList,
    sublists: Mapping[str, StepList],
    is_step: Callable[[str], bool],
    findings: Findings,
) -> tuple[Listed, ...]:
    """Expand sublists at every depth and number the repeats: ``a, a1, a2``.

    Inside a sublist its own name means the step of that name.

    Parameters
    ----------
    top
        The list to expand.
    sublists
        ``pipeline.steps.<name>`` by name.
    is_step
        Whether a name has lines of its own.
    findings
        Receives empty elements, circles and names that a repeat would take from another step.
    """
    flat = _flatten(top, sublists, is_step, (), findings)
    plain = {name for name, _ in flat}
    seen: dict[str, int] = {}
    listed: list[Listed] = []
    for name, location in flat:
        count = seen.get(name, 0)
        seen[name] = count + 1
        numbered = f"{name}{count}" if count else name
        if count and numbered in plain:
            findings.error(
                "repeat-collides",
                f"the repeat of step {name!r} is called {numbered!r}, and so is another step in the list",
                location,
                f"give the other step {numbered!r} another name",
            )
        listed.append(Listed(numbered, name, location))
    return tuple(listed)


def _flatten(
    steps: StepList,
    sublists: Mapping[str, StepList],
    is_step: Callable[[str], bool],
    inside: tuple[str, ...],
    findings: Findings,
) -> list[tuple[str, Location]]:
    flat: list[tuple[str, Location]] = []
    for name, location in steps.elements():
        if not name:
            findings.warning(
                "empty-step",
                f"an empty element in {steps.entry.key} is left out",
                location,
                "is there a comma too many?",
            )
        elif name not in sublists or (name in inside and is_step(name)):
            flat.append((name, location))
        elif name in inside:
            circle = " -> ".join([*inside[inside.index(name) :], name])
            findings.error("steps-circle", f"step lists go round in a circle: {circle}", location)
        else:
            flat += _flatten(sublists[name], sublists, is_step, (*inside, name), findings)
    return flat
