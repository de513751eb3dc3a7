"""What DP3 prints that is more than a report: keys that it did not use, channels with gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from genericpipe import Finding, Job, Severity, Step

from .pipelinesteps import line_of

#: DP3 says all of this before its progress; a log can be long all the same.
_MOST = 1 << 20

_UNUSED = "keywords were not used"
_ITEM = re.compile(r"\s+- (\S+)\s*")
# Until version 4: all keys in brackets, on one line.
_LIST = re.compile(r"\s*\[(.*)\]\s*")
_IRREGULAR = "NOT regularly spaced"


def warnings(step: Step, job: Job) -> list[Finding]:
    """Return a warning for each key that DP3 did not use, with its line, and one for channels with gaps.

    They do not name the job: what is said of a hundred jobs of a step is told once.

    Parameters
    ----------
    step
        The step.
    job
        One of its jobs, which has ended.
    """
    keys: dict[str, None] = {}
    has_gaps = False
    for path in (job.stdout, job.stderr):
        lines = _lines(path)
        keys.update(dict.fromkeys(unused(lines)))
        has_gaps = has_gaps or any(_IRREGULAR in line for line in lines)
    found = [_of_key(step, key) for key in keys]
    if has_gaps:
        found.append(
            Finding(
                Severity.WARNING,
                "dp3-irregular-channels",
                f"step {step.name!r}: the channels of the inputs are not evenly spaced: a subband is missing",
                line_of(step, "msin"),
                "msin.missingdata = True and msin.orderms = False, with a name for each missing set, keep "
                "their places as flagged channels",
            )
        )
    return found


def _of_key(step: Step, key: str) -> Finding:
    message = f"step {step.name!r}: DP3 did not use the key {key}"
    hint = "is it misspelt, or the step of DP3 that reads it not in `steps`?"
    return Finding(Severity.WARNING, "dp3-unused-key", message, line_of(step, key), hint)


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as log:
            return log.read(_MOST).decode(errors="replace").splitlines()
    except OSError:
        return []


def unused(lines: Iterable[str]) -> Iterator[str]:
    """Yield the keys that DP3 says it did not use, as any of its versions writes them."""
    is_near = False
    for line in lines:
        if _UNUSED in line:
            is_near = True
        elif is_near:
            item, listed = _ITEM.fullmatch(line), _LIST.fullmatch(line)
            if item:
                yield item[1]
            elif listed:
                yield from filter(None, (key.strip() for key in listed[1].split(",")))
                is_near = False
            elif "maybe they are misspelled" not in line:
                is_near = False
