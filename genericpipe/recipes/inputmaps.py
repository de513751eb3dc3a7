"""The input mapfiles of a step: as many entries in each, one job for each entry (contract 7.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import Location, PipelineError
from ..mapfile import DataMap, DataProduct
from .inputs import Inputs
from .mapstore import DISK, MapStore


def read_maps(
    inputs: Inputs, location: Location, store: MapStore = DISK
) -> tuple[tuple[DataMap, ...], tuple[str, ...]]:
    """Return the input maps of a step, and the paths of those that were cut to one entry.

    Behind a first map of one entry others may be longer: archived pipelines image the lowest band alone, with
    the sizes of all bands (contract 7.2: LOFAR's own ignored the rest of any further map).

    Raises
    ------
    MapfileError
        If one cannot be read.
    PipelineError
        If their lengths differ, or one key stands for two maps; names both.
    """
    maps = store.read(inputs.mapfiles)
    first = inputs.mapfiles[0]
    cut: tuple[str, ...] = ()
    if len(maps[0].data) == 1:
        cut = tuple(path for path, one in zip(inputs.mapfiles, maps, strict=True) if len(one.data) > 1)
    if cut:
        maps = tuple(DataMap(list(one.data[:1])) for one in maps)
    for path, one in zip(inputs.mapfiles, maps, strict=True):
        if len(one.data) != len(maps[0].data):
            raise PipelineError(
                f"step {inputs.stepname!r}: mapfile {first} has {len(maps[0].data)} entries and {path} has "
                f"{len(one.data)}: they have to be equally long",
                location,
                "expandMapfile repeats entries, pruneMapfile and trimMapfile leave some out",
            )
    if not inputs.skip_infile:
        _check_keys(inputs, location)
    return maps, cut


def _check_keys(inputs: Inputs, location: Location) -> None:
    """Refuse a key that stands for two different maps; LOFAR's own took the later one silently."""
    seen: dict[str, str] = {}
    for key, path in zip(inputs.inputkeys, inputs.mapfiles, strict=True):
        if seen.setdefault(key, path) != path:
            raise PipelineError(
                f"step {inputs.stepname!r}: input key {key!r} stands for {seen[key]} and for {path}",
                location,
                "give each mapfile a key of its own",
            )


def files_of(inputs: Inputs, maps: Sequence[DataMap], index: int) -> Mapping[str, str]:
    """Return what each input key stands for in one entry, in order of the keys."""
    if inputs.skip_infile:
        return {}
    return {
        key: path if path in inputs.mapfiles_as_string else entry_of(data_map, index).file
        for key, path, data_map in zip(inputs.inputkeys, inputs.mapfiles, maps, strict=True)
    }


def without_value(inputs: Inputs, maps: Sequence[DataMap]) -> dict[int, str]:
    """Return the entries that some further map holds nothing for, each with the path of that map.

    A map of results has an empty, skipped entry where a job gave nothing (contract 7.6, FIX); LOFAR's own
    left it out, so that the step failed or took another entry's value. Nothing could be done with it: the
    program would be given an empty word.
    """
    if inputs.skip_infile:
        return {}
    wanted = [index for index, entry in enumerate(maps[0].data) if not entry.skip]
    found: dict[int, str] = {}
    for path, data_map in zip(inputs.mapfiles[1:], maps[1:], strict=True):
        if path not in inputs.mapfiles_as_string:
            data = data_map.data
            found.update({index: path for index in wanted if data[index].skip and not data[index].file})
    return found


def entry_of(data_map: DataMap, index: int) -> DataProduct:
    """Return one entry of a map, whatever its iterator."""
    entry: DataProduct = data_map.data[index]
    return entry
