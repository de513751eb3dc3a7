"""All rules together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ...errors import Finding, Location, Severity
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
    for answer in vocabulary.manager.answers("lint", pipeline=pipeline):
        found += answer.value
    if allow_unresolved:
        found = [_softened(finding) for finding in found]
    return in_order(found, pipeline.scope.parset.file)


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
