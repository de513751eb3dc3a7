"""Stands in for the script that sorts subbands into groups that are to be concatenated."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence

from genericpipe import DataMap, DataProduct

from .making import Maker

# A group is called after its first file and its frequency, of which nobody knows here: 2 MHz apart, as ten
# subbands are.
_LOWEST, _SPACING = 120, 2
_STEP = "dpppconcat"
_TRUE = ("true", "t", "yes", "y", "on", "1")


def answer(files: Sequence[str], word: Callable[[str], str], made: Maker) -> dict[str, str]:
    """Write the mapfile of groups and that of their names, and return their paths.

    Parameters
    ----------
    files
        The subbands, in order of increasing frequency and without gaps.
    word
        Gives the text of a keyword of the script, empty where it is missing: ``filename``, ``mapfile_dir``,
        ``numSB`` (-1: all in one group), ``target_path``, ``stepname``, ``truncateLastSBs`` and
        ``mergeLastGroup``.
    made
        Writes mapfiles.

    Returns
    -------
    dict
        ``mapfile`` and ``groupmapfile``; empty without files, or where they are not to be written.
    """
    name = word("filename")
    path = os.path.join(word("mapfile_dir"), name)
    if not files or not name:
        return {}
    groups = list(_groups(files, _size(word("numSB"), len(files))))
    if len(groups) > 1 and len(groups[-1]) < len(groups[0]):
        last = groups.pop() if _is_true(word("mergeLastGroup")) or _is_true(word("truncateLastSBs")) else []
        if _is_true(word("mergeLastGroup")):
            groups[-1] += last
    names = list(_names(groups, word("target_path"), word("stepname") or _STEP))
    data, outputs = [], []
    for group, output in zip(groups, names, strict=True):
        product = DataProduct("localhost", "", False)
        product.file = group
        data.append(product)
        outputs.append(DataProduct("localhost", output, False))
    if not made.map(path, DataMap(data)):
        return {}
    made.map(f"{path}_groups", DataMap(outputs))
    return {"mapfile": path, "groupmapfile": f"{path}_groups"}


def _size(text: str, everything: int) -> int:
    return int(text) if re.fullmatch("[1-9][0-9]{0,8}", text) else everything


def _is_true(text: str) -> bool:
    return text.lower() in _TRUE


def _groups(files: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(files), size):
        yield list(files[start : start + size])


def _names(groups: Sequence[Sequence[str]], folder: str, step: str) -> Iterator[str]:
    for number, group in enumerate(groups):
        first = group[0].rstrip("/")
        stem = os.path.splitext(os.path.basename(first))[0]
        yield os.path.join(
            folder or os.path.dirname(first), f"{stem}_{_LOWEST + _SPACING * number}MHz.ms{step}"
        )
