"""Finds the rooms of genericpipe that `lofar` and `lofarpipe` stand on.

A site's program may run under an interpreter that knows nothing of genericpipe: only the folder above
this package is on its path. The rooms are then loaded from where this file lies, under a private name,
so that the program sees `lofar` and `lofarpipe` and nothing else of ours.
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType

_ROOMS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
_PRIVATE_NAME = "_genericpipe_rooms"


def load(room: str) -> ModuleType:
    """Return the module or package `room` of genericpipe: ``errors``, ``parset`` or ``mapfile``.

    Nothing is put on `sys.path`, and genericpipe's own ``__init__`` is not run. Where genericpipe is
    already imported from the same folder, its own modules are returned, so that classes are the same.
    """
    return importlib.import_module(f"{_package()}.{room}")


def _package() -> str:
    loaded = sys.modules.get("genericpipe")
    origin = getattr(loaded, "__file__", None)
    if origin and os.path.dirname(os.path.realpath(origin)) == _ROOMS:
        return "genericpipe"
    if _PRIVATE_NAME not in sys.modules:
        package = ModuleType(_PRIVATE_NAME, "The rooms of genericpipe, without its __init__.")
        package.__path__ = [_ROOMS]
        sys.modules[_PRIVATE_NAME] = package
    return _PRIVATE_NAME
