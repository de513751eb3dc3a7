"""docs/reference/image-checks.md has a row for each code, with the severities that it can have."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SEVERITIES = {"fatal": {"error"}, "warn": {"warning"}, "skip": {"error *"}}


def told() -> dict[str, set[str]]:
    """Return every code that a source tells, with its severities."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (ROOT / "plugins/imagechecks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in SEVERITIES and node.args:
                code = ast.unparse(node.args[0])
                if code == "code":  # handed on by what tells of a set that is left out
                    continue
                name = "bad-image-option" if code == "OPTION" else ast.literal_eval(code)
                found[name] |= SEVERITIES[node.func.attr]
    return found


def test_every_code_has_a_row() -> None:
    page = (ROOT / "docs/reference/image-checks.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([a-z, *]+) \|", page, re.MULTILINE))
    # What is left out by itself is an error where nothing else is left.
    expected = {code: kinds - ({"error"} if "error *" in kinds else set()) for code, kinds in told().items()}
    assert {code: set(kinds.split(", ")) for code, kinds in rows.items()} == expected
