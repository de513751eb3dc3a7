"""``control.environment = {NAME: value, ...}``: extra environment of a step's jobs (contract 6)."""

from __future__ import annotations

from ..errors import GenericPipeError, PipelineError
from ..parset import as_string, as_vector

_HINT = "write {NAME: value, OTHER: 'a value with blanks, commas'}"


def parse_environment(raw: str) -> dict[str, str]:
    """Return the variables that a mapping sets.

    The braces may be missing, blanks around names and values and empty entries are dropped, a value is
    everything behind the first colon and may be quoted. LOFAR's own deleted blanks, cut values at a second
    colon and fell over ``{}``.

    Parameters
    ----------
    raw
        The text with its quotes.

    Raises
    ------
    PipelineError
        If an entry has no colon, or a name that no variable can have.
    """
    text = raw.strip()
    try:
        if text[:1] in ("'", '"') and as_string(text).startswith("{"):  # the whole mapping is quoted
            text = as_string(text)
        return _variables(text)
    except GenericPipeError as error:
        raise PipelineError(f"environment {raw!r}: {error.message}", hint=error.hint or _HINT) from None


def _variables(text: str) -> dict[str, str]:
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    variables: dict[str, str] = {}
    for entry in as_vector(f"[{text}]") if text else ():
        if not entry:
            continue
        name, colon, value = _split(entry)
        if not colon or not name or "=" in name:
            raise PipelineError(f"no variable in the environment mapping: {entry!r}", hint=_HINT)
        variables[name] = as_string(value.strip())
    return variables


def _split(entry: str) -> tuple[str, str, str]:
    """Split an entry at the first colon behind a name that may be quoted."""
    if entry[:1] in ("'", '"'):
        end = entry.find(entry[0], 1)
        name, colon, value = entry[end + 1 :].partition(":")
        return entry[1:end] + name.strip(), colon, value
    name, colon, value = entry.partition(":")
    return name.strip(), colon, value
