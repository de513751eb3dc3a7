"""Where results go: names that can be, folders that can be written to, disks with room."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from ..do_magic import Computed
from .paths import existing, is_fit, is_writable
from .request import INPUTS, Request
from .sets import Set

OUTPUTS = "image_output_filenames"
_GIB = 1 << 30
_COMPLEX = 8
# Images of WSClean on the disk, and those in work beside them, of 4 bytes a pixel (image contract 6).
_IMAGES = 6 + 2
_PIXEL = 4


def check_outputs(request: Request, inputs: Sequence[str]) -> None:
    """Look at the names of images and at the folders that are written to.

    Parameters
    ----------
    request
        The pipeline.
    inputs
        Paths of the input sets.
    """
    names = request.items(OUTPUTS)
    if names is not None:
        _check_names(request, names, inputs)
    for option in ("images_metadata_file", "image_rootname"):
        path = request.text(option)
        if path and is_fit(request, option, path):
            is_writable(request, option, os.path.dirname(path))
    scratch = request.text("local_scratch_dir")
    if scratch and is_fit(request, "local_scratch_dir", scratch):
        is_writable(request, "local_scratch_dir", scratch, make=False)


def _check_names(request: Request, names: Sequence[str], inputs: Sequence[str]) -> None:
    if not names:
        hint = "give the names that the image is to have"
        request.fatal("no-output-names", OUTPUTS, "the list is empty: no image would be handed over", hint)
    real = {os.path.realpath(path): path for path in inputs}
    seen: set[str] = set()
    for name in names:
        if not is_fit(request, OUTPUTS, name):
            continue
        target = os.path.realpath(name)
        if target in real:
            request.fatal("bad-output", OUTPUTS, f"{name} is the input {real[target]} ({INPUTS})")
        elif target in seen:
            request.fatal("bad-output", OUTPUTS, f"{name} stands there twice")
        elif os.path.isdir(target) or not os.path.basename(name):
            request.fatal("bad-output", OUTPUTS, f"{name} is a folder")
        elif is_writable(request, OUTPUTS, os.path.dirname(name)) and os.path.lexists(name):
            request.warn("output-exists", OUTPUTS, f"{name} is there already and will be replaced")
        seen.add(target)


def check_disks(request: Request, sets: Sequence[Set], computed: Computed) -> None:
    """Tell where there is less room than averaged sets and images take (image contract 6).

    Parameters
    ----------
    request
        The pipeline.
    sets
        The sets that are averaged.
    computed
        What do_magic will compute.
    """
    step = computed.averaging
    averaged = sum(
        one.header.rows * one.header.channels * one.correlations * _COMPLEX / (step.slots * step.channels)
        for one in sets
    )
    size = computed.deepest.high
    images = float(_IMAGES * _PIXEL * size.x * size.y * (computed.nchansout + 1))
    config = request.pipeline.config
    work = os.path.join(str(config.working_directory), config.job_name)
    # Averaged sets and the joined one lie in the working folder, what WSClean sorts anew in its scratch one.
    wanted = [
        ("working_directory", work, 2 * averaged),
        ("local_scratch_dir", request.text("local_scratch_dir") or work, averaged),
        ("image_rootname", request.text("image_rootname") or str(config.job_directory), images),
    ]
    disks: dict[int, list[tuple[str, str, float]]] = {}
    for option, path, size_there in wanted:
        folder = existing(path)
        disks.setdefault(os.stat(folder).st_dev, []).append((option, folder, size_there))
    for uses in disks.values():
        needed = sum(size_there for _, _, size_there in uses)
        free = shutil.disk_usage(uses[0][1]).free
        if needed > free:
            named = ", ".join(f"{option} ({path})" for option, path, _ in uses)
            largest = max(uses, key=lambda one: one[2])[0]
            request.fatal(
                "disk-full",
                largest,
                f"{needed / _GIB:.1f} GiB are needed on the disk of {named}; {free / _GIB:.1f} GiB are free",
            )
