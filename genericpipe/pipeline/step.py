"""A pipeline as built from its parset: what each step is, before anything has run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ..errors import Finding, Location
from ..parset import Entry, as_string

if TYPE_CHECKING:
    from ..config import Config
    from .scope import Scope


class Value(NamedTuple):
    """The text of one key of a step, with options replaced and references still in it.

    ``raw`` keeps the quotes, ``unresolved`` names the placeholders that nothing defines.
    """

    raw: str
    entry: Entry
    unresolved: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text without quotes."""
        return as_string(self.raw) if '"' in self.raw or "'" in self.raw else self.raw

    @property
    def location(self) -> Location:
        """Where the key stands."""
        return self.entry.location


@dataclass(frozen=True)
class Step:
    """One entry of ``pipeline.steps``.

    Parameters
    ----------
    name
        As it runs: ``a``, its repeat ``a1``, ``sub-step`` in a sub-pipeline.
    definition
        The name that its lines have in the parset.
    kind, type
        ``control.kind`` (``recipe`` where it is not given) and ``control.type``, as text.
    control
        The other control keys: all, or those of the ``opts`` block where there is one.
    cmdline
        The values of ``control.cmdline.*`` in byte order of their keys: a plugin's positional arguments.
    arguments
        ``argument.*`` in order of definition, ``flags`` and ``parset`` among them.
    keys
        Every line of its control and argument blocks, by its key below the step's name.
    listed
        Where it stands in its step list.
    location
        Its first line.
    parset
        The file that defines it.
    loopcount
        How often the body of a loop runs; None for other kinds or where it is no number.
    body
        The steps of a loop or of a sub-pipeline.
    scope
        What holds inside a sub-pipeline: its options, lists and names. None for other kinds.
    """

    name: str
    definition: str
    kind: str
    type: str
    control: Mapping[str, Value]
    cmdline: tuple[Value, ...]
    arguments: Mapping[str, Value]
    keys: Mapping[str, Value]
    listed: Location
    location: Location
    parset: str
    loopcount: int | None = None
    body: tuple[Step, ...] = ()
    scope: Scope | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Pipeline:
    """A parset with its options replaced and its step lists expanded.

    Parameters
    ----------
    name
        The job's name.
    config
        The configuration.
    scope
        The parset with its options, and what holds in it.
    steps
        The steps in order; those of loops and sub-pipelines are in their bodies.
    unlisted
        Names that have control lines and stand in no list, with their first line.
    dictionaries
        The results that are there from the start: ``input``, the job's name, one a configuration section.
    pluginpath
        Folders of ``pipeline.pluginpath``.
    findings
        What was noticed while building; errors among them forbid a run.
    """

    name: str
    config: Config = field(repr=False)
    scope: Scope = field(repr=False)
    steps: tuple[Step, ...]
    unlisted: Mapping[str, Location]
    dictionaries: Mapping[str, Mapping[str, str]]
    pluginpath: tuple[str, ...]
    findings: tuple[Finding, ...]

    def walk(self) -> Iterator[Step]:
        """Yield every step, each before the steps of its body."""
        return walk(self.steps)


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """Yield `steps` and, after each, the steps of its body."""
    for step in steps:
        yield step
        yield from walk(step.body)
