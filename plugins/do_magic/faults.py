"""What do_magic says where it cannot go on."""

from __future__ import annotations

from genericpipe import GenericPipeError

#: What messages begin with.
NAME = "do_magic"


def fault(message: str, hint: str = "") -> GenericPipeError:
    """Return an error that begins with the name of the script."""
    return GenericPipeError(f"{NAME}: {message}", hint=hint)


class MissingKeyword(GenericPipeError, ValueError):
    """A keyword that has to be given; a ValueError too, as in the script of prefactor (image contract 3)."""


class UnusableSet(GenericPipeError):
    """A measurement set that tells nothing of what is asked; others may."""
