"""Which products nobody needs any more, and taking them away (the rule is in docs/howto/resume.md)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import Finding, Location, Severity, StateError
from ..journal.history import History
from ..journal.recorder import Recorder
from ..journal.records import JobRecord, StepKey
from ..journal.stamps import Stamp, stamp_of
from ..resume.needs import Needs

_NOBODY = StepKey("")

#: What the job folder itself consists of.
_OWN = ("journal.jsonl", "lock", "lock.owner", "logs", "mapfiles", "parsets", "statefile")


@dataclass(frozen=True)
class Removable:
    """A product that can go.

    Parameters
    ----------
    key
        The step that made it.
    path
        A file, a folder (a measurement set) or a link.
    size
        In bytes, all that is in a folder together.
    """

    key: StepKey
    path: str
    size: int


@dataclass
class _Traces:
    """What is recorded of a file: the steps that made, changed and read it, by their places in the order."""

    made: int = -1
    maker: StepKey = _NOBODY
    changed: int = -1
    read: int = -1
    stamp: Stamp | None = None
    is_ours: bool = True


@dataclass
class Cleaning:
    """Finds what can be removed.

    Parameters
    ----------
    history
        What the journal says.
    folders
        The job folder, and the working directory where it is known: what lies elsewhere stays.
    needs
        What steps to come, and plugins that run again, may take.
    keep
        Steps whose products stay.
    kept
        After `find`: why products stay that are there, by reason -> how many.
    """

    history: History
    folders: tuple[Path, ...]
    needs: Needs
    keep: Collection[str] = ()
    kept: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        roots = [folder.resolve() for folder in self.folders]
        self._roots = [str(root) for root in roots]
        self._above: set[str] = set()
        self._fixed: set[str] = set()
        for path in (*roots, *(roots[0] / name for name in _OWN)):
            self._above.update(map(str, (path, *path.parents)))
        self._fixed.update(str(roots[0] / name) for name in _OWN)

    def find(self) -> list[Removable]:
        """Return the products that can go, in order of the steps that made them."""
        traces = self._traces()
        stays = {path: reason for path, one in traces.items() if (reason := self._stays(path, one))}
        for path in stays:
            self._protect(path)
        for path in self.needs.paths:
            self._protect(path)
        found = []
        for path, one in traces.items():
            reason = stays.get(path) or (
                "" if self._is_free(path) else "it lies in, or around, something that stays"
            )
            if reason:
                if one.made >= 0 and os.path.lexists(path):
                    self.kept[reason] = self.kept.get(reason, 0) + 1
            elif os.path.lexists(path):
                found.append((one.made, Removable(one.maker, path, size_of(path))))
        return [removable for _, removable in sorted(found, key=lambda pair: (pair[0], pair[1].path))]

    def _traces(self) -> dict[str, _Traces]:
        history = self.history
        traces: dict[str, _Traces] = {}
        for place, key in enumerate(history.order):
            is_done = history.steps[key].done
            for record in history.jobs.get(key, {}).values():
                self._trace(traces, place, key, record, is_done and record.ok)
        # A step that is given a whole mapfile may read whatever is in it.
        for place, key in enumerate(history.order):
            step = history.steps[key]
            for one in traces.values() if step.takes else ():
                if one.maker.step in step.takes and place > one.made:
                    one.read = max(one.read, place)
                    one.is_ours = one.is_ours and step.done
        return traces

    def _trace(
        self, traces: dict[str, _Traces], place: int, key: StepKey, record: JobRecord, is_good: bool
    ) -> None:
        inputs = set(record.input_paths)
        rewritten = set(record.rewritten)
        for path in inputs:
            one = traces.setdefault(path, _Traces())
            one.read = max(one.read, place)
            if path in rewritten:
                one.changed = max(one.changed, place)
            one.is_ours = one.is_ours and is_good
        for outside in record.inputs:
            if not isinstance(outside, str):
                traces[outside[0]].is_ours = False
        for path, size, mtime_ns in record.products:
            one = traces.setdefault(path, _Traces())
            if path not in inputs:
                one.made, one.maker = max(one.made, place), key
            one.stamp = Stamp(size, mtime_ns)
            one.is_ours = one.is_ours and is_good

    def _stays(self, path: str, one: _Traces) -> str:
        """Return why a file stays; empty where it can go."""
        if one.made < 0:
            return "an input"
        if one.maker.step in self.keep:
            return "asked for with --keep"
        if not one.is_ours:
            return "part of a step that is not done, or a job that failed"
        if one.read <= max(one.made, one.changed):
            return "a result: no later step took it"
        if not self._is_inside(path):
            return "outside of job folder and working directory"
        needed = self.needs.reason(path, one.read)
        if needed:
            return needed
        now = stamp_of(path)
        if now is not None and one.stamp not in (None, now):
            assert one.stamp is not None
            if not self.history.explains(path, one.stamp, now):
                return "changed since by something else"
        return ""

    def _is_inside(self, path: str) -> bool:
        if not os.path.isabs(path) or os.path.basename(path) in ("", ".", ".."):
            return False
        return any(_real(path).startswith(root.rstrip("/") + "/") for root in self._roots)

    def _protect(self, path: str) -> None:
        real = _real(path)
        self._fixed.add(real)
        for name in (real, os.path.realpath(path)):
            self._fixed.add(name)
            while len(name := os.path.dirname(name)) > 1 and name not in self._above:
                self._above.add(name)

    def _is_free(self, path: str) -> bool:
        """Return whether nothing that stays is this file, in it, or around it."""
        name = _real(path)
        if name in self._above:
            return False
        while len(name) > 1:
            if name in self._fixed:
                return False
            name = os.path.dirname(name)
        return True


def remove(found: Iterable[Removable], recorder: Recorder) -> Iterator[tuple[Removable, Finding | None]]:
    """Remove products, and yield each with a warning where that was not possible.

    The journal has it first: what is gone without a line in it would count as lost.

    Parameters
    ----------
    found
        What `Cleaning.find` returned, in that order.
    recorder
        Writes the journal.
    """
    by_step: dict[StepKey, list[Removable]] = {}
    for one in found:
        by_step.setdefault(one.key, []).append(one)
    for key, products in by_step.items():
        recorder.removed(key, [(one.path, one.size) for one in products])
        for one in products:
            try:
                _remove(one.path)
            except OSError as error:
                message = f"cannot be removed: {error.strerror or error}"
                yield one, Finding(Severity.WARNING, "not-removed", message, Location(one.path))
            else:
                yield one, None


def check_idle(history: History, survivors: object) -> None:
    """Refuse to clean while jobs of a killed run still work on the files.

    Raises
    ------
    StateError
        Names them.
    """
    if survivors:
        raise StateError(
            f"jobs of a run that was killed still run: {survivors}",
            hint="run the pipeline again, which ends them",
        )


def size_of(path: str) -> int:
    """Return the size of a file, or of all in a folder; links count themselves."""
    try:
        size = os.lstat(path).st_size
        if os.path.islink(path) or not os.path.isdir(path):
            return size
    except OSError:
        return 0
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                continue
    return total


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    else:
        os.unlink(path)


def _real(path: str) -> str:
    """Return a path with the links above its last part followed: a link itself is removed, not its target."""
    folder, name = os.path.split(path.rstrip("/"))
    return os.path.join(os.path.realpath(folder), name)
