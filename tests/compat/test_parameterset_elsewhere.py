"""The compatible packages under other interpreters, with nothing but their own folder on the path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent
RECORDINGS = Path(__file__).resolve().parent.parent / "golden" / "parset_semantics.jsonl"

SCRIPT = """
import sys
before = list(sys.path)
import lofar.parameterset
lofar.parameterset._pyparameterset
from lofar.parameterset import parameterset
from lofar.parametervalue import parametervalue
from lofarpipe.support.parset import Parset, get_parset, patch_parset, patched_parset
import json, pickle
with open(sys.argv[1], encoding="utf-8") as stream:
    lines = stream.readlines()
for line in lines:
    recorded = json.loads(line)
    if "value" in recorded:
        parset = Parset()
        parset.add("k", recorded["value"])
        parset = pickle.loads(pickle.dumps(parset))
        assert parset.getStringVector("k") == recorded["vector"], line
        assert parset.getStringVector("k", True) == recorded["expanded"], line
parset = parameterset.fromString("b = [1,\\n 2]\\na=x # c\\n")
assert str(parset) == "a=x\\nb=[1, 2]\\n"
try:
    parset.getInt("a")
except RuntimeError as error:
    assert "x is not an integer value" in str(error)
else:
    raise AssertionError
assert sys.path == before
assert "numpy" not in sys.modules and "genericpipe" not in sys.modules
try:
    import genericpipe
except ImportError:
    print("fine")
"""


def run(program, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(COMPAT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # Without its site-packages the interpreter has the standard library and nothing else.
    return subprocess.run(
        [program, "-S", "-W", "error", script, RECORDINGS],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_under_every_interpreter(interpreters, tmp_path):
    for program in interpreters:
        outcome = run(program, tmp_path)
        assert (outcome.stdout, outcome.stderr) == ("fine\n", ""), program


def test_through_a_link_to_the_folder(tmp_path):
    (tmp_path / "link").symlink_to(COMPAT)
    words = [
        sys.executable,
        "-S",
        "-c",
        "from lofar.parameterset import parameterset as p; print(p({'a': 1}))",
    ]
    environment = {"PYTHONPATH": str(tmp_path / "link"), "PYTHONDONTWRITEBYTECODE": "1"}
    outcome = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (outcome.stdout, outcome.stderr) == ("a=1\n\n", "")


def test_where_genericpipe_is_imported_its_own_modules_serve(tmp_path):
    script = "import genericpipe.parset, genericpipe.errors\nfrom lofar._core import load\n"
    script += "print(load('parset') is genericpipe.parset, load('errors') is genericpipe.errors)"
    environment = {
        "PYTHONPATH": f"{COMPAT}{os.pathsep}{COMPAT.parent.parent}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    words = [sys.executable, "-S", "-c", script]
    outcome = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (outcome.stdout, outcome.stderr) == ("True True\n", "")
