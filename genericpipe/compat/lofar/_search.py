"""LOFAR's search for a module among the keys of a parameter set (contract 4.3).

The pipeline itself no longer uses it: a nested component of the same name can be found first.
"""

from __future__ import annotations

from typing import Iterable


def full_module_name(keys: Iterable[str], name: str) -> str:
    """Return the leading text of a key up to and including the module `name`, or ''.

    Of each key, in the order given, only the last place counts where the name stands before its last dot.
    """
    for key in keys:
        module = key.rpartition(".")[0]
        start = module.rfind(name)
        end = start + len(name)
        if start >= 0 and key[end : end + 1] == "." and (start == 0 or key[start - 1] == "."):
            return key[:end]
    return ""


def locate_module(keys: Iterable[str], name: str) -> str:
    """Return what stands before the last but one component, where that is `name`, or ''."""
    for key in keys:
        before, dot, component = key.rpartition(".")[0].rpartition(".")
        if component == name and "." in key:
            return before + dot
    return ""
