"""What holds inside one parset of a pipeline: its options, its lists and the names of its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from ..errors import Findings
from ..parset import Entry, Parset
from .blocks import Blocks
from .options import Option, Options, definitions
from .references import bind, unmark
from .step import Value
from .steplist import Listed, StepList, expand


@dataclass(eq=False)
class Scope:
    """A parset in its place: the main one, or that of a sub-pipeline.

    A sub-pipeline sees the options of the pipeline around it; its own win over them, and the arguments of
    its step over both. Nothing flows back (contract 6.3).

    Parameters
    ----------
    parset
        The text.
    prefix
        What stands before the names of its steps as they run: empty, ``sub-``, ``sub-inner-``.
    parent
        The scope around it.
    overrides
        The arguments of the sub-pipeline's step, or options set from outside, as text.
    defaults
        Options that plugins define; any parset wins over them.
    environ
        The environment for ``$NAME`` in definitions.
    """

    parset: Parset
    prefix: str = ""
    parent: Scope | None = None
    overrides: Mapping[str, Option] = field(default_factory=dict)
    defaults: Mapping[str, Option] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    handover: Value | None = None

    def __post_init__(self) -> None:
        self.blocks = Blocks(self.parset)
        self.options = self._options(bound=False)
        self._bound: Options | None = None

    @property
    def basename(self) -> str:
        """The parset's name without folder and last extension: ``<basename>.output.mapfile`` hands a map over."""
        return PurePath(self.parset.file).stem

    def _options(self, bound: bool) -> Options:
        inherited = dict(self.defaults)
        overrides = dict(self.overrides)
        if self.parent is not None:
            source = self.parent.bound_options() if bound else self.parent.options
            inherited.update(source.items())
        if not bound:
            return Options(definitions(self.parset), inherited, overrides, self.environ)
        return Options(
            definitions(self.parset),
            _marked(inherited),
            _marked(overrides),
            self.environ,
            finish=self.bind,
        )

    def bound_options(self) -> Options:
        """Return the options with their references named as they run; known once `names` is complete."""
        if self._bound is None:
            self._bound = self._options(bound=True)
        return self._bound

    def rename(self, name: str) -> str:
        """Return a step's name as it runs, for a name as it is written here: ours, then those around us."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.prefix + name
            scope = scope.parent
        return name

    def bind(self, text: str) -> str:
        """Name the references in `text` as their steps run and mark them, so that nobody renames them again."""
        return bind(text, self.rename)

    def value(self, entry: Entry) -> Value:
        """Return a line's value with options replaced and references named as their steps run."""
        if self.parent is None:  # the main parset: names run as they are written
            return self.unbound_value(entry)
        replaced = self.bound_options().replace(entry.raw)
        return Value(unmark(self.bind(replaced.text)), entry, replaced.unresolved)

    def unbound_value(self, entry: Entry) -> Value:
        """Return a line's value with options replaced, its references as they are written."""
        replaced = self.options.replace(entry.raw)
        return Value(replaced.text, entry, replaced.unresolved)

    def list_of(self, entry: Entry) -> StepList:
        """Return the step list on a line, options replaced."""
        return StepList(self.options.replace(entry.raw).text, entry)

    def expand(self, entry: Entry, findings: Findings) -> tuple[Listed, ...]:
        """Return the steps that the list on a line stands for, sublists expanded and repeats numbered."""
        sublists = {name: self.list_of(sub) for name, sub in self.blocks.sublists.items()}
        return expand(self.list_of(entry), sublists, self.blocks.steps.__contains__, findings)


def _marked(options: Mapping[str, Option]) -> dict[str, Option]:
    same: Callable[[str], str] = str
    return {
        name: Option(name, bind(option.text, same), option.location, option.unresolved)
        for name, option in options.items()
    }
