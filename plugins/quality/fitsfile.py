"""FITS files are opened so that what is wrong with them is an error of ours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .keywords import QualityError


@contextmanager
def open_fits(path: Path) -> Iterator[Any]:
    """Open a FITS file for reading; what is read of it stays when it is closed.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    QualityError
        If it cannot be read.
    """
    from astropy.io import fits

    try:
        # Of a file that it cannot read, astropy leaves the file open if it has opened it itself.
        with warnings.catch_warnings(), path.open("rb") as file:
            # It warns of each header that it puts right, and of a damaged file before it raises.
            warnings.simplefilter("ignore", fits.verify.VerifyWarning)
            with fits.open(file, memmap=False) as opened:
                yield opened
    except (OSError, ValueError, TypeError, IndexError) as error:
        reason = getattr(error, "strerror", None) or str(error).strip() or type(error).__name__
        raise QualityError(f"{path} cannot be read as FITS: {reason.splitlines()[0]}") from None
