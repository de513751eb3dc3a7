"""The rooms of the house stay rooms: who may import whom, and what no module may do.

The rules are those of docs/explanation/design.md. Every module is read as a syntax tree; none is imported.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import genericpipe

ROOT = Path(__file__).resolve().parent.parent

# A room may import those before it; rooms on one line know nothing of each other.
ROOMS = [
    ["errors"],
    ["hookspecs"],
    ["pluginmanager"],
    ["parset"],
    ["config"],
    ["mapfile"],
    ["pipeline"],
    ["recipes"],
    ["kinds"],
    ["engine"],
    ["executors", "report"],
    ["cli"],
]
MAY_IMPORT = {
    room: {name for earlier in ROOMS[:rank] for name in earlier} | {room}
    for rank, rooms in enumerate(ROOMS)
    for room in rooms
}
MAY_IMPORT["compat"] = {"compat", "errors", "parset", "mapfile"}
# The public API gathers names from the core; the command's own room and compat have none to give.
MAY_IMPORT["__init__"] = set(MAY_IMPORT) - {"cli", "compat"}
MAY_IMPORT["__main__"] = {"cli"}

HEAVY = {"argcomplete", "astropy", "bdsf", "casacore", "extended_configparser", "jinja2", "matplotlib"}
HEAVY |= {"numpy", "parsl", "rich"}

NAMES_WITHOUT_A_SUBJECT = {"utils", "util", "common", "helpers", "helper", "misc"}
LONGEST_MODULE = 400
# Modules that may be longer, and why.
LONGER = {
    Path("genericpipe/hookspecs.py"): (
        700,
        "every hook stands there, each with all that a plugin has to know",
    ),
}

# (file, what it does) -> why it may. A reason that no longer applies fails the tests too.
ALLOWED: dict[tuple[str, str], str] = {
    (
        "genericpipe/executors/oldcode/numpyfunctions.py",
        "import numpy",
    ): "it is loaded when a script asks numpy for a function that is gone",
    (
        "genericpipe/executors/oldcode/functions.py",
        "exec",
    ): "`execfile` of an old script of a site runs a file of the same site, in the job's own process",
    (
        "genericpipe/engine/folder/legacystate.py",
        "pickle.load",
    ): "LOFAR's statefile is a pickle; this reads its few classes as dictionaries and refuses other names",
}


def modules(folder: str) -> list[Path]:
    """Return every module below a folder of the checkout, as a path relative to the checkout."""
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))


CORE = modules("genericpipe")
PLUGINS = modules("plugins")


def room_of(module: Path) -> str:
    """Return the room a module of the core belongs to: the first folder, or the module itself."""
    inside = module.relative_to("genericpipe")
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def package_of(module: Path) -> list[str]:
    """Return the package in which a module's relative imports start."""
    return list(module.parent.parts)


def only_for_types(tree: ast.Module) -> set[ast.AST]:
    """Return all nodes that stand under ``if TYPE_CHECKING:``."""
    blocks = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
    ]
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def imports(tree: ast.AST, package: list[str]) -> Iterator[tuple[ast.stmt | ast.Call, str]]:
    """Yield each imported name in full (``genericpipe.parset.read``) with its statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node, f"{base}.{alias.name}"
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] == "import_module"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node, str(node.args[0].value)


def forbidden_imports(module: Path, source: str) -> list[str]:
    """Return what a module of the core imports from a room it may know nothing of."""
    tree = ast.parse(source)
    room = room_of(module)
    exempt = only_for_types(tree) if room == "hookspecs" else set()
    faults = []
    for node, name in imports(tree, package_of(module)):
        top, _, rest = name.partition(".")
        if top in {"genericpipe_plugins", "plugins", "tests"}:
            faults.append(f"{module}:{node.lineno}: the core imports {name}")
        if top in {"lofar", "lofarpipe"} and room != "compat":
            faults.append(f"{module}:{node.lineno}: only compat knows {name}")
        if top != "genericpipe" or node in exempt or rest == "__version__":
            continue
        target = rest.split(".")[0]
        if target not in MAY_IMPORT[room]:
            faults.append(f"{module}:{node.lineno}: {room} may not import {target or 'genericpipe'} ({name})")
    return faults


def private_imports(module: Path, source: str) -> list[str]:
    """Return what a first-party plugin takes from the core beside its public API."""
    return [
        f"{module}:{node.lineno}: {name} is not in genericpipe.__all__"
        for node, name in imports(ast.parse(source), ["genericpipe_plugins", *module.parent.parts[1:]])
        if name.split(".")[0] == "genericpipe"
        and name.removeprefix("genericpipe.") not in genericpipe.__all__
    ]


def at_start(tree: ast.AST, skipped: set[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes that run when a module is imported: not those inside functions."""
    for node in ast.iter_child_nodes(tree):
        if node in skipped or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        yield node
        yield from at_start(node, skipped)


def heavy_imports(module: Path, source: str) -> list[tuple[str, int]]:
    """Return the slow packages that a module imports as soon as it is imported itself."""
    tree = ast.parse(source)
    started = set(at_start(tree, only_for_types(tree)))
    return [
        (f"import {name.split('.')[0]}", node.lineno)
        for node, name in imports(tree, package_of(module))
        if node in started and name.split(".")[0] in HEAVY
    ]


def is_environ(node: ast.AST) -> bool:
    return ast.unparse(node) in {"os.environ", "environ"}


def forbidden_acts(source: str) -> list[tuple[str, int]]:
    """Return what a module does to the whole process, or with text as if it were code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and is_environ(node.value) and not isinstance(node.ctx, ast.Load):
            found.append(("os.environ[]=", node.lineno))
        if isinstance(node, ast.ClassDef) and "pickle.Unpickler" in map(ast.unparse, node.bases):
            found.append(("pickle.load", node.lineno))
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"os.chdir", "os.fchdir", "chdir"}:
            found.append(("os.chdir", node.lineno))
        if called in {"eval", "exec", "builtins.eval", "builtins.exec"}:
            found.append((called.split(".")[-1], node.lineno))
        if called in {"pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.loads", "shelve.open"}:
            found.append(("pickle.load", node.lineno))
        if called in {"time.sleep", "sleep"}:
            found.append(("time.sleep", node.lineno))
        if called in {"os.system", "os.popen"}:
            found.append(("shell=True", node.lineno))
        if called in {"os.putenv", "os.unsetenv"}:
            found.append(("os.environ[]=", node.lineno))
        if (
            isinstance(node.func, ast.Attribute)
            and is_environ(node.func.value)
            and node.func.attr in {"update", "setdefault", "pop", "clear"}
        ):
            found.append(("os.environ[]=", node.lineno))
        starts = called.split(".")[-1] in {"Popen", "run", "call", "check_call", "check_output"}
        shells = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "shell"]
        if starts and shells not in ([], ["False"]):
            found.append(("shell=True", node.lineno))
    return found


@pytest.mark.parametrize("module", CORE, ids=str)
def test_imports_go_one_way(module: Path) -> None:
    assert forbidden_imports(module, (ROOT / module).read_text()) == []


@pytest.mark.parametrize("module", PLUGINS, ids=str)
def test_plugins_use_only_the_public_api(module: Path) -> None:
    assert private_imports(module, (ROOT / module).read_text()) == []


@pytest.mark.parametrize("module", CORE, ids=str)
def test_modules_keep_to_the_habits(module: Path) -> None:
    source = (ROOT / module).read_text()
    found = [
        f"{module}:{line}: {act}"
        for act, line in forbidden_acts(source) + heavy_imports(module, source)
        if (str(module), act) not in ALLOWED
    ]
    assert found == []


def test_exceptions_are_still_needed() -> None:
    used = set()
    for module in {module for module, _ in ALLOWED}:
        source = (ROOT / module).read_text()
        acts = forbidden_acts(source) + heavy_imports(Path(module), source)
        used |= {(module, act) for act, _ in acts}
    assert set(ALLOWED) - used == set()


@pytest.mark.parametrize("module", CORE + PLUGINS, ids=str)
def test_modules_have_a_subject_and_an_end(module: Path) -> None:
    assert NAMES_WITHOUT_A_SUBJECT.isdisjoint(module.with_suffix("").parts)
    lines = len((ROOT / module).read_text().splitlines())
    longest, _ = LONGER.get(module, (LONGEST_MODULE, ""))
    assert lines <= longest, f"{module} has {lines} lines: split it"


def test_every_room_is_known() -> None:
    assert {room_of(module) for module in CORE} <= set(MAY_IMPORT)


def test_the_command_starts_light() -> None:
    """Starting the command loads none of the slow packages."""
    code = "import sys, genericpipe.cli.main; print(*sorted(sys.modules))"
    words = [sys.executable, "-c", code]
    loaded = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY & {name.split(".")[0] for name in loaded} == set()


def test_built_in_plugins_are_light() -> None:
    """Whoever asks them whether they have something to say pays for nothing slow."""
    code = (
        "import sys\nfrom importlib import import_module\n"
        "from genericpipe.pluginmanager.builtin import BUILTIN\n"
        "for name in {name for names in BUILTIN.values() for name in names}:\n    import_module(name)\n"
        "print(*sorted(sys.modules))"
    )
    words = [sys.executable, "-c", code]
    loaded = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY & {name.split(".")[0] for name in loaded} == set()


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("genericpipe/parset/read.py", "from genericpipe.config import load", "config"),
        ("genericpipe/parset/read.py", "from ..config import load", "config"),
        ("genericpipe/parset/read.py", "from .. import config", "config"),
        ("genericpipe/parset/read.py", "def f():\n    import genericpipe.engine.slots", "engine"),
        ("genericpipe/parset/read.py", "from genericpipe import Parset", "Parset"),
        ("genericpipe/parset/read.py", "if TYPE_CHECKING:\n    from genericpipe.cli import main", "cli"),
        ("genericpipe/report/log.py", "from genericpipe.executors import local", "executors"),
        ("genericpipe/engine/loop.py", "from genericpipe.compat import path", "compat"),
        ("genericpipe/engine/loop.py", "import lofarpipe.support.data_map", "lofarpipe"),
        ("genericpipe/kinds/plugin.py", "import genericpipe_plugins.mapfiles", "genericpipe_plugins"),
        ("genericpipe/kinds/plugin.py", "import_module('genericpipe.engine.loop')", "engine"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str, fault: str) -> None:
    (found,) = forbidden_imports(Path(module), source)
    assert fault in found


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("genericpipe/parset/read.py", "from genericpipe.errors import ParsetError\nfrom . import quotes"),
        (
            "genericpipe/cli/main.py",
            "from genericpipe import __version__\nfrom genericpipe.engine import run",
        ),
        ("genericpipe/hookspecs.py", "if TYPE_CHECKING:\n    from genericpipe.engine import Job"),
        ("genericpipe/compat/lofar/parameterset.py", "from genericpipe.parset import read"),
    ],
)
def test_an_allowed_import_is_not(module: str, source: str) -> None:
    assert forbidden_imports(Path(module), source) == []


def test_a_private_import_of_a_plugin_is_found() -> None:
    source = "from genericpipe.parset import read\nimport genericpipe.engine\nfrom .. import mapfiles"
    found = private_imports(Path("plugins/dp3/versions.py"), source)
    assert [text.split(": ")[1].split()[0] for text in found] == [
        "genericpipe.parset.read",
        "genericpipe.engine",
    ]


@pytest.mark.parametrize(
    ("source", "act"),
    [
        ("os.chdir('/')", "os.chdir"),
        ("os.environ['A'] = 'b'", "os.environ[]="),
        ("del os.environ['A']", "os.environ[]="),
        ("os.environ.update(A='b')", "os.environ[]="),
        ("subprocess.run('ls', shell=True)", "shell=True"),
        ("Popen('ls', shell=wanted)", "shell=True"),
        ("os.system('ls')", "shell=True"),
        ("eval('1')", "eval"),
        ("exec('1')", "exec"),
        ("pickle.load(file)", "pickle.load"),
        ("class Reader(pickle.Unpickler): pass", "pickle.load"),
        ("time.sleep(1)", "time.sleep"),
    ],
)
def test_a_forbidden_act_is_found(source: str, act: str) -> None:
    assert forbidden_acts(source) == [(act, 1)]


@pytest.mark.parametrize(
    "source", ["x = os.environ['A']", "run(words, shell=False)", "self.eval(1)", "lines(shell='zsh')"]
)
def test_a_harmless_act_is_not(source: str) -> None:
    assert forbidden_acts(source) == []


def test_only_imports_at_start_are_heavy() -> None:
    source = "import numpy\ndef f():\n    import rich\nclass C:\n    import jinja2\n"
    source += "if TYPE_CHECKING:\n    import astropy"
    assert heavy_imports(Path("genericpipe/mapfile/read.py"), source) == [
        ("import numpy", 1),
        ("import jinja2", 5),
    ]
