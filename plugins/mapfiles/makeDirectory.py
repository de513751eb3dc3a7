"""makeDirectory: make a folder (image contract 4.2)."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .keywords import Keywords

_KEYS = ["directory"]


def plugin_main(args: Sequence[str], **kwargs: object) -> dict[str, str]:
    """Make a folder and those above it, unless it is there.

    Parameters
    ----------
    args
        Not used.
    **kwargs
        ``directory``; a relative one counts from the working directory.

    Returns
    -------
    dict
        Nothing.

    Raises
    ------
    GenericPipeError
        If the key is missing, the folder cannot be made, or something else has its name.
    """
    make_folder(Keywords("makeDirectory", kwargs, _KEYS), "directory")
    return {}


def make_folder(keys: Keywords, key: str) -> None:
    """Make the folder that a key names, and those above it.

    Raises
    ------
    GenericPipeError
        If it cannot be made; names plugin, key and folder.
    """
    path = keys.text(key)
    try:
        os.makedirs(path, 0o755, exist_ok=True)
    except FileExistsError:
        raise keys.fault(
            f"{key} = {path!r} is there and no folder", "move it away, or name another"
        ) from None
    except NotADirectoryError:
        raise keys.fault(f"{key} = {path!r} cannot be made: what stands above it is no folder") from None
    except OSError as error:
        raise keys.fault(f"{key} = {path!r} cannot be made: {error.strerror}") from None
    except ValueError as error:
        raise keys.fault(f"{key}: no folder can have the name {path!r}: {error}") from None
