"""Which sets are to be imaged: whether there are any, and whether what is made of them would collide."""

from __future__ import annotations

import os

from genericpipe import DataMap, GenericPipeError, entries_of

from ..do_magic.inputs import is_dummy
from .paths import is_fit
from .request import INPUTS, Request


def listed_sets(request: Request) -> list[str] | None:
    """Return the paths of the input sets that can be looked at; None where only a run can tell them.

    Parameters
    ----------
    request
        The pipeline; is told what is wrong with the list.
    """
    given = _given(request)
    if given is None:
        return None
    if not given:
        request.fatal("no-input-sets", INPUTS, "the list is empty", "give the paths of measurement sets")
        return []
    paths = [path for path in given if is_fit(request, INPUTS, path)]
    real: dict[str, str] = {}
    stems: dict[str, str] = {}
    for path in paths:
        if is_dummy(path):
            message = f"{path} stands for no data: its name begins with 'dummy'"
            request.fatal("dummy-set", INPUTS, message, "leave gaps in frequency out of the list")
            continue
        target = os.path.realpath(path)
        if target in real:
            request.fatal("duplicate-set", INPUTS, f"{path} is the same set as {real[target]}")
            continue
        real[target] = path
        # Programs name their output after the input, without its last extension (image contract 2.1).
        stem = os.path.splitext(os.path.basename(path.rstrip("/")))[0]
        if stem in stems:
            message = f"{stems[stem]} and {path} have the same name, {stem!r}: what is made of them collides"
            request.fatal("same-stem", INPUTS, message, "rename one, or link to it under another name")
        stems.setdefault(stem, path)
    return [*real.values()]


def _given(request: Request) -> list[str] | None:
    text = request.text(INPUTS)
    if text is None:
        return None
    if not text.startswith("[") and os.path.isfile(text):
        try:
            products = DataMap.load(text).data
        except GenericPipeError as error:
            request.fatal("unusable-set", INPUTS, error.message, error.hint)
            return None
        return [file.strip() for one in products if not one.skip for file in entries_of(one.file)]
    return request.items(INPUTS)


def data_column(request: Request) -> str:
    """Return the column that is imaged: option ``data_column``, what addListMapfile looks for, or DATA."""
    said = request.text("data_column")
    if said:
        return said
    for step in request.pipeline.walk():
        value = step.control.get("check_ms_column")
        text = request.resolved(value.text) if value and not value.unresolved else None
        if text and text.lower() not in ("false", "none"):
            return text
    return "DATA"
