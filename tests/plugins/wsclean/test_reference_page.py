"""docs/reference/wsclean.md knows each finding, each option that is replaced, and the setting."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from genericpipe_plugins import wsclean
from genericpipe_plugins.wsclean import withoutidg

ROOT = Path(__file__).resolve().parent.parent.parent.parent
PAGE = (ROOT / "docs/reference/wsclean.md").read_text(encoding="utf-8")
CODE = re.compile("[a-z]+(-[a-z]+)+")


def codes() -> Iterator[str]:
    """Yield the codes of all findings of the room."""
    for source in Path(wsclean.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = {"Finding": 1, "_error": 0, "_warning": 0}.get(node.func.id)
                if place is not None and isinstance(node.args[place], ast.Constant):
                    yield str(node.args[place].value)


def test_each_finding_has_a_row_and_each_row_a_finding() -> None:
    table = PAGE.partition("## What is checked")[2].partition("\n## ")[0]
    cells = " ".join(re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE))
    told = {found.group() for found in CODE.finditer(cells)}
    assert told == set(codes())


def test_each_option_that_is_replaced_is_named() -> None:
    section = PAGE.partition("## Without IDG")[2].partition("\n## ")[0]
    replaced = withoutidg._REPLACED | set(withoutidg._REFUSED)
    assert {name for name in replaced if f"`-{name}`" not in section} == set()


def test_the_setting_stands_in_both_pages() -> None:
    assert f"`{withoutidg.SETTING}`" in PAGE
    configuration = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    section = configuration.partition(f"### [{withoutidg.SECTION}]")[2].partition("### ")[0]
    assert f"| `{withoutidg.KEY}` |" in section
    assert f"`{withoutidg.WGRIDDER}`" in section
