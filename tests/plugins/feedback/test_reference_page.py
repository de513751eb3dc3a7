"""The reference page has a row for each key of each record, with its type, and for each code of the check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from genericpipe_plugins.feedback import check, keys

PAGE = (Path(__file__).resolve().parents[3] / "docs/reference/feedback.md").read_text(encoding="utf-8")
ROWS = {
    name: row
    for row in PAGE.splitlines()
    if row.startswith("| `")
    for name in re.findall(r"`([^`]+)`", row.split("|")[1])
}


@pytest.mark.parametrize(
    ("product", "name"), [(product, name) for product, known in keys.KEYS.items() for name in known]
)
def test_each_key_is_told(product: str, name: str) -> None:
    key = keys.KEYS[product][name]
    if key.required or product == "Correlated":
        assert f"| {key.type} |" in ROWS[name]
    else:
        assert f"`{name}`" in PAGE


def test_each_code_has_a_row() -> None:
    told = set(re.findall(r'"(feedback-[a-z]+)"', Path(check.__file__).read_text(encoding="utf-8")))
    assert told == {name for name in ROWS if name.startswith("feedback-")}
