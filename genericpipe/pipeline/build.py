"""Parset and configuration -> Pipeline: options replaced, lists expanded, loops and sub-pipelines opened."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from ..config import Config
from ..errors import Findings, GenericPipeError, Location, did_you_mean
from ..parset import Parset, as_strings
from .blueprint import pipeline_value, to_steps
from .options import Option, definitions
from .references import Section
from .scope import Scope
from .step import Pipeline, Step
from .structure import Node, structure
from .subpipeline import overridable


def build(
    parset: Parset,
    config: Config,
    *,
    options: Mapping[str, str] | None = None,
    replacements: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Pipeline:
    """Build the pipeline that a parset describes.

    Parameters
    ----------
    parset
        The parset as read.
    config
        The configuration: it names the job and gives the dictionaries that references may use.
    options
        Options set from outside; they win over the parset's ``! name = value``.
    replacements
        Defaults for options; the parset wins over them.
    environ
        The environment for ``$NAME`` in definitions; that of the process if not given.

    Returns
    -------
    Pipeline
        Whatever is wrong is in its findings: nothing that a parset can hold is raised.
    """
    findings = Findings([*config.findings, *parset.findings])
    scope = Scope(
        parset,
        overrides={name: Option(name, text) for name, text in (options or {}).items()},
        defaults={name: Option(name, text) for name, text in (replacements or {}).items()},
        environ=os.environ if environ is None else environ,
    )
    _note_unknown(scope, options or {}, findings)
    nodes = structure(scope, findings)
    _note_shared_names(nodes, {}, findings)
    steps = to_steps(nodes, findings)
    return Pipeline(
        name=config.job_name,
        config=config,
        scope=scope,
        steps=steps,
        unlisted=unlisted(scope, nodes),
        dictionaries=dictionaries(scope, config, findings),
        pluginpath=tuple(pluginpath(scope, nodes, findings)),
        findings=tuple(dict.fromkeys(findings)),
    )


def unfold(step: Step, arguments: Mapping[str, str], findings: Findings) -> tuple[Step, ...]:
    """Return the steps of a sub-pipeline as its step's arguments make them, now that their values are known.

    Parameters
    ----------
    step
        A step of kind ``pipeline``.
    arguments
        Its arguments with their references replaced and without quotes; one that is not given keeps its text.
    findings
        Receives what is wrong.
    """
    old = step.scope
    if old is None or old.parent is None:
        return ()
    known = overridable(old.parset, old.parent)
    lines = step.arguments
    given = {
        name: Option(name, text, lines[name].location if name in lines else step.location)
        for name, text in arguments.items()
        if name in known
    }
    scope = replace(old, overrides={**old.overrides, **given}, names=set())
    scope.outermost.steps_made = 0  # it is bounded by itself
    return to_steps(structure(scope, findings), findings)


def _note_unknown(scope: Scope, options: Mapping[str, str], findings: Findings) -> None:
    """Note each option set from outside that nothing defines and no placeholder asks for."""
    known = [*scope.defaults, *definitions(scope.parset)]
    for name in options:
        if name not in known and not any(f"{{{{ {name} }}}}" in entry.raw for entry in scope.parset.values()):
            findings.error(
                "unknown-option",
                f"there is no option {name!r} to set",
                Location(scope.parset.file),
                did_you_mean(name, known),
            )


def _note_shared_names(
    nodes: tuple[Node, ...], first: dict[str, tuple[Node, tuple[Node, ...]]], findings: Findings
) -> None:
    """Note different steps of one name in different lists: one would overwrite the other's results.

    A step may stand in the body of a loop and again outside it: it runs twice under its name (contract 6.4).
    Repeats in one list are looked at where it is expanded. `first` holds the first step of each name, and the
    list it stands in.
    """
    for node in nodes:
        other, siblings = first.setdefault(node.listed.name, (node, nodes))
        if siblings is not nodes and _origin(node) != _origin(other):
            findings.error(
                "same-name",
                f"two different steps run as {node.listed.name!r}: the other one is listed at "
                f"{other.listed.location}",
                node.listed.location,
                "give one of them another name",
            )
        _note_shared_names(node.body, first, findings)


def _origin(node: Node) -> tuple[str, str]:
    """Return what tells whether two steps of one name are the same."""
    return node.scope.prefix, node.listed.definition


def unlisted(scope: Scope, nodes: tuple[Node, ...]) -> dict[str, Location]:
    """Return the steps that are defined and stand in no list, with their first lines."""
    listed = {below.listed.definition for node in nodes for below in node.walk() if below.scope is scope}
    return {
        name: lines.first().location
        for name, lines in scope.blocks.steps.items()
        if name not in listed and lines.control and "." not in name
    }


def dictionaries(scope: Scope, config: Config, findings: Findings) -> dict[str, Mapping[str, str]]:
    """Return the results that references find before any step has run (contract 6.5).

    The run's own are called ``input``, as the job, and ``genericpipeline`` (what LOFAR's own calls them where
    ``-j`` names the job).
    """
    found: dict[str, Mapping[str, str]] = {
        name: Section(keys) for name, keys in config.reference_dictionaries().items()
    }
    of_run = Section({**found.get("input", {}), "parset": os.path.abspath(scope.parset.file)})
    mapfile = pipeline_value(scope, "mapfile", findings)
    if mapfile is not None:
        of_run["mapfile"] = mapfile.text
    for name in ("input", "genericpipeline", config.job_name):
        found[name] = of_run
    return found


def pluginpath(scope: Scope, nodes: tuple[Node, ...], findings: Findings) -> list[str]:
    """Return the folders of ``pipeline.pluginpath``, those of sub-pipelines behind ours."""
    inner = (below.inner for node in nodes for below in node.walk() if below.inner is not None)
    folders: dict[str, None] = {}
    for one in (scope, *inner):
        value = pipeline_value(one, "pluginpath", findings)
        if value is not None:
            try:
                folders.update(dict.fromkeys(as_strings(value.raw)))
            except GenericPipeError as error:
                findings.caught("bad-value", error, value.location)
    return [folder for folder in folders if folder]
