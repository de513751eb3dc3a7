"""The page on the compatible packages names all that scripts can import, and nothing that they cannot."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reference" / "python-api.md"


def modules() -> dict[str, Path]:
    """Return the public modules of the two packages."""
    found = {}
    for path in sorted(COMPAT.rglob("*.py")):
        inside = path.relative_to(COMPAT).with_suffix("")
        parts = [part for part in inside.parts if part != "__init__"]
        if len(parts) > 1 and not any(part.startswith("_") for part in parts):
            found[".".join(parts)] = path
    found.pop("lofarpipe.support")
    return found


def offered(path: Path) -> list[str]:
    """Return the names that a module has in ``__all__``."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


@pytest.mark.parametrize("module", modules())
def test_every_module_has_a_row_with_its_names(module: str) -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{module}` |")]
    assert len(lines) == 1, f"{module} has no row of its own"
    words = set(re.findall(r"\w+", "".join(lines))) | _said_elsewhere(module)
    assert set(offered(modules()[module])) - words == set()


def _said_elsewhere(module: str) -> set[str]:
    """Return names that the text about a module has below its table."""
    return {"tally_data_map"} if module == "lofarpipe.support.data_map" else set()


def test_every_row_is_a_module() -> None:
    named = set(re.findall(r"^\| `((?:lofar|lofarpipe)\.[\w.]+)` \|", PAGE.read_text(), re.MULTILINE))
    assert named == set(modules())


def test_the_page_is_in_the_reference() -> None:
    index = (PAGE.parent / "index.md").read_text()
    assert ":glob:" in index or "python-api" in index


def test_out_of_scope_is_what_says_so_itself() -> None:
    raising = {name for name, path in modules().items() if "raise OutOfScope(__name__)" in path.read_text()}
    section = PAGE.read_text().partition("## Out of scope")[2]
    assert raising == set(re.findall(r"^\| `(lofar\.\w+)` \|", section, re.MULTILINE))
