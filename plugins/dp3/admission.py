"""Inputs that make DP3 abort, or leave something wrong without a word; looked at before it starts.

What is known of that was measured with DP3 6.6: docs/reference/dp3.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from genericpipe import Finding, Severity, Step

from .options import Options, inputs, is_true, number, output, place
from .pipelinesteps import line_of
from .sets import Header, holds, opened, read_header
from .timeslots import CHOOSING, slots_written

_WILDCARDS = frozenset("*?[{")
#: Times are the same if they differ by less than this part of a slot.
_SAME_TIME = 0.01
#: Channels are evenly spaced if the steps between them differ by less than this part of one.
_EVEN = 0.01


def look_at(options: Options, folder: Path, step: Step, *, at_start: bool = True) -> Iterator[Finding]:
    """Yield what is wrong with the inputs of a job, and where it is odd.

    Parameters
    ----------
    options
        The options of the job.
    folder
        Where it starts.
    step
        Its step.
    at_start
        Whether it is about to start: then its inputs have to be there, and its output must not.
    """
    written = inputs(options)
    if not written or any(_WILDCARDS & set(one) for one in written):
        return  # DP3 expands them itself
    paths = [place(one, folder) for one in written]
    there = [path for path in paths if os.path.exists(path)]
    fills_gaps = len(paths) > 1 and is_true(options, "msin.missingdata") and _keeps_order(options)
    if at_start:
        yield from _missing(step, paths, there, fills_gaps)
        yield from _in_the_way(step, options, folder)
    elif len(there) < len(paths) and not fills_gaps:
        return
    try:
        headers = [read_header(path, int(number(options, "msin.band") or 0)) for path in there]
    except ValueError as error:
        yield _error(step, "dp3-bad-input", str(error), "msin")
        return
    if headers:
        yield from _of_sets(step, options, headers)
        if len(there) == len(paths):
            yield from _frequencies(step, headers)


def _keeps_order(options: Options) -> bool:
    return "msin.orderms" in options and not is_true(options, "msin.orderms")


def _error(step: Step, code: str, text: str, key: str, hint: str = "") -> Finding:
    return Finding(Severity.ERROR, code, f"step {step.name!r}: {text}", line_of(step, key, "msin"), hint)


def _missing(step: Step, paths: Sequence[Path], there: Sequence[Path], fills_gaps: bool) -> Iterator[Finding]:
    missing = [path for path in paths if path not in there]
    if missing and not (fills_gaps and there):
        more = f" and {len(missing) - 1} more of its {len(paths)} inputs" if len(missing) > 1 else ""
        hint = "msin.missingdata = True and msin.orderms = False put flagged channels in their place"
        text = f"the input {missing[0]}{more} is not there"
        yield _error(step, "dp3-no-input", text, "msin", hint if len(paths) > 1 else "")


def _in_the_way(step: Step, options: Options, folder: Path) -> Iterator[Finding]:
    path = output(options, folder)
    if path is not None and os.path.exists(path) and not is_true(options, "msout.overwrite"):
        text = f"the output {path} exists, and DP3 may not replace it"
        yield _error(step, "dp3-output-exists", text, "msout", "msout.overwrite = True, or remove it")


def _of_sets(step: Step, options: Options, headers: Sequence[Header]) -> Iterator[Finding]:
    """Yield what is wrong with the sets, each of which can be opened."""
    column = options.get("msin.datacolumn", "DATA") or "DATA"
    for header in headers:
        if column not in header.columns:
            text = f"{header.path} has no column {column}"
            yield _error(step, "dp3-no-column", text, "msin.datacolumn")
    for header in headers[1:]:
        differs = _difference(headers[0], header, options)
        if differs:
            text = f"{header.path} has {differs} than {headers[0].path}: DP3 does not join them"
            yield _error(step, "dp3-sets-differ", text, "msin")
    yield from _weights(step, options, headers)
    yield from _dysco(step, options, headers[0])


def _difference(one: Header, other: Header, options: Options) -> str:
    """Return what keeps DP3 from joining two sets, in words; empty if nothing does (image contract 2.3)."""
    near = _SAME_TIME * one.interval
    if abs(one.interval - other.interval) > near:
        return f"another time interval ({other.interval:g} s, not {one.interval:g} s)"
    if not any(key in options for key in CHOOSING):
        if abs(one.first - other.first) > near:
            return f"another first time ({other.first - one.first:+.3f} s)"
        if abs(one.last - other.last) > near:
            return f"another last time ({other.last - one.last:+.3f} s)"
    if one.correlations != other.correlations:
        return f"another number of correlations ({other.correlations}, not {one.correlations})"
    if one.antennas != other.antennas:
        return "other stations"
    if one.baselines != other.baselines and not options.get("msin.baseline"):
        return "other baselines, or in another order,"
    return ""


def _frequencies(step: Step, headers: Sequence[Header]) -> Iterator[Finding]:
    """Yield an error for frequencies that come twice, which DP3 joins without a word, a warning for gaps."""
    ordered = sorted(headers, key=lambda header: header.frequencies[0])
    gaps = []
    for below, above in pairwise(ordered):
        step_up = min(above.frequencies) - max(below.frequencies)
        if step_up < 0.5 * below.width:
            text = (
                f"{below.path} and {above.path} hold the same frequencies, from "
                f"{_mhz(min(above.frequencies))}: DP3 would put their channels side by side"
            )
            yield _error(step, "dp3-same-frequencies", text, "msin", "give it one set of each subband")
        elif abs(step_up - below.width) > _EVEN * below.width:
            gaps.append(f"{_mhz(max(below.frequencies))} to {_mhz(min(above.frequencies))}")
    if gaps:
        shown = ", ".join(gaps[:3]) + (f" and {len(gaps) - 3} more" if len(gaps) > 3 else "")
        yield Finding(
            Severity.WARNING,
            "dp3-subbands-left-out",
            f"step {step.name!r}: no input has the frequencies from {shown}: DP3 writes channels that are "
            "not evenly spaced",
            line_of(step, "msin"),
            "msin.missingdata = True and msin.orderms = False, with a name for each missing set, keep their "
            "places as flagged channels",
        )


def _mhz(frequency: float) -> str:
    return f"{frequency / 1e6:.4f} MHz"


def _weights(step: Step, options: Options, headers: Sequence[Header]) -> Iterator[Finding]:
    if is_true(options, "msin.autoweight") or is_true(options, "msin.forceautoweight"):
        return
    import numpy as np

    def usable(weights: Any) -> Any:
        return np.isfinite(weights) & (weights != 0)

    column = options.get("msin.weightcolumn") or "WEIGHT_SPECTRUM"
    for header in headers:
        named = column if column in header.columns else "WEIGHT"
        try:
            with opened(header.path) as table:
                is_usable = named not in header.columns or holds(table, named, usable)
        except RuntimeError:  # cells without a value: DP3 does without the column
            continue
        if not is_usable:
            text = f"all weights in {named} of {header.path} are zero or no numbers"
            yield _error(
                step, "dp3-no-weights", text, "msin", "DP3 would write a set that is flagged all over"
            )


def _dysco(step: Step, options: Options, header: Header) -> Iterator[Finding]:
    manager = options.get("msout.storagemanager", options.get("msout.storagemanager.name", ""))
    if manager.lower() != "dysco" or options.get("msout", options.get("msout.name", "")) in ("", "."):
        return
    slots = slots_written(options, header.slots, header.interval)
    if slots is not None and slots < 2:
        text = (
            f"{header.path} comes out with a single time slot: Dysco cannot store fewer than two, and DP3 "
            "would abort and leave a broken set"
        )
        hint = "average over less time, or take out msout.storagemanager"
        yield _error(step, "dp3-dysco-slots", text, "msout.storagemanager", hint)
