"""All rules together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...errors import Finding, GenericPipeError, Location, Severity
from ..step import Pipeline
from ..vocabulary import Vocabulary
from . import calls, files, inputs, options, references, steps, text
from .subject import Subject

_RULES = (text, options, steps, references, inputs, calls, files)
_ORDER = {Severity.ERROR: 0, Severity.MISSING: 1, Severity.WARNING: 2}


def lint(pipeline: Pipeline, vocabulary: Vocabulary, allow_unresolved: bool = False) -> tuple[Finding, ...]:
    """Return everything that can be said of a pipeline before it runs.

    Parameters
    ----------
    pipeline
        The pipeline as built.
    vocabulary
        What is plugged in.
    allow_unresolved
        Whether a placeholder that nothing defines is only a warning.

    Returns
    -------
    tuple
        The findings by file and line, those of the main parset first.
    """
    subject = Subject(pipeline, vocabulary)
    found: list[Finding] = list(pipeline.findings)
    for rule in _RULES:
        found += rule.check(subject)
    found += _of_plugins(pipeline, vocabulary)
    found = [finding for finding in found if not _is_open_name(finding)]
    if allow_unresolved:
        found = [_softened(finding) for finding in found]
    return in_order(found, pipeline.scope.parset.file)


def _of_plugins(pipeline: Pipeline, vocabulary: Vocabulary) -> list[Finding]:
    """Return what plugins notice; one that fails at it says nothing against the pipeline."""
    try:
        answers = vocabulary.manager.answers("lint", pipeline=pipeline)
    except GenericPipeError:
        raise
    except Exception as error:
        return [plugin_failed(error, Severity.WARNING)]
    return [finding for answer in answers for finding in answer.value]


def plugin_failed(error: Exception, severity: Severity) -> Finding:
    """Return the finding about a plugin that raised something of its own; its note tells whose it is."""
    who = ", ".join(getattr(error, "__notes__", ()))
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    frames: list[Location] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(Location(trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    where = frames[-1] if frames else None
    return Finding(severity, "plugin-failed", f"{reason} ({who})", where, "mend the plugin, or take it out")


def _is_open_name(finding: Finding) -> bool:
    """Return whether an undefined step is only a placeholder that is told of already."""
    return finding.code == "undefined-step" and "{{ " in finding.message


def _softened(finding: Finding) -> Finding:
    if finding.code == "unresolved-option" and finding.severity is Severity.ERROR:
        return replace(finding, severity=Severity.WARNING)
    return finding


def in_order(findings: Iterable[Finding], first: str) -> tuple[Finding, ...]:
    """Return findings without repetition, by file and line, those in the file `first` before the others."""

    def place(finding: Finding) -> tuple[bool, str, int, int]:
        where = finding.location or Location("")
        return where.file != first, where.file, where.line or 0, _ORDER[finding.severity]

    return tuple(sorted(dict.fromkeys(findings), key=place))
