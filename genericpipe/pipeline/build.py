"""Parset and configuration -> Pipeline: options replaced, step lists expanded, sub-pipelines and loops unfolded."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..config import Config
from ..errors import Findings, GenericPipeError, Location, did_you_mean
from ..parset import Parset, as_string, as_vector
from .blueprint import to_steps
from .options import Option, definitions
from .scope import Scope
from .step import Pipeline, Step
from .structure import Node, structure


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
        Its arguments with their references replaced.
    findings
        Receives what is wrong.
    """
    old = step.scope
    if old is None or old.parent is None:
        return ()
    overrides = {
        name: Option(name, text, step.arguments[name].location if name in step.arguments else step.location)
        for name, text in arguments.items()
        if name in old.overrides
    }
    scope = Scope(
        old.parset, old.prefix, old.parent, overrides, old.defaults, old.environ, handover=old.handover
    )
    return to_steps(structure(scope, findings), findings)


def _note_unknown(scope: Scope, options: Mapping[str, str], findings: Findings) -> None:
    """Note each option set from outside that nothing defines."""
    known = [*scope.defaults, *definitions(scope.parset)]
    for name in options:
        if name not in known:
            findings.error(
                "unknown-option",
                f"there is no option {name!r} to set",
                Location(scope.parset.file),
                did_you_mean(name, known),
            )


def unlisted(scope: Scope, nodes: tuple[Node, ...]) -> dict[str, Location]:
    """Return the steps that are defined and stand in no list, with their first lines."""
    listed = {below.listed.definition for node in nodes for below in node.walk() if below.scope is scope}
    return {
        name: lines.first().location
        for name, lines in scope.blocks.steps.items()
        if name not in listed and lines.control and "." not in name
    }


def dictionaries(scope: Scope, config: Config, findings: Findings) -> dict[str, Mapping[str, str]]:
    """Return the results that references find before any step has run (contract 6.5)."""
    found = dict(config.reference_dictionaries())
    of_run = {**found.get("input", {}), "parset": os.path.abspath(scope.parset.file)}
    entry = scope.blocks.pipeline.get("mapfile")
    if entry is not None:
        try:
            of_run["mapfile"] = scope.value(entry).text
        except GenericPipeError as error:
            findings.caught("bad-value", error, entry.location)
    for name in ("input", "genericpipeline", config.job_name):
        found[name] = of_run
    return found


def pluginpath(scope: Scope, nodes: tuple[Node, ...], findings: Findings) -> list[str]:
    """Return the folders of ``pipeline.pluginpath``, those of sub-pipelines behind ours."""
    folders: dict[str, None] = {}
    inner = (below.inner for node in nodes for below in node.walk() if below.inner is not None)
    scopes = dict.fromkeys([scope, *inner])
    for one in scopes:
        entry = one.blocks.pipeline.get("pluginpath")
        if entry is None:
            continue
        value = one.value(entry)
        try:
            folders.update(dict.fromkeys(folder for folder in map(as_string, as_vector(value.raw)) if folder))
        except GenericPipeError as error:
            findings.caught("bad-value", error, entry.location)
    return list(folders)
