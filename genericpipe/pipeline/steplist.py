"""``pipeline.steps``: which steps run, in which order and under which names (contract 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import Findings, Location, PipelineError
from ..parset import Entry, as_strings

#: Most steps that a pipeline may have: lists that double each other would fill the memory.
MAX_STEPS = 100_000
#: How deep lists may stand in lists, and loops and sub-pipelines in each other.
MAX_DEPTH = 50


@dataclass(frozen=True)
class Listed:
    """A step in a list: its name as it runs (``a1``), the name its lines have (``a``), where it stands."""

    name: str
    definition: str
    location: Location


@dataclass(frozen=True)
class StepList:
    """The text of one list after replacing, the line it comes from and the placeholders left in it."""

    text: str
    entry: Entry
    unresolved: tuple[str, ...] = ()

    def elements(self) -> Iterator[tuple[str, Location]]:
        """Yield the names in the list, empty ones too, each with the line on which it stands.

        Raises
        ------
        ParsetError
            If the brackets or quotes of the list do not close.
        """
        names = as_strings(self.text)
        if not self.entry.pieces:  # all on one line
            yield from ((name, self.entry.location) for name in names)
            return
        end = 0
        for name in names:
            found = self.entry.raw.find(
                name, end
            )  # the elements stand in this order, unless options made them
            if found < 0 or self.text != self.entry.raw:
                yield name, self.entry.location_of(name)
            else:
                end = found + len(name)
                yield name, Location(self.entry.file, self.entry.line_at(found))


class Expansion:
    """Expands lists at every depth and numbers repeats: ``a, a1, a2``.

    Parameters
    ----------
    sublist
        Gives the list ``pipeline.steps.<name>``, or None where there is none.
    is_step
        Whether a name has lines of its own. Inside a sublist its own name means the step of that name.
    note_unresolved
        Is told of each list that is used and has placeholders left.
    findings
        Receives empty elements, circles and names that a repeat would take from another step.
    """

    def __init__(
        self,
        sublist: Callable[[str], StepList | None],
        is_step: Callable[[str], bool],
        note_unresolved: Callable[[StepList], None],
        findings: Findings,
    ) -> None:
        self._sublist = sublist
        self._is_step = is_step
        self._note_unresolved = note_unresolved
        self._findings = findings
        self._elements = 0

    def expand(self, top: StepList) -> tuple[Listed, ...]:
        """Return the steps that a list stands for.

        Raises
        ------
        GenericPipeError
            If a list cannot be read, lists are nested too deeply or there are too many steps.
        """
        flat: list[tuple[str, Location]] = []
        self._flatten(top, (), flat)
        plain = {name for name, _ in flat}
        seen: dict[str, int] = {}
        listed: list[Listed] = []
        for name, location in flat:
            count = seen.get(name, 0)
            seen[name] = count + 1
            numbered = f"{name}{count}" if count else name
            if count and numbered in plain:
                self._findings.error(
                    "repeat-collides",
                    f"the repeat of step {name!r} is called {numbered!r}, and so is another step in the list",
                    location,
                    f"give the other step {numbered!r} another name",
                )
            listed.append(Listed(numbered, name, location))
        return tuple(listed)

    def _flatten(self, steps: StepList, inside: tuple[str, ...], flat: list[tuple[str, Location]]) -> None:
        """Append the steps of a list that stands inside sublists of these names."""
        if len(inside) > MAX_DEPTH:
            raise PipelineError(
                f"step lists are nested more than {MAX_DEPTH} deep at {inside[-1]!r}",
                steps.entry.location,
                "name the steps themselves in some of them",
            )
        if steps.unresolved:
            self._note_unresolved(steps)
        for name, location in steps.elements():
            # Sublists and empty elements count: lists may double each other and hold no step.
            self._elements += 1
            if self._elements > MAX_STEPS:
                raise too_many(steps.entry.key, steps.entry.location)
            if not name:
                self._findings.warning(
                    "empty-step",
                    f"an empty element in {steps.entry.key} is left out",
                    location,
                    "is there a comma too many?",
                )
                continue
            sublist = self._sublist(name)
            if sublist is None or (name in inside and self._is_step(name)):
                flat.append((name, location))
            elif name in inside:
                circle = " -> ".join([*inside[inside.index(name) :], name])
                self._findings.error(
                    "steps-circle",
                    f"step lists go round in a circle: {circle}",
                    location,
                    f"take {name} out of one of them",
                )
            else:
                self._flatten(sublist, (*inside, name), flat)


def too_many(key: str, location: Location) -> PipelineError:
    """Return the error about a pipeline of more than `MAX_STEPS` steps."""
    return PipelineError(
        f"{key} makes more than {MAX_STEPS} steps",
        location,
        "do lists, loops or sub-pipelines double each other?",
    )
