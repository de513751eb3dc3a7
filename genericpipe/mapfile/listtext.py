"""A file field that holds several files, as text: ``['/a', '/b']`` or ``[/a,/b]``."""

from __future__ import annotations

from .literals import LiteralProblem, whole_value


def entries_of(field: object) -> list[str]:
    """Return the files that a file field names.

    Parameters
    ----------
    field
        A list or tuple; the text of a Python list (createMapfile's way, contract 10.1); a bracketed list
        without quotes (compressMapfile's way); or any other text, which is one file.

    Returns
    -------
    list of str
        The files, in order; none for an empty text. Empty items of a list without quotes do not count.
    """
    if isinstance(field, (list, tuple)):
        return [str(item) for item in field]
    text = str(field)
    inner = text.strip()
    if not (inner.startswith("[") and inner.endswith("]")):
        return [text] if text else []
    try:
        value = whole_value(inner.encode("utf-8", "surrogateescape"))
    except (LiteralProblem, UnicodeEncodeError):
        value = None
    if isinstance(value, list):
        return [str(item) for item in value]
    return [item for item in (part.strip(" \t'\"") for part in inner[1:-1].split(",")) if item]
