"""What is supplied exists, and lint knows of the same names as the jobs."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from genericpipe.executors import oldcode
from genericpipe.executors.oldcode.calls import METHODS, NAMES
from genericpipe.executors.oldcode.gonemodules import ALIASES, STAND_INS
from genericpipe.executors.oldcode.lostnames import LOST
from genericpipe.executors.oldcode.supply import advice, find
from genericpipe.pipeline.lint import python2

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

#: What no Python or numpy has any more, by any name.
PASSING = {("collections", "ByteString")}
FOUND = [(module, name) for module, names in LOST.items() for name in names]


@pytest.mark.parametrize(("module", "name"), FOUND)
def test_what_is_given_exists_where_the_name_is_gone(module: str, name: str) -> None:
    try:
        own = importlib.import_module(module)
    except ImportError:
        return  # another module stands in for it
    if hasattr(own, name):
        return  # an older one, which is asked for it itself
    target = LOST[module][name]
    try:
        find(target.partition("|")[0])
    except AttributeError:
        assert (module, name) in PASSING
    assert advice(target)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_given_for_a_name_exists(name: str) -> None:
    assert callable(find(NAMES[name].partition("|")[0]))


def test_modules_that_moved_exist() -> None:
    for today in ALIASES.values():
        importlib.import_module(today)


def test_every_module_that_stands_in_is_named() -> None:
    folder = Path(oldcode.__file__).parent / "modules"
    found = {path.stem for path in folder.glob("[!_]*.py")} | {"distutils", "numpy.compat"}
    assert set(STAND_INS) == found


def test_lint_knows_the_names_that_jobs_are_given() -> None:
    assert set(python2._GONE) == set(NAMES)
    assert set(python2._GONE_METHODS) < set(METHODS)
