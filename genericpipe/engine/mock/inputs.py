"""Inputs that are not there, made up: folders and what lies in them, mapfiles."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...mapfile import DataMap, DataProduct, read, write
from ...recipes.job import Job
from .mockfile import Entry, MockFile
from .names import NUMBER, any_matches, made_up_names, numbered

#: In the job folder: what stands for the inputs of the pipeline, under their own paths.
FOLDER = "mock"
# Keys of step plugins that say where they write.
_WRITTEN = ("mapfile_dir", "filename", "newname", "result_parset")
_FOLDER_KEY = "folder"


class Inputs:
    """The inputs of a mock run.

    A mock run writes in the job's own folders alone. What is not there and lies elsewhere is looked for under
    ``<job folder>/mock``, and named by its own path again in whatever comes of it.

    Parameters
    ----------
    job_directory, data_root
        The job's own folders.
    file
        What the mock file says.
    """

    def __init__(self, job_directory: Path, data_root: Path, file: MockFile) -> None:
        self.own = tuple(os.path.abspath(folder) for folder in (job_directory, data_root))
        self.root = os.path.join(self.own[0], FOLDER)
        self._file = file
        self._maps = {os.path.abspath(path): entries for path, entries in file.mapfiles.items()}
        self._moved: dict[str, str] = {}
        #: The mapfiles that are as long as the others beside them.
        self.fitting: set[str] = set()

    def is_own(self, path: str) -> bool:
        """Return whether a path lies in the job's own folders."""
        absolute = os.path.abspath(path)
        return any(absolute == folder or absolute.startswith(folder + os.sep) for folder in self.own)

    def redirected(self, job: Job) -> Job:
        """Return the call of a step plugin with what is not there made up, and named where it lies now."""
        call = job.call
        if call is None:
            return job
        keywords: dict[str, str | Mapping[str, str]] = {
            key: self._for_plugin(key, text, call.keywords) if isinstance(text, str) else text
            for key, text in call.keywords.items()
        }
        positional = tuple(self._for_plugin("", text, call.keywords) for text in call.positional)
        return replace(job, call=replace(call, keywords=keywords, positional=positional))

    def named_again(self, results: Mapping[str, str], maps: Iterable[str]) -> dict[str, str]:
        """Return results with the paths of inputs as the pipeline names them, in the mapfiles too.

        Parameters
        ----------
        results
            What a step plugin returned.
        maps
            The mapfiles that it may have written.
        """
        if self._moved:
            for path in {*maps, *results.values()}:
                if self.is_own(path) and os.path.isfile(path) and not path.startswith(self.root):
                    self._rename_in(Path(path))
        return {key: self._named(text) for key, text in results.items()}

    def restore(self) -> None:
        """Write the mapfiles of which the mock file speaks, whatever a stand-in has written there."""
        for path, entries in self._maps.items():
            if self.is_own(path):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                write(map_of(entries), path)

    def make_map(
        self, path: str, like: DataMap | None = None, number: int = NUMBER, fits: bool = False
    ) -> str:
        """Make a mapfile that nothing else makes, and return where it lies.

        Parameters
        ----------
        path
            The mapfile, as the pipeline names it.
        like
            A map that it has to fit: as many entries, on the same hosts, with the same skips.
        number
            How many entries otherwise.
        fits
            Whether it is made again wherever it has to fit other maps: nobody knows how long it is.
        """
        place = path if self.is_own(path) else self._move(path)
        if fits:
            self.fitting.add(path)
        if not os.path.isfile(place) or (path in self.fitting and like is not None):
            os.makedirs(os.path.dirname(os.path.abspath(place)), exist_ok=True)
            write(self._made_up(path, like, number), place)
        return place

    def _made_up(self, path: str, like: DataMap | None, number: int) -> DataMap:
        said = self._maps.get(os.path.abspath(path))
        if said is not None:
            return map_of(said)
        stem = os.path.splitext(os.path.basename(path))[0]
        folder = os.path.join(self.own[1], "")
        if like is not None:
            return DataMap(
                [
                    DataProduct(entry.host, numbered(folder + stem, index), entry.skip)
                    for index, entry in enumerate(like.data)
                ]
            )
        return map_of([numbered(folder + stem, index) for index in range(number)])

    def _for_plugin(self, key: str, text: str, given: Mapping[str, object]) -> str:
        if not text:
            return text
        if key in _WRITTEN:
            return self._written(key, text)
        if key == _FOLDER_KEY:
            return self._folder(text, str(given.get("pattern") or ""))
        if self._is_mapfile(key, text):
            return self._copied(text) if os.path.isfile(text) else self.make_map(text)
        is_path = os.path.isabs(text) and not any(sign in text for sign in "[],\n")
        if is_path and not os.path.exists(text) and not self.is_own(text):
            place = self._move(text)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            return place
        return text

    def _written(self, key: str, text: str) -> str:
        """Return where a step plugin may write: a name stays a name."""
        if os.sep not in text or self.is_own(text):
            return text
        place = self._move(text)
        os.makedirs(place if key == "mapfile_dir" else os.path.dirname(place), exist_ok=True)
        return place

    def _copied(self, path: str) -> str:
        """Return a mapfile that a step plugin may change: one that is not the job's own as a copy."""
        if self.is_own(path):
            return path
        place = self._move(path)
        if not os.path.isfile(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            write(read(path), place)
        return place

    def _is_mapfile(self, key: str, text: str) -> bool:
        is_named = text.endswith("mapfile") or key.startswith("mapfile")
        return (is_named and os.sep in text) or os.path.abspath(text) in self._maps

    def _folder(self, text: str, pattern: str) -> str:
        """Return a folder to list: the one that is meant, or one in which made-up inputs lie."""
        said = self._file.inputs.get(text, self._file.inputs.get(text.rstrip(os.sep)))
        is_there = said is None and os.path.isdir(text)
        if is_there and (not pattern or any_matches(os.listdir(text), pattern)):
            return text
        # In a folder of the job itself lies what a step was to leave there.
        place = text if is_there and self.is_own(text) else self._move(text)
        self._fill(place, made_up_names(pattern) if said is None else said)
        return place

    def _fill(self, place: str, names: Collection[str]) -> None:
        """Put empty measurement sets, which are folders, or files into a folder."""
        os.makedirs(place, exist_ok=True)
        for name in names:
            path = os.path.join(place, name)
            if os.path.splitext(name)[1].lower() in ("", ".ms"):
                os.makedirs(path, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                Path(path).touch()

    def _move(self, path: str) -> str:
        """Return the place of an input in the folder of made-up ones."""
        place = self.root + os.path.abspath(path) + ("/" if path.endswith("/") else "")
        self._moved[place] = path
        return place

    def _named(self, text: str) -> str:
        """Return text with every made-up input under its own path."""
        if self.root not in text:
            return text
        for place in sorted(self._moved, key=len, reverse=True):
            text = text.replace(place, self._moved[place])
        return text.replace(self.root, "")

    def _rename_in(self, path: Path) -> None:
        before = path.read_text("utf-8", "surrogateescape")
        after = self._named(before)
        if after != before:
            path.write_text(after, "utf-8", "surrogateescape")


class MockMaps:
    """The mapfiles of a mock run: on the disk; what nothing makes is made up.

    Parameters
    ----------
    inputs
        The inputs.
    """

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs

    def read(self, paths: Sequence[str], like: DataMap | None = None) -> tuple[DataMap, ...]:
        """Return maps that belong together; made-up ones fit the others."""
        there = [path for path in paths if os.path.isfile(path) and path not in self._inputs.fitting]
        if like is None and there:
            like = read(there[0])
        return tuple(read(path if path in there else self._inputs.make_map(path, like)) for path in paths)

    def write(self, data_map: DataMap, path: Path) -> None:
        """Write a map, unless it lies outside of the job's own folders."""
        if self._inputs.is_own(str(path)):
            write(data_map, path)


def map_of(entries: Iterable[Entry]) -> DataMap:
    """Return a map with these entries, all on this host and none skipped."""
    products = []
    for one in entries:
        product = DataProduct("localhost", "", False)
        product.file = one if isinstance(one, str) else list(one)
        products.append(product)
    return DataMap(products)
