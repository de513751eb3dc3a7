"""Lets the numbers of numpy 2 turn into text as those of numpy 1 did: mapfiles and results are made of it."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

#: The last version of numpy 1 with a way of printing of its own, as numpy 2 spells and keeps it.
_VERSION, _KEPT = "1.25", 125


def write_as_numpy_1(numpy: ModuleType) -> None:
    """Make ``str([numpy.float64(1.5)])`` read ``[1.5]``, in every thread.

    numpy holds how it prints in a context variable, and a thread that is started begins without a context:
    it gets the default, so the default is what changes.
    """
    if int(numpy.__version__.partition(".")[0]) < 2:
        return
    options: Any = sys.modules.get("numpy._core.printoptions")
    default = getattr(options, "default_format_options_dict", None)
    if isinstance(default, dict) and "legacy" in default:
        default["legacy"] = _KEPT
    else:  # a numpy that holds it for the whole process
        numpy.set_printoptions(legacy=_VERSION)
