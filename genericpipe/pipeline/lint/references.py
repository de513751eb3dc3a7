"""Whether steps run before others refer to them, and give what is asked for (contract 6.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...config import parse_boolean, parse_list
from ...errors import Finding, Location, Severity, did_you_mean
from ..references import Reference, find, longest_key
from ..scope import Scope
from ..step import Step, Value
from .subject import Subject, handed_on


@dataclass(frozen=True)
class Outputs:
    """What a step gives: keys, and whether there may be others (any, or such that end in ``.mapfile``).

    ``from_start`` marks what no step gives: the configuration's.
    """

    keys: frozenset[str]
    any: bool = False
    any_mapfile: bool = False
    from_start: bool = False

    def gives(self, key: str) -> bool:
        """Return whether the key may be there."""
        return key in self.keys or self.any or (self.any_mapfile and key.endswith(".mapfile"))


def check(subject: Subject) -> Iterator[Finding]:
    """Walk the steps in the order in which they run and look at each reference."""
    pipeline = subject.pipeline
    given: dict[str, Outputs] = {
        name: Outputs(frozenset(keys), from_start=True) for name, keys in pipeline.dictionaries.items()
    }
    later = {step.name for step in subject.steps}
    yield from _walk(subject, pipeline.steps, given, later)


def _walk(
    subject: Subject, steps: tuple[Step, ...], given: dict[str, Outputs], later: set[str]
) -> Iterator[Finding]:
    for step in steps:
        for key, value in handed_on(step):
            for reference in find(value.raw):
                yield from _look(subject, step, key, value, reference, given, later)
        if step.name in subject.pipeline.config.sections or step.name == "input":
            yield Finding(
                Severity.WARNING,
                "shadows-configuration",
                f"step {step.name!r} hides the configuration's {step.name}.output.* from the steps after it",
                step.location,
                "give the step another name",
            )
        own = outputs(subject, step)
        if step.kind == "loop":  # its counter can be read inside
            given[step.name] = own
        if step.scope is not None:  # the hand-over stays when the sub-pipeline has ended
            given[step.scope.basename] = _handed_over(step.scope)
        yield from _walk(subject, step.body, given, later)
        if step.scope is None or step.scope.basename != step.name:
            given[step.name] = own


def _handed_over(scope: Scope) -> Outputs:
    return Outputs(frozenset({"parset"} if scope.handover is None else {"parset", "mapfile"}))


def outputs(subject: Subject, step: Step) -> Outputs:
    """Return what a step gives when it has run."""
    kind = subject.vocabulary.kinds.get(step.kind)
    if kind is None:
        return Outputs(frozenset(), any=True)
    keys = {result.name for result in kind.result_keys}
    if kind.type_is == "plugin":
        answer = subject.step_plugin(step.type)
        results = answer.offered.results_with(step.control) if answer and answer.offered else None
        if results is not None:
            return Outputs(results | keys)
    if kind.open_results:
        return Outputs(frozenset(keys), any=True)
    if kind.type_is != "task":
        return Outputs(frozenset(keys))
    recipe = subject.recipe(step)
    if recipe is None:
        return Outputs(frozenset(keys), any=True)
    suffixes = subject.setting(step, "outputsuffixes")
    stepname = subject.text(step, "stepname") or step.name
    for result in recipe.result_keys:
        for suffix in parse_list(suffixes.text) if suffixes else ():
            keys.add(result.name.replace("<step>", stepname).replace("<suffix>", suffix))
        if "<" not in result.name:
            keys.add(result.name)
    unforeseeable = (suffixes is not None and not suffixes.known) or (
        bool(suffixes and parse_list(suffixes.text))
        # LOFAR's own names the main output after the input's file then (contract 7.4).
        and parse_boolean(subject.text(step, "inplace") or "False") is not False
    )
    nodescript = subject.text(step, "nodescript", "executable_args") or "executable_args"
    returns = nodescript != "executable_args"
    return Outputs(frozenset({*keys, "break"} if returns else keys), any_mapfile=unforeseeable or returns)


def _look(
    subject: Subject,
    step: Step,
    key: str,
    value: Value,
    reference: Reference,
    given: Mapping[str, Outputs],
    later: set[str],
) -> Iterator[Finding]:
    written = _as_written(value, reference)
    where = value.entry.location_of(written)
    found = given.get(reference.step)
    if found is None:
        if reference.step in (step.name, *later, *subject.pipeline.unlisted):
            yield _not_yet(subject, step, key, reference, where)
        else:
            yield _unknown(key, reference, _origin(subject, step, value, written), [*given, *later])
        return
    if found.gives(reference.key):
        return
    taken = longest_key(reference.key, dict.fromkeys(found.keys))
    if taken is None and found.from_start:  # case counts in what steps give (contract 2, 6.5)
        lowered = {name.lower(): name for name in found.keys}
        taken = longest_key(reference.key.lower(), lowered)
    if taken is None and found.from_start and reference.step in later:
        yield _not_yet(subject, step, key, reference, where)  # a step that is called like the job
    elif taken is None:
        yield _no_output(subject, key, reference, _origin(subject, step, value, written), found)
    elif len(taken) != len(reference.key):
        rest = reference.key[len(taken) :]
        yield Finding(
            Severity.WARNING,
            "shortened-reference",
            f"{key}: {reference} is read as {reference.step}.output.{taken} followed by {rest!r}",
            where,
            "LOFAR's own pipeline takes all of it for the key and fails",
        )


def _origin(subject: Subject, step: Step, value: Value, written: str) -> Location:
    """Return the line on which a reference was written: the step's, or that of an option in it."""
    return subject.origin(subject.scope(step), value.entry, written).location_of(written)


def _as_written(value: Value, reference: Reference) -> str:
    """Return a reference as it stands in the text: in a sub-pipeline without the prefix of its steps."""
    if str(reference) in value.entry.raw:
        return str(reference)
    for one in find(value.entry.raw):
        if one.key == reference.key and reference.step.endswith(f"-{one.step}"):
            return str(one)
    return str(reference)


def _not_yet(subject: Subject, step: Step, key: str, reference: Reference, where: Location) -> Finding:
    """Return the finding about a step that is there, but has not run by then."""
    message = f"{key}: {reference}: "
    if reference.step == step.name:
        return Finding(
            Severity.ERROR,
            "own-output",
            f"{message}a step cannot read what it gives itself",
            where,
            "name the step whose output is meant",
        )
    if reference.step in subject.pipeline.unlisted and reference.step not in {
        one.name for one in subject.steps
    }:
        return Finding(
            Severity.ERROR,
            "unlisted-reference",
            f"{message}step {reference.step!r} is defined at "
            f"{subject.pipeline.unlisted[reference.step]} but not listed",
            where,
            "list it in pipeline.steps before this step",
        )
    return Finding(
        Severity.ERROR,
        "later-step",
        f"{message}step {reference.step!r} has not run by then",
        where,
        f"list {reference.step!r} before this step",
    )


def _unknown(key: str, reference: Reference, where: Location, known: list[str]) -> Finding:
    hint = did_you_mean(reference.step, known)
    return Finding(
        Severity.ERROR,
        "unknown-reference",
        f"{key}: {reference}: there is no step {reference.step!r}",
        where,
        hint or "there is no step and no section of the configuration of this name",
    )


def _no_output(subject: Subject, key: str, reference: Reference, where: Location, found: Outputs) -> Finding:
    hint = did_you_mean(reference.key, found.keys)
    if found.from_start and subject.pipeline.config.path is None:
        return Finding(
            Severity.MISSING,
            "no-such-setting",
            f"{key}: {reference}: without a pipeline.cfg there is no {reference.key!r}",
            where,
            hint or "give a configuration with -c",
        )
    given = "" if found.from_start else f"it gives {', '.join(sorted(found.keys)) or 'nothing'}"
    return Finding(
        Severity.ERROR,
        "unknown-output",
        f"{key}: {reference}: {reference.step!r} gives no {reference.key!r}",
        where,
        hint or given,
    )
