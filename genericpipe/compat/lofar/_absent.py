"""Modules of LOFAR's software that are no part of the pipeline framework, and what there is instead."""

from __future__ import annotations

#: Module -> what to use.
INSTEAD = {
    "lofar.bdsm": "PyBDSF is the package bdsf of PyPI: pip install bdsf, then import bdsf",
    "lofar.mstools": (
        "the step plugin createMapfile finds the measurement sets in a folder, and glob.glob of Python "
        "whatever has a name"
    ),
    "lofar.parmdb": (
        "python-casacore reads and writes instrument tables (pip install python-casacore); solutions are "
        "kept in H5parm files by LoSoTo (pip install losoto), whose parmdb2H5parm.py converts tables"
    ),
}


class OutOfScope(ModuleNotFoundError):
    """A module that LOFAR had and that is not here; `import` statements with a fallback take it.

    It does not name the module as its kin do: ``from lofar import bdsm`` would then say something else.

    Parameters
    ----------
    name
        The module.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no part of this package: {INSTEAD[name]}")
