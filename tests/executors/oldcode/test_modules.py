"""The modules that stand in for those of Python's that are gone, held against the real ones."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from genericpipe.executors.oldcode import modules
from genericpipe.executors.oldcode.modules import imp
from genericpipe.executors.oldcode.modules.distutils import dir_util, file_util, spawn, truth, version

HAS_REAL = sys.version_info < (3, 12)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def real(name: str) -> ModuleType:
    """Return the module of Python's own."""
    if not HAS_REAL:
        pytest.skip("this Python has none to compare with")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


#: Standing in and, before Python 3.12, the real one.
IMPS = [imp, *([real("imp")] if HAS_REAL else [])]


@pytest.fixture(params=IMPS, ids=["ours", "real"][: len(IMPS)])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return one of the two modules `imp`; what it loads is forgotten afterwards."""
    for name in ("one", "pack", "pack.part", "broken"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    before = set(sys.modules)
    yield request.param
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_a_module_is_found_and_loaded(either: Any, tmp_path: Path) -> None:
    tmp_path.joinpath("one.py").write_text("name = __name__\nfile = __file__\n")
    file, path, details = either.find_module("one", [str(tmp_path)])
    assert (path, details) == (str(tmp_path / "one.py"), (".py", "r", either.PY_SOURCE))
    with file:
        module = either.load_module("one", file, path, details)
    assert (module.name, module.file) == ("one", path)
    assert sys.modules["one"] is module


def test_a_source_of_any_name_is_loaded_and_loaded_again(either: Any, tmp_path: Path) -> None:
    script = tmp_path / "script-2014"
    script.write_text("count = globals().get('count', 0) + 1\n")
    first = either.load_source("one", str(script))
    again = either.load_source("one", str(script))
    assert again is first
    assert again.count == 2


def test_a_package_is_found_and_loaded(either: Any, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    pack.joinpath("__init__.py").write_text("from . import part\n")
    pack.joinpath("part.py").write_text("value = 3\n")
    found = either.find_module("pack", [str(tmp_path)])
    assert found == (None, str(pack), ("", "", either.PKG_DIRECTORY))
    assert either.load_module("pack", *found).part.value == 3


def test_a_compiled_module_is_loaded(either: Any, tmp_path: Path) -> None:
    import py_compile

    tmp_path.joinpath("one.py").write_text("value = 3\n")
    compiled = py_compile.compile(str(tmp_path / "one.py"), str(tmp_path / "one.pyc"))
    assert either.load_compiled("one", compiled).value == 3


def test_a_module_that_fails_is_not_entered(either: Any, tmp_path: Path) -> None:
    tmp_path.joinpath("broken.py").write_text("1 / 0\n")
    with pytest.raises(ZeroDivisionError):
        either.load_source("broken", str(tmp_path / "broken.py"))
    assert "broken" not in sys.modules


def test_what_is_not_there_is_an_import_error(either: Any, tmp_path: Path) -> None:
    with pytest.raises(ImportError, match="No module named 'nowhere'"):
        either.find_module("nowhere", [str(tmp_path)])
    with pytest.raises(ImportError, match="Don't know how to import x"):
        either.load_module("x", None, "x", ("", "", either.PY_RESOURCE))


def test_builtin_modules(either: Any) -> None:
    found = either.find_module("sys")
    assert found == (None, None, ("", "", either.C_BUILTIN))
    assert either.load_module("sys", *found) is sys
    assert (bool(either.is_builtin("sys")), bool(either.is_builtin("json"))) == (True, False)


def test_what_is_told_of_this_python_is_the_same() -> None:
    theirs = real("imp")
    assert imp.get_suffixes() == theirs.get_suffixes()
    assert (imp.get_magic(), imp.get_tag()) == (theirs.get_magic(), theirs.get_tag())
    names = ["SEARCH_ERROR", "PY_SOURCE", "PY_COMPILED", "C_EXTENSION", "PY_RESOURCE", "PKG_DIRECTORY"]
    names += ["C_BUILTIN", "PY_FROZEN", "PY_CODERESOURCE", "IMP_HOOK"]
    assert [getattr(imp, name) for name in names] == [getattr(theirs, name) for name in names]
    assert imp.new_module("a").__name__ == "a"


VERSIONS = ["1.5.1", "1.5.2b2", "161", "3.10a", "8.02", "1.13++", "2.0b1pl0", "1.10", "1.9", "0.960923"]


@pytest.mark.parametrize("one", VERSIONS)
def test_loose_versions_compare_as_they_did(one: str) -> None:
    theirs = real("distutils.version")
    for other in VERSIONS:
        results = []
        for module in (version, theirs):
            try:
                a, b = module.LooseVersion(one), module.LooseVersion(other)
                results.append((a < b, a == b, a >= other, str(a), repr(a), a.version))
            except TypeError:
                results.append(TypeError)
        assert results[0] == results[1], other


@pytest.mark.parametrize(
    "one", ["0.4", "0.4.0", "0.4.1", "0.5a1", "0.5b3", "0.5", "1.0.4a3", "1.0.4", "1", "1.2.3.4"]
)
def test_strict_versions_compare_as_they_did(one: str) -> None:
    theirs = real("distutils.version")
    for other in ("0.4", "0.5a1", "0.5", "1.0.4"):
        results = []
        for module in (version, theirs):
            try:
                a, b = module.StrictVersion(one), module.StrictVersion(other)
                results.append((a < b, a == b, a > other, str(a), a.version, a.prerelease))
            except ValueError as error:
                results.append(str(error))
        assert results[0] == results[1], other


@pytest.mark.parametrize(
    "word", ["y", "Yes", "t", "true", "ON", "1", "n", "no", "f", "False", "off", "0", "2", ""]
)
def test_words_for_true_and_false(word: str) -> None:
    results = []
    for module in (truth, real("distutils.util")):
        try:
            results.append(module.strtobool(word))
        except ValueError:
            results.append(ValueError)
    assert results[0] == results[1]


def test_programs_are_found() -> None:
    assert spawn.find_executable("sh") == real("distutils.spawn").find_executable("sh")
    assert spawn.find_executable("no-such-program-at-all") is None


def test_folders_are_made_and_copied(tmp_path: Path) -> None:
    made = dir_util.mkpath(str(tmp_path / "a/b/c"))
    assert made == [str(tmp_path / "a"), str(tmp_path / "a/b"), str(tmp_path / "a/b/c")]
    assert dir_util.mkpath(str(tmp_path / "a/b/c")) == []
    tmp_path.joinpath("a/b/file").write_text("x")
    os.utime(tmp_path / "a/b/file", (1e9, 1e9))
    tmp_path.joinpath("target").mkdir()
    copied = dir_util.copy_tree(str(tmp_path / "a"), str(tmp_path / "target"))
    assert copied == [str(tmp_path / "target/b/file")]
    assert (tmp_path / "target/b/file").stat().st_mtime == 1e9
    assert (tmp_path / "target/b/c").is_dir()
    dir_util.remove_tree(str(tmp_path / "target"))
    assert not tmp_path.joinpath("target").exists()
    with pytest.raises(Exception, match="not a directory"):
        dir_util.copy_tree(str(tmp_path / "nowhere"), str(tmp_path / "target"))


def test_files_are_copied_and_moved(tmp_path: Path) -> None:
    one = tmp_path / "one"
    one.write_text("x")
    tmp_path.joinpath("sub").mkdir()
    assert file_util.copy_file(str(one), str(tmp_path / "sub")) == (str(tmp_path / "sub/one"), True)
    assert file_util.copy_file(str(one), str(tmp_path / "sub"), update=True) == (
        str(tmp_path / "sub/one"),
        False,
    )
    with pytest.raises(Exception, match="exists"):
        file_util.move_file(str(one), str(tmp_path / "sub"))
    assert file_util.move_file(str(one), str(tmp_path / "two")) == str(tmp_path / "two")
    assert not one.exists()


def test_parts_of_distutils_have_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.path.join(os.path.dirname(modules.__file__ or ""), "distutils")
    spec = importlib.util.spec_from_file_location(
        "olddistutils", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "olddistutils", module)
    spec.loader.exec_module(module)
    for name in ("util", "truth"):
        monkeypatch.setitem(sys.modules, f"olddistutils.{name}", sys.modules[f"olddistutils.{name}"])
    assert importlib.import_module("olddistutils.util").strtobool("on") == 1
