"""Mapfiles that steps overwrite: put back as they were, and on again, from the journal."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import Finding, Location, Severity
from ..folder.atomic import write_atomically
from ..journal.history import History
from ..journal.records import StepKey


def texts_of(paths: Iterable[str]) -> dict[str, str]:
    """Return the mapfiles among some paths that exist, with their texts."""
    texts = {}
    for path in paths:
        text = _read(path)
        if text is not None:
            texts[str(path)] = text
    return texts


class MapTexts:
    """Moves mapfiles along the history of a job folder.

    A resume starts from the maps as they were before the first step (`rewind`) and takes over what each step
    that need not run made of them (`forward`). Only maps that steps overwrote are touched.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._original: dict[str, str] = {}

    def rewind(self) -> list[Finding]:
        """Put every overwritten map back as it was before the first step that overwrote it.

        Returns
        -------
        list of Finding
            A warning for each map that no step found or left as it is: someone else changed it.
        """
        first: dict[str, str] = {}
        known: dict[str, set[str]] = {}
        for key in reversed(self._history.order):
            step = self._history.steps[key]
            for maps in (step.before, step.after):
                for path, name in maps.items():
                    known.setdefault(path, set()).add(name)
            first.update(step.before)
        texts = {
            path: self._history.texts[name] for path, name in first.items() if name in self._history.texts
        }
        forgotten = self._history.restore
        findings = []
        for path in known:
            now = _read(path) if path not in forgotten else None
            if now is not None and now not in {self._history.texts.get(name) for name in known[path]}:
                findings.append(_edited(path))
        for path, text in {**forgotten, **texts}.items():
            self._put(path, text)
        return findings

    def forward(self, key: StepKey) -> None:
        """Put the maps that a step overwrote as it left them."""
        step = self._history.steps.get(key)
        for path, name in (step.after if step else {}).items():
            if name in self._history.texts:
                self._put(path, self._history.texts[name])

    def undo(self) -> None:
        """Put every map as it was before this object touched it: nothing is going to run."""
        for path, text in self._original.items():
            write_atomically(path, text.encode("utf-8", "surrogateescape"))
        self._original = {}

    def _put(self, path: str, text: str) -> None:
        now = _read(path)
        if now == text:
            return
        if now is not None:
            self._original.setdefault(path, now)
        write_atomically(path, text.encode("utf-8", "surrogateescape"))


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _edited(path: str) -> Finding:
    return Finding(
        Severity.WARNING,
        "mapfile-changed",
        "this mapfile was changed since the last run; the resumed run starts from it as the journal has it",
        Location(path),
        "to start from your changes: keep a copy, reset the step that writes it, and put the copy back",
    )
