"""Programs in Python of a site's own see of us `lofar` and `lofarpipe`, behind all that is theirs."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import genericpipe.compat

COMPAT = str(Path(genericpipe.compat.__file__).parent)

PARSET = """
pipeline.steps = [make, s]
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.folder = {here}/data
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = make.mapfile
s.control.type = executable_args
s.control.executable = {here}/program
s.control.mapfile_in = make.output.mapfile
s.control.inputkey = in
s.control.outputkey = out
s.argument.flags = [in, out]
"""

#: What DP3's Python steps and scripts of any site do: import what is theirs, and read a mapfile.
PROGRAM = """#!{python}
import json, sys
seen = dict(path=sys.path, version=list(sys.version_info[:2]), importable=[])
for name in ("genericpipe", "genericpipe_plugins", "executors", "compat", "data_map", "parset"):
    try:
        __import__(name)
        seen["importable"].append(name)
    except ImportError:
        pass
import lofarpipe, lofar.parameterset, theirs
from lofarpipe.support.data_map import DataMap, DataProduct
data = DataMap([DataProduct("localhost", sys.argv[1], False)])
data.save(sys.argv[2])
seen["loaded"] = DataMap.load(sys.argv[2])[0].file
seen["lofarpipe"] = lofarpipe.__file__
seen["modules"] = sorted(name for name in sys.modules if name.split(".")[0] == "genericpipe")
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def others() -> list[str]:
    """Return interpreters that know nothing of our virtual environment."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    candidates = [
        Path("/usr/bin/python3"),
        *sorted(Path(os.environ.get("PYENV_ROOT", home / ".pyenv")).glob("versions/*/bin/python3")),
    ]
    wanted = "import sys; assert sys.version_info >= (3, 8); import genericpipe"
    found = []
    for program in candidates:
        if not os.access(program, os.X_OK):
            continue
        words = [program, "-I", "-c", wanted]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
        if "No module named 'genericpipe'" in done.stderr:
            found.append(str(program))
    if not found:
        pytest.skip("there is no second interpreter, in /usr/bin or pyenv's folder, that does not know us")
    return [found[0], found[-1]]


def test_a_program_sees_our_two_packages_and_nothing_else(
    project: Callable[..., Any], others: list[str]
) -> None:
    for number, python in enumerate(others):
        site = project(
            {"data/a.ms": "", "site/theirs.py": "", "program": PROGRAM.replace("{python}", python)}
        )
        site.write("p.parset", PARSET.format(here=site.path))
        environment = {"PYTHONPATH": f"{site.path}/site"}
        if "PYTHONPATH" in site.environment():  # the command itself has to find us
            environment["PYTHONPATH"] += os.pathsep + site.environment()["PYTHONPATH"]
        site.run("run", "p.parset", "-j", f"job{number}", env=environment).expect()
        (log,) = site.path.glob(f"job{number}/logs/*/s/0.log")
        seen = json.loads(log.read_text())
        assert seen["lofarpipe"].startswith(COMPAT), python
        assert seen["loaded"] == f"{site.path}/data/a.ms"
        assert seen["modules"] == []
        # What PYTHONPATH names comes before the interpreter's own, and ours after all else in it.
        given = environment["PYTHONPATH"].split(os.pathsep)
        assert [entry for entry in seen["path"] if entry in (*given, COMPAT)] == [*given, COMPAT]
        if len(given) == 1:
            assert seen["importable"] == []


def test_a_lofar_of_the_site_wins(project: Callable[..., Any], others: list[str]) -> None:
    """LOFAR's own, first on PYTHONPATH as lofarinit.sh has it, stays what its programs get."""
    python = others[0]
    program = f"#!{python}\nimport lofar.parameterset as p, lofarpipe\nprint(p.whose, lofarpipe.whose)\n"
    site = project({"data/a.ms": "", "program": program})
    for name in ("lofar/__init__.py", "lofar/parameterset.py", "lofarpipe/__init__.py"):
        site.write(f"theirs/{name}", "whose = 'own'\n")
    site.write("p.parset", PARSET.format(here=site.path))
    path = [f"{site.path}/theirs", *filter(None, [site.environment().get("PYTHONPATH")])]
    site.run("run", "p.parset", env={"PYTHONPATH": os.pathsep.join(path)}).expect()
    (log,) = site.path.glob("p/logs/*/s/0.log")
    assert log.read_text() == "own own\n"


def test_the_command_itself_knows_nothing_of_them() -> None:
    """Nothing of ours imports the compatible packages: they are for other processes."""
    ours = "'compat' in n.split('.') or n.split('.')[0] in ('lofar', 'lofarpipe')"
    code = (
        "import sys, genericpipe.cli.main as m\n"
        "try:\n    m.main(['lint', '/dev/null'])\nexcept SystemExit:\n    pass\n"
        "import genericpipe.engine.runner, genericpipe.executors.local, genericpipe.recipes.executable_args\n"
        f"print([n for n in sys.modules if {ours}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(COMPAT).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
