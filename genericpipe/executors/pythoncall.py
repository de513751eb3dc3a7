"""Calls a function of a script, inside the interpreter that was started for it.

This file and `pythonchild` run in processes of their own, with a job's environment: they use the standard
library alone, and import nothing of ours by name.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

#: What is called, as the executor says it: script, function, module, plugin, path, compat, rooms.
Setup = Mapping[str, Any]

_OUR_ERRORS = ("genericpipe.errors", "GenericPipeError")

#: What became of a call: ``results``, ``exit`` or ``reason``.
Report = dict[str, Any]


class OurPackages:
    """Finds `lofar` and `lofarpipe` in our folder, whatever else is installed under these names."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the two packages; what is inside them is found through them."""
        if name in ("lofar", "lofarpipe"):
            return importlib.machinery.PathFinder.find_spec(name, [self._folder])
        return None


class _Source(importlib.machinery.SourceFileLoader):
    """Reads a script without leaving a compiled copy beside it, or trusting one that may be older."""

    def __init__(self, name: str, path: str, old: Any) -> None:
        super().__init__(name, path)
        self._old = old

    def get_code(self, fullname: str) -> Any:
        data = self.get_data(self.path)
        changed = self._old.code(data, self.path)
        return self.source_to_code(data, self.path) if changed is None else changed


def prepare(setup: Setup) -> Any:
    """Set up the import path, `sys.argv` and what is gone as the script is to see them.

    Contract 8: neither the script's folder nor the current one is on the path; PYTHONPATH counts. Contract 9:
    the folders of plugins come last.

    Returns
    -------
    old
        What reads sources that use what is gone, for `load`.
    """
    sys.meta_path.insert(0, OurPackages(setup["compat"]))
    sys.path += [folder for folder in setup["path"] if folder not in sys.path]
    if setup["module"] and setup["rooms"] not in sys.path:
        sys.path.append(setup["rooms"])
    sys.argv[:] = [setup["script"]]
    # So that logs can be followed, and that no odd file name makes a print fail.
    sys.stdout.reconfigure(line_buffering=True, errors="surrogateescape")  # type: ignore[union-attr]
    return _old_code().install(setup["script"], setup["path"], setup["rooms"])


def _old_code() -> ModuleType:
    """Load the package beside us, which is not on the import path."""
    spec = importlib.util.spec_from_file_location(
        "_genericpipe_oldcode", os.path.join(_OLD, "__init__.py"), submodule_search_locations=[_OLD]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def load(setup: Setup, old: Any) -> Callable[..., object]:
    """Return the function to call; the script is a module named ``main`` (contract 8)."""
    script: str = setup["script"]
    if setup["module"]:
        module = importlib.import_module(script)
    else:
        name = os.path.splitext(os.path.basename(script))[0] if setup["plugin"] else "main"
        module = _from_file(name, script, old)
    function = getattr(module, setup["function"], None)
    if not callable(function):
        raise AttributeError(f"{script} has no function {setup['function']}")
    return function  # type: ignore[no-any-return]


def _from_file(name: str, path: str, old: Any) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path, loader=_Source(name, path, old))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def call(function: Callable[..., object], setup: Setup, request: Mapping[str, Any]) -> tuple[int, Report]:
    """Call the function with the arguments of a request.

    Returns
    -------
    status
        The exit status for the process.
    report
        ``results`` (key -> text), or ``exit`` where the function left by ``sys.exit(0)``, or ``reason``: why
        it failed, in one line; the rest, as a rule a traceback, went to standard error.
    """
    positional = [request["positional"]] if setup["plugin"] else request["positional"]
    try:
        value = function(*positional, **request["keywords"])
        report: Report = {"results": _texts(value, f"{setup['function']} of {setup['script']}")}
        sys.stdout.flush()
    except BaseException as error:
        return failed(error, setup)
    return 0, report


def failed(error: BaseException, setup: Setup) -> tuple[int, Report]:
    """Tell of an exception on standard error; return the exit status and the report."""
    if isinstance(error, SystemExit):
        return _left(error, setup)
    reason = _reason(error)
    old = ""
    if isinstance(error, SyntaxError):
        reason = f"{error.filename}:{error.lineno}: {reason}"
        construct = _from_rooms(setup["rooms"], "python2").syntax_construct(error)
        old = f"{error.filename}:{error.lineno}: is Python 2 source: {construct}" if construct else ""
    elif isinstance(error, TypeError):
        old = _parses_and_fails(error, setup["rooms"])
    if old:
        reason = old
        print(reason, file=sys.stderr)
    elif _is_ours(error):  # it says what is wrong and where; nobody has to look into our source for that
        print(error, file=sys.stderr)
    else:
        traceback.print_exception(type(error), error, _from_script_on(error))
    return 1, {"reason": reason}


def _reason(error: BaseException) -> str:
    """Return in one line why a call failed: of one of our own errors its message, with file and line."""
    if _is_ours(error):
        return str(error).partition("\n")[0] or type(error).__name__
    told = "".join(traceback.format_exception_only(error)).splitlines()
    lines = [line.strip() for line in told if line.strip()] or [type(error).__name__]
    if isinstance(error, SyntaxError):  # the text at fault stands before what is wrong with it
        return lines[-1]
    # What ends with a colon goes on: so does the name of an exception whose text begins with an empty line.
    return " ".join(lines[:2]) if lines[0].endswith(":") else lines[0]


def _parses_and_fails(error: TypeError, rooms: str) -> str:
    """Return what of Python 2 a line holds that means something else today: ``print >>file, text``."""
    where = _from_script_on(error)
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    if where is None:
        return ""
    file, line = where.tb_frame.f_code.co_filename, where.tb_lineno
    try:
        with open(file, "rb") as source:
            construct = _from_rooms(rooms, "python2").other_meaning(source.read(), line)
    except (OSError, SyntaxError, ValueError):
        return ""
    return f"{file}:{line}: is Python 2 source: {construct}" if construct else ""


def _is_ours(error: BaseException) -> bool:
    return any((one.__module__, one.__name__) == _OUR_ERRORS for one in type(error).__mro__)


def _left(error: SystemExit, setup: Setup) -> tuple[int, Report]:
    code = error.code
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
    status = 0 if code is None else int(code) & 0xFF if isinstance(code, int) else 1
    if setup["plugin"]:  # contract 9: whatever the status
        return status or 1, {
            "reason": f"it called exit({'' if code is None else repr(code)}), which ends no step"
        }
    if status:
        return status, {"reason": f"sys.exit({code!r})"}
    return 0, {"exit": 0}


def _from_script_on(error: BaseException) -> Any:
    """Return the traceback without our own steps and those of the import system."""
    where = error.__traceback__
    while where is not None:
        file = where.tb_frame.f_code.co_filename
        if not file.startswith(_OURS):
            break
        where = where.tb_next
    _drop_ours(where)
    return where


def _drop_ours(where: Any) -> None:
    """Take the steps of what stands in for old things out of a traceback, and those of imports."""
    while where is not None:
        while where.tb_next is not None and where.tb_next.tb_frame.f_code.co_filename.startswith(_OURS):
            where.tb_next = where.tb_next.tb_next
        where = where.tb_next


_OLD = os.path.join(os.path.dirname(__file__), "oldcode", "")
_OURS = (os.path.join(os.path.dirname(__file__), "python"), _OLD, "<frozen importlib")


def _from_rooms(rooms: str, name: str) -> ModuleType:
    """Load the part of lint that knows Python 2; only where it is needed."""
    path = os.path.join(rooms, "genericpipe", "pipeline", "lint", f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"_genericpipe_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _texts(value: object, what: str) -> dict[str, str]:
    """Return what a function gave as text (contract 7.6 and 8)."""
    if isinstance(value, Mapping):
        return {str(key): _text(each) for key, each in value.items()}
    try:
        is_nothing = not value  # contract 8: 0 and '' count as nothing
    except Exception:  # an array has no truth
        is_nothing = False
    if not is_nothing:
        # Contract 8: LOFAR failed without a word to the user.
        print(f"{what} returned {value!r:.100}, which is no dictionary: ignored", file=sys.stderr)
    return {}


def _text(value: object) -> str:
    """Return a value as text.

    A number of numpy 2 in a list is to read 1.5, not np.float64(1.5): pipelines hand lists to programs.
    """
    numpy = sys.modules.get("numpy")
    is_plain = isinstance(value, (str, int, float, type(None)))
    if is_plain or numpy is None or int(numpy.__version__.split(".")[0]) < 2:
        return str(value)
    with numpy.printoptions(legacy="1.25"):
        return str(value)


def seed_anew() -> None:
    """Give the global random generators of a forked child seeds of its own."""
    for name in ("random", "numpy.random"):
        if name in sys.modules:
            sys.modules[name].seed()
