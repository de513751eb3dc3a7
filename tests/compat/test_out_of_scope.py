"""Modules of LOFAR's that are no part of this package say so, and what to use instead (contract 14)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent


@pytest.mark.parametrize(
    ("name", "instead"),
    [("lofar.parmdb", "losoto"), ("lofar.bdsm", "pip install bdsf"), ("lofar.mstools", "createMapfile")],
)
def test_importing_one_says_what_to_use(compat: Callable[[str], ModuleType], name: str, instead: str) -> None:
    with pytest.raises(ModuleNotFoundError, match=f"{name} is no part of this package") as caught:
        compat(name)
    assert instead in str(caught.value)
    assert name not in sys.modules


@pytest.mark.parametrize("statement", ["import lofar.bdsm as bdsm", "from lofar import bdsm"])
def test_the_fallback_of_site_scripts_takes_it(statement: str, interpreters: list[str]) -> None:
    """As prefactor's scripts: what they say at the end is what the user reads."""
    script = f"""
try:
    import no_bdsf_here as bdsm
except ImportError:
    try:
        {statement}
    except ImportError as error:
        print(error)
"""
    for program in interpreters:
        words = [program, "-S", "-c", script]
        environment = {"PYTHONPATH": str(COMPAT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
        assert "pip install bdsf" in done.stdout, program


def test_one_that_lofar_never_had_is_an_ordinary_error(compat: Callable[[str], ModuleType]) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'lofar\.nothing'"):
        compat("lofar.nothing")
