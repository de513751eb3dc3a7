"""`lofarpipe.support.parset` as scripts use it: contract 4.5 and 14."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent


@pytest.fixture
def module(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.parset")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "p.parset"
    path.write_text("# comment\nb = [1,\n 2]\na = x\nb = 3\n'q r' = 1\n")
    return str(path)


def test_keys_come_in_the_order_of_the_file(module, file):
    parset = module.Parset(file)
    assert parset.keys == ["b", "a", "q r"]
    assert isinstance(parset.keys, list)
    assert parset.keys() == list(parset) == ["b", "a", "q r"]
    assert parset.keywords() == ["a", "b", "q r"]
    assert parset.getInt("b") == 3


def test_every_change_shows_in_the_keys(module, file):
    parset = module.Parset()
    parset.add("z", "1")
    parset.replace("y", "2")
    parset.replace("z", "3")
    parset.addStringVector("v", ["a", "b"])
    parset.adoptBuffer("w=1")
    parset.adoptArgv(["u=1"])
    assert parset.keys == ["z", "y", "v", "w", "u"]
    assert parset.get("v").get() == "[ a, b ]"
    parset.remove("y")
    parset.subtractSubset("w")
    parset.adoptFile(file, "pre.")
    assert parset.keys == ["z", "v", "u", "pre.b", "pre.a", "pre.q r"]
    parset.clear()
    assert parset.keys == []


def test_removing_an_unknown_key_is_an_error_here(module):
    with pytest.raises(ValueError, match="x"):
        module.Parset().remove("x")


def test_a_subset_is_of_the_base_class(module, file):
    subset = module.Parset(file).makeSubset("q")
    assert type(subset) is import_module("lofar.parameterset").parameterset
    assert subset.keys() == [" r"]


def test_from_dict(module):
    parset = module.Parset.fromDict({"b": 1, "a": [2, 3]})
    assert type(parset) is module.Parset
    assert parset.keys == ["b", "a"]
    assert parset.getIntVector("a") == [2, 3]
    more = module.Parset()
    more.add("z", "1")
    assert more.fromDict({"y": "2"}) is more
    assert more.keys == ["z", "y"]


def test_without_regard_to_case(module, file):
    parset = module.Parset(file, caseInsensitive=True)
    assert parset.getString("A") == "x"
    parset.replace("B", "4")
    assert parset.keys == ["b", "a", "q r"]


def test_it_can_be_pickled(module, file):
    parset = module.Parset(file)
    same = pickle.loads(pickle.dumps(parset))
    assert (same.keys, str(same)) == (parset.keys, str(parset))


def test_get_parset(module, file):
    assert type(module.get_parset(file)) is module.Parset
    with pytest.raises(RuntimeError, match="Unable to open file"):
        module.get_parset(file + ".none")


def test_patching(module, file, tmp_path):
    name = module.patch_parset(file, {"a": "y", "new": 5}, str(tmp_path))
    assert Path(name).parent == tmp_path
    assert Path(name).read_text() == "a=y\nb=3\nnew=5\nq r=1\n"
    assert module.get_parset(file).getString("a") == "x"


def test_a_patched_parset_is_removed_at_the_end(module, file, tmp_path):
    with module.patched_parset(file, {"a": "y"}, output_dir=str(tmp_path)) as name:
        assert module.get_parset(name).getString("a") == "y"
    assert not os.path.exists(name)
    with module.patched_parset(file, {}, str(tmp_path), unlink=False) as name:
        pass
    assert os.path.exists(name)
    with pytest.raises(KeyError), module.patched_parset(file, {}, str(tmp_path)) as name:
        raise KeyError
    assert not os.path.exists(name)
