"""makeLosotoParset: write the parset of a LoSoTo run from control keys (image contract 4.2)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence

from genericpipe import did_you_mean

from ..mapfiles.keywords import Keywords

_LOG = logging.getLogger(__name__)
_KEYS = ["filename", "steps"]
_GLOBAL = "global"


def plugin_main(args: Sequence[str], **kwargs: object) -> int:
    """Write a LoSoTo parset: global options, then a section for each step.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``filename``, the path to write; ``steps``, a list of the steps in their order; ``global.<option>``
        and ``<step>.<option>``, written as they stand. Options of steps that are not listed do not count.

    Returns
    -------
    int
        0 (contract 9.5): later steps name the file themselves.

    Raises
    ------
    GenericPipeError
        If a key is missing, no step is listed, or the file cannot be written.
    """
    keys = Keywords("makeLosotoParset", kwargs, _KEYS)
    path = keys.text("filename")
    # Without brackets too: no step's name has a comma.
    steps = [part.strip() for item in keys.items("steps") for part in item.split(",") if part.strip()]
    if not steps:
        raise keys.fault(f"steps = {keys.text('steps')!r} lists no step")
    options = _options(kwargs)
    for index, step in enumerate(steps):
        if step in steps[:index]:
            _LOG.warning("makeLosotoParset: the step %r stands twice in steps", step)
        elif step not in options:
            hint = did_you_mean(step, options)
            _LOG.warning("makeLosotoParset: the step %r has no options%s", step, f"; {hint}" if hint else "")
    lines = [*_lines(options.get(_GLOBAL, {}))]
    for step in steps:
        lines += [*([""] if lines else []), f"[{step}]", *_lines(options.get(step, {}))]
    _write(keys, path, "".join(f"{line}\n" for line in lines))
    return 0


def _options(given: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return the options of each step, and of ``global``, in the order in which they are given."""
    options: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        step, dot, option = key.partition(".")
        if dot and option:
            options.setdefault(step, {})[option.replace(";", ".")] = str(value)
    return options


def _lines(options: Mapping[str, str]) -> Iterator[str]:
    return (f"{option} = {value}" for option, value in options.items())


def _write(keys: Keywords, path: str, text: str) -> None:
    """Replace the file in one go."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(temporary, path)
    except OSError as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise keys.fault(f"filename: {path} cannot be written: {error.strerror or error}") from None
