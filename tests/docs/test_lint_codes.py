"""docs/reference/lint.md has a row for each code that lint can tell, and for no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from genericpipe.errors import Severity

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/reference/lint.md"

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
ROW = re.compile(
    r"^\| `(?P<code>[a-z0-9-]+)` \| (?P<severity>[a-z, ]+) \| (?P<meaning>[^|]+) \| (?P<remedy>[^|]+) \|$"
)
#: Rooms that lint never enters.
OF_A_RUN = {"kinds", "engine", "executors", "report", "compat"}
METHODS = {"error", "warning", "missing", "caught", "warn"}


def codes(tree: ast.Module) -> Iterator[str]:
    """Yield the codes of findings in a source, whether they are written in place or under a name."""
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name):
                        named.setdefault(one.id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            named.setdefault(node.target.id, []).append(node.value)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        place: ast.expr | None = None
        if isinstance(node.func, ast.Name) and node.func.id == "Finding" and len(node.args) > 1:
            place = node.args[1]
        elif isinstance(node.func, ast.Attribute) and node.func.attr in METHODS and node.args:
            place = node.args[0]
        for expression in () if place is None else (place, *_values(place, named)):
            yield from _texts(expression)


def _values(expression: ast.expr, named: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Name):
            yield from named.get(node.id, ())


def _texts(expression: ast.expr) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


def told() -> set[str]:
    """Return every code that lint can tell.

    Those of all rooms but the ones that only a run enters, and those of first-party plugins, which have what
    they say to lint in a module of its own.
    """
    package = ROOT / "genericpipe"
    ours = [path for path in package.rglob("*.py") if path.relative_to(package).parts[0] not in OF_A_RUN]
    plugins = sorted((ROOT / "plugins").rglob("linting.py"))
    return {code for path in [*ours, *plugins] for code in codes(ast.parse(path.read_text(encoding="utf-8")))}


def rows() -> list[re.Match[str]]:
    """Return the rows of the page's tables."""
    return [row for line in PAGE.read_text(encoding="utf-8").splitlines() if (row := ROW.match(line))]


def test_the_scan_finds_codes_however_they_are_written() -> None:
    source = (
        "def f(self, findings):\n"
        "    code = 'in-a-name' if self else 'in-another'\n"
        "    Finding(Severity.ERROR, code, 'some text-with-hyphens')\n"
        "    Finding(Severity.ERROR, 'in-place', 'm')\n"
        "    findings.warning('by-method', 'm')\n"
        "    self.logger.warning('not a code')\n"
    )
    assert set(codes(ast.parse(source))) == {"in-a-name", "in-another", "in-place", "by-method"}


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    documented = [row["code"] for row in rows()]
    assert sorted(told() - set(documented)) == [], "codes without a row"
    assert sorted(set(documented) - told()) == [], "rows without a code"
    assert len(documented) == len(set(documented)), "a code has two rows"


def test_rows_name_severities_that_there_are() -> None:
    known = {severity.value for severity in Severity}
    for row in rows():
        assert set(row["severity"].split(", ")) <= known, row["code"]
        assert row["meaning"].strip(), row["code"]
        assert row["remedy"].strip(), row["code"]
