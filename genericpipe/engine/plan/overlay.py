"""Mapfiles of a plan: in a scratch folder that mirrors the disk, found under their real paths."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ...mapfile import DataMap, DataProduct, read, replaced, write
from ...recipes.unknown import Unknown, Unknowns, is_mark, is_marked

# Stands in the scratch folder for the folder in which the plan is made, so that relative paths stay relative.
_HERE = ".here"


class Overlay:
    """Where a plan reads and writes mapfiles.

    What is written to ``/a/b`` goes to ``<scratch>/a/b`` and is read from there; other files are read where
    they are. A map that nobody can know becomes one whose entries are marks.

    Parameters
    ----------
    scratch
        An empty folder.
    own
        The run's folder of mapfiles: what lies there from an earlier run may become something else.
    unknowns
        The plan's marks.
    """

    def __init__(self, scratch: Path, own: Path, unknowns: Unknowns) -> None:
        self.scratch = os.path.realpath(scratch)
        self.own = os.path.abspath(own)
        self.unknowns = unknowns
        #: Why the files in the run's own folder are not what the run will find; None as long as they are.
        self.doubt: Unknown | None = None
        #: Why nobody knows how many entries the maps have that were read last; empty where that is known.
        self.template: tuple[Unknown, ...] = ()
        self._template_of: dict[str, tuple[Unknown, ...]] = {}
        self._forgotten: dict[str, Unknown] = {}
        self.versions: dict[str, int] = {}
        here = self.inside(os.getcwd())
        os.makedirs(here, exist_ok=True)
        os.symlink(here, os.path.join(self.scratch, _HERE))

    def inside(self, path: str) -> str:
        """Return where a file stands in the scratch folder."""
        return self.scratch + path if os.path.isabs(path) else os.path.join(self.scratch, _HERE, path)

    def outside(self, text: str) -> str:
        """Return text with real paths in the place of those in the scratch folder."""
        return text.replace(os.path.join(self.scratch, _HERE, ""), "").replace(self.scratch, "")

    def is_mapfile(self, path: str) -> bool:
        """Return whether a path that an argument refers to is going to be a mapfile."""
        if is_mark(path) or os.path.isfile(self.inside(path)) or os.path.isfile(path):
            return True
        return path.endswith(".mapfile") and not os.path.exists(path)

    def read(self, paths: Sequence[str], like: DataMap | None = None) -> tuple[DataMap, ...]:
        """Return maps that belong together; unknown ones are as long as the others, else have one entry."""
        maps = [self._read(path) for path in paths]
        lengths = [len(data_map.data) for data_map, why in maps if not why]
        if like is None:
            self.template = () if lengths else tuple(dict.fromkeys(one for _, why in maps for one in why))
            length, hosts = (lengths[0], None) if lengths else (1, None)
        else:
            length, hosts = len(like.data), [entry.host for entry in like.data]
        alone = bool(self.template)
        return tuple(
            self._as_long_as(data_map, length, hosts) if why and not alone else data_map
            for data_map, why in maps
        )

    def _as_long_as(self, template: DataMap, length: int, hosts: Sequence[str] | None) -> DataMap:
        entry = template.data[0]
        return DataMap(
            [
                DataProduct(
                    hosts[index] if hosts else entry.host,
                    self.unknowns.of_entry(entry.file, index),
                    entry.skip,
                )
                for index in range(length)
            ]
        )

    def _read(self, path: str) -> tuple[DataMap, tuple[Unknown, ...]]:
        """Return a map, and why its number of entries is not known, which is then one."""
        key = os.path.abspath(path)
        unknown = self._unknown(path, key)
        if unknown is not None:
            file = path if is_mark(path) else self.unknowns.mark(unknown.what, unknown.reason)
            return DataMap([DataProduct("localhost", file, False)]), (unknown,)
        inner = self.inside(path)
        return read(inner if os.path.isfile(inner) else path), self._template_of.get(key, ())

    def _unknown(self, path: str, key: str) -> Unknown | None:
        """Return why nobody knows what is in a mapfile, or None."""
        if is_marked(path):
            first = next(self.unknowns.within(path))
            return first if is_mark(path) else Unknown(self.unknowns.show(path), first.reason)
        if key in self._forgotten:
            return self._forgotten[key]
        if os.path.isfile(self.inside(path)):
            return None
        if not os.path.isfile(path):
            return Unknown(path, "there is no such mapfile yet")
        if self.doubt is not None and key.startswith(self.own + os.sep):
            return Unknown(path, f"left by an earlier run; {self.doubt.reason}")
        return None

    def write(self, data_map: DataMap, path: Path) -> None:
        """Write a map into the scratch folder."""
        self._write(data_map, path, self.template)

    def _write(self, data_map: DataMap, path: Path, template: tuple[Unknown, ...]) -> None:
        inner = self.inside(str(path))
        os.makedirs(os.path.dirname(inner), exist_ok=True)
        if os.path.islink(inner):
            os.unlink(inner)
        write(data_map, inner)
        self._note(
            os.path.abspath(path),
            hash(tuple((entry.host, entry.file, bool(entry.skip)) for entry in data_map.data)),
            template,
        )

    def write_unknown(
        self, path: Path, unknown: Unknown, like: DataMap, template: tuple[Unknown, ...]
    ) -> None:
        """Write a map whose files nobody knows.

        Parameters
        ----------
        path
            Where the run is going to write it.
        unknown
            What the files are.
        like
            A map with the same hosts and skips.
        template
            Why nobody knows how many entries that has; empty where that is known.
        """
        mark = self.unknowns.mark(unknown.what, unknown.reason)
        entries = [
            replaced(one, file=mark if template else self.unknowns.of_entry(mark, index))
            for index, one in enumerate(like.data)
        ]
        self._write(DataMap(entries), path, template)

    def make(self, folder: Path) -> None:
        """Take it that the run has made a folder by now."""
        os.makedirs(self.inside(str(folder)), exist_ok=True)

    def take_in(self, path: str) -> None:
        """Note a mapfile that a plugin wrote into the scratch folder, given by its real path."""
        inner = self.inside(path)
        try:
            text = Path(inner).read_text("utf-8", "surrogateescape")
        except OSError:
            return
        real = self.outside(text)
        if real != text:
            Path(inner).write_text(real, "utf-8", "surrogateescape")
        self._note(os.path.abspath(path), hash(real), ())

    def _note(self, key: str, version: int, template: tuple[Unknown, ...]) -> None:
        self.versions[key] = version
        self._forgotten.pop(key, None)
        if template:
            self._template_of[key] = template
        else:
            self._template_of.pop(key, None)

    def forget(self, path: str, reason: str) -> None:
        """Take it that nobody knows what is in a mapfile."""
        self._forgotten[os.path.abspath(path)] = Unknown(path, reason)

    def depends_on(self, path: str) -> Iterable[Unknown]:
        """Return the unknown things that a mapfile's entries, or their number, depend on."""
        data_map, why = self._read(path)
        found = dict.fromkeys(why)
        for entry in data_map.data:
            found.update(dict.fromkeys(self.unknowns.within(entry.file)))
        return tuple(found)

    def bring_in(self, path: str) -> str:
        """Return a copy of a mapfile in the scratch folder, which may be changed."""
        inner = self.inside(path)
        if not os.path.isfile(inner) and os.path.isfile(path):
            os.makedirs(os.path.dirname(inner), exist_ok=True)
            Path(inner).write_bytes(Path(path).read_bytes())
        return inner

    def mirror(self, folder: str) -> str:
        """Return a folder in the scratch folder that lists what the real one does and what a plan wrote."""
        inner = self.inside(folder)
        os.makedirs(inner, exist_ok=True)
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            link = os.path.join(inner, name)
            if not os.path.lexists(link):
                os.symlink(os.path.abspath(os.path.join(folder, name)), link)
        return inner
