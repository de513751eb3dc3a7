"""All checks in their order: each only where what it needs has been found to be there."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from genericpipe import Finding, GenericPipeError

from ..do_magic import Computed, compute
from ..do_magic.faults import UnusableSet
from . import band, consistency, outputs, sizes
from .inputs import data_column, listed_sets
from .request import INPUTS, Request, check_options, uses
from .sets import Set, read_set

if TYPE_CHECKING:
    from genericpipe import Pipeline


def check(pipeline: Pipeline) -> Iterable[Finding]:
    """Return what is wrong with an image pipeline's data and folders; nothing for other pipelines.

    Parameters
    ----------
    pipeline
        Any pipeline; an image pipeline is one with the option ``data_input_filenames`` and a do_magic step.
    """
    request = Request.of(pipeline)
    if request is None:
        return []
    check_options(request)
    paths = listed_sets(request)
    outputs.check_outputs(request, paths or [])
    if paths:
        sets = band.check_flags(request, _read(request, paths))
        if sets:
            _check_sets(request, sets)
    return request.findings


def _read(request: Request, paths: list[str]) -> list[Set]:
    column, sampling = data_column(request), request.settings.elevation_sampling
    found = []
    for path in paths:
        try:
            one = read_set(path, column, sampling)
        except UnusableSet as error:
            request.skip("unusable-set", INPUTS, error.message.removeprefix("do_magic: "))
        else:
            found.append(one)
            if one.header.has_one_slot:
                message = f"{path} has a single time slot; its interval is that of the column INTERVAL"
                request.warn("one-time-slot", INPUTS, message)
    if not found and request.tolerates:
        request.fatal("no-input-sets", INPUTS, "none of the sets can be used")
    return found


def _check_sets(request: Request, sets: list[Set]) -> None:
    consistency.check_each(request, sets)
    consistency.check_agreement(request, sets)
    band.check_band(request, sets)
    if uses(request, "grid-with-beam"):
        band.check_beam_information(request, sets)
    if not band.check_beam(request, sets):
        return
    computed = _computed(request, sets)
    if computed is not None:
        consistency.check_channels(request, computed)
        sizes.check_size(request, computed)
        outputs.check_disks(request, sets, computed)


def _computed(request: Request, sets: list[Set]) -> Computed | None:
    log = logging.getLogger("genericpipe_plugins.do_magic.computation")
    was_disabled, log.disabled = log.disabled, True  # what it warns about is a finding of ours
    try:
        return compute((one.header for one in sets), request.settings)
    except GenericPipeError as error:
        request.fatal("bad-image-size", INPUTS, error.message.removeprefix("do_magic: "), error.hint)
        return None
    finally:
        log.disabled = was_disabled
