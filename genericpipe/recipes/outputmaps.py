"""The output mapfiles of a step: how its products are called, and which maps it leaves (contract 7.4)."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..errors import Location, PipelineError
from ..mapfile import DataMap, DataProduct, entries_of, misfit, replaced
from .inputs import Inputs
from .mapstore import DISK, MapStore


@dataclass(frozen=True)
class OutputMaps:
    """The maps that a step leaves.

    Parameters
    ----------
    main
        The path of the step's own output map, and the map; its files are what ``outputkey`` stands for.
    suffixed
        For each of ``outputsuffixes``: its result key, its path and its map.
    further
        The maps of ``mapfiles_out`` behind the first, with their paths.
    main_key
        The result key of the main map beside ``mapfile``; empty where there are no suffixes.
    """

    path: Path
    main: DataMap
    suffixed: tuple[tuple[str, Path, DataMap], ...] = ()
    further: tuple[tuple[Path, DataMap], ...] = ()
    main_key: str = ""

    def maps(self) -> Sequence[tuple[Path, DataMap]]:
        """Return every map with its path, the main one first."""
        return ((self.path, self.main), *((path, data) for _, path, data in self.suffixed), *self.further)


def output_maps(
    inputs: Inputs, first: DataMap, mapfile_dir: Path, location: Location, store: MapStore = DISK
) -> OutputMaps:
    """Return the output maps of a step as they are before any job has run.

    Parameters
    ----------
    inputs
        The step's inputs.
    first
        Its first input map.
    mapfile_dir
        The run's folder of mapfiles.
    location
        The step, for messages.
    store
        Where the maps are that the step names.

    Raises
    ------
    PipelineError
        If an output map does not fit the first input map.
    """
    suffixed = tuple(
        (f"{inputs.stepname}{suffix}.mapfile", mapfile_dir / f"{inputs.stepname}{suffix}.mapfile", data)
        for suffix in inputs.outputsuffixes
        for data in [_named(inputs, first, suffix)]
    )
    if inputs.inplace:
        path = Path(inputs.mapfiles[0])
        main = DataMap([replaced(entry) for entry in first.data])
    elif inputs.mapfiles_out:
        return _given(inputs, first, suffixed, location, store)
    else:
        path = mapfile_dir / f"{inputs.stepname}.mapfile"
        main = _named(inputs, first, "")
    return OutputMaps(path, main, suffixed, main_key=path.name if suffixed else "")


def _given(
    inputs: Inputs,
    first: DataMap,
    suffixed: tuple[tuple[str, Path, DataMap], ...],
    location: Location,
    store: MapStore,
) -> OutputMaps:
    """Return the maps that ``mapfile_out`` and ``mapfiles_out`` name; skips are joined by position."""
    paths = [Path(path) for path in inputs.mapfiles_out]
    maps = store.read(inputs.mapfiles_out, first)
    problem = misfit(first, maps[0])
    if problem is not None:
        raise PipelineError(
            f"step {inputs.stepname!r}: mapfiles {inputs.mapfiles[0]} and {paths[0]} do not fit: {problem}",
            location,
            "an output mapfile needs an entry for each input entry, on the same host",
        )
    main = DataMap(
        [
            replaced(out, skip=bool(out.skip or entry.skip))
            for out, entry in zip(maps[0].data, first.data, strict=True)
        ]
    )
    further = tuple(zip(paths[1:], maps[1:], strict=True))
    return OutputMaps(paths[0], main, suffixed, further, main_key=paths[0].name if suffixed else "")


def _named(inputs: Inputs, first: DataMap, suffix: str) -> DataMap:
    return DataMap(
        [
            DataProduct(
                entry.host, output_name(entry.file, inputs.stepname, inputs.data_root) + suffix, entry.skip
            )
            for entry in first.data
        ]
    )


def skipping(outputs: OutputMaps, indices: Collection[int]) -> OutputMaps:
    """Return the maps with some entries skipped that are not already; further maps stay as they are."""
    if not indices:
        return outputs
    suffixed = tuple((key, path, with_skips(data, indices)) for key, path, data in outputs.suffixed)
    return replace(outputs, main=with_skips(outputs.main, indices), suffixed=suffixed)


def with_skips(data_map: DataMap, indices: Collection[int]) -> DataMap:
    """Return a map in which some entries are skipped too."""
    bad = set(indices)
    return DataMap(
        [
            DataProduct(entry.host, entry.file, bool(entry.skip or index in bad))
            for index, entry in enumerate(data_map.data)
        ]
    )


def output_name(file: str, stepname: str, data_root: Path) -> str:
    """Return the product's name: the entry's basename without its last extension, then the step's name.

    Of an entry that is a list the last file counts.
    """
    name = file
    if file.startswith("[") and file.endswith("]"):
        files = entries_of(file)
        name = files[-1] if files else ""
    base = os.path.splitext(os.path.basename(name.rstrip("/") or name))[0]
    return os.path.join(data_root, f"{base}.{stepname}")


def check_collisions(inputs: Inputs, first: DataMap, main: DataMap, location: Location) -> None:
    """Refuse two entries on one host whose products would have one name.

    Raises
    ------
    PipelineError
        Names both entries and the product.
    """
    seen: dict[tuple[str, str], int] = {}
    for index, out in enumerate(main.data):
        if out.skip:
            continue
        other = seen.setdefault((out.host, out.file), index)
        if other != index:
            raise PipelineError(
                f"step {inputs.stepname!r}: the output of entry {other} ({first.data[other].file}) and "
                f"that of entry {index} ({first.data[index].file}) would both be {out.file}",
                location,
                "rename the inputs, or give the names of the outputs with mapfile_out",
            )
