"""What holds inside one parset of a pipeline: its options, its lists and the names of its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from ..errors import Findings, GenericPipeError
from ..parset import Entry, Parset
from .blocks import Blocks
from .options import Option, Options, definitions
from .references import bind, unmark
from .step import Value
from .steplist import Expansion, Listed, StepList


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
    depth
        How many loops and sub-pipelines stand around it.
    names
        Its steps and those of its sub-pipelines, as references in it call them; known once they are expanded.
    handover
        The mapfile that a sub-pipeline starts from.
    steps_made
        How many steps the whole pipeline has so far; counted in the outermost scope.
    """

    parset: Parset
    prefix: str = ""
    parent: Scope | None = None
    overrides: Mapping[str, Option] = field(default_factory=dict)
    defaults: Mapping[str, Option] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    depth: int = 0
    names: set[str] = field(default_factory=set)
    handover: Value | None = None
    steps_made: int = 0

    def __post_init__(self) -> None:
        self.blocks = Blocks(self.parset)
        self.options = self._options(bound=False)
        self._bound: Options | None = None

    @property
    def basename(self) -> str:
        """The name of its file without extension: ``<basename>.output.mapfile`` hands a mapfile over."""
        return PurePath(self.parset.file).stem

    @property
    def outermost(self) -> Scope:
        """The scope of the main parset."""
        return self if self.parent is None else self.parent.outermost

    def _options(self, bound: bool) -> Options:
        own = definitions(self.parset)
        inherited = dict(self.defaults)
        if self.parent is not None:
            inherited.update((self.parent.bound_options() if bound else self.parent.options).items())
        if not bound:
            return Options(own, inherited, self.overrides, self.environ)
        return Options(own, _marked(inherited), _marked(self.overrides), self.environ, finish=self.bind)

    def bound_options(self) -> Options:
        """Return the options with their references named as they run; known once `names` is complete."""
        if self._bound is None:
            self._bound = self._options(bound=True)
        return self._bound

    def rename(self, name: str) -> str:
        """Return a step's name as it runs, for a name as it is written here: ours, then those around us.

        The name of a sub-pipeline's parset, which hands its mapfile over, stands between the two.
        """
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.prefix + name
            if scope.parent is not None and name == scope.basename:
                return name
            scope = scope.parent
        return name

    def bind(self, text: str) -> str:
        """Name the references in `text` as their steps run, marked so that nobody renames them again."""
        return bind(text, self.rename)

    def value(self, entry: Entry) -> Value:
        """Return a line's value with options replaced and references named as their steps run.

        Raises
        ------
        PipelineError
            If its options grow beyond all measure.
        """
        if self.parent is None:  # the main parset: names run as they are written
            return self.unbound_value(entry)
        replaced = self.bound_options().replace(entry.raw)
        return Value(unmark(self.bind(replaced.text)), entry, replaced.unresolved)

    def unbound_value(self, entry: Entry) -> Value:
        """Return a line's value with options replaced, references as they are written; see `value`."""
        replaced = self.options.replace(entry.raw)
        return Value(replaced.text, entry, replaced.unresolved)

    def checked_values(
        self, lines: Mapping[str, Entry], findings: Findings, bound: bool = True
    ) -> dict[str, Value]:
        """Return the values of lines; one in which a quote does not close is noted and left out."""
        read = self.value if bound else self.unbound_value
        values: dict[str, Value] = {}
        for key, entry in lines.items():
            try:
                value = read(entry)
                _ = value.text
            except GenericPipeError as error:
                findings.caught("bad-value", error, entry.location)
            else:
                values[key] = value
        return values

    def expand(
        self, entry: Entry, note_unresolved: Callable[[StepList], None], findings: Findings
    ) -> tuple[Listed, ...]:
        """Return the steps that the list on a line stands for, sublists expanded and repeats numbered.

        Raises
        ------
        GenericPipeError
            As `Expansion.expand` does.
        """
        lists: dict[str, StepList] = {}

        def sublist(name: str) -> StepList | None:
            if name in self.blocks.sublists and name not in lists:
                lists[name] = self.list_of(self.blocks.sublists[name])
            return lists.get(name)

        expansion = Expansion(sublist, self.blocks.steps.__contains__, note_unresolved, findings)
        return expansion.expand(self.list_of(entry))

    def list_of(self, entry: Entry) -> StepList:
        """Return the step list on a line, options replaced; see `value`."""
        replaced = self.options.replace(entry.raw)
        return StepList(replaced.text, entry, replaced.unresolved)


def _marked(options: Mapping[str, Option]) -> dict[str, Option]:
    same: Callable[[str], str] = str
    return {
        name: Option(name, bind(option.text, same), option.location, option.unresolved)
        for name, option in options.items()
    }
