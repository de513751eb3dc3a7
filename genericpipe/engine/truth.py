"""Whether a step's result means yes."""

from __future__ import annotations

from ..config import parse_boolean


def is_true(value: object) -> bool:
    """Return whether a result means yes: its text where it is one that spells a boolean (contract 6.4)."""
    if isinstance(value, str):
        spelled = parse_boolean(value)
        return bool(value) if spelled is None else spelled
    return bool(value)
