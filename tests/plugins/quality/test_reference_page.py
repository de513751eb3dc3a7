"""The page on image quality names every argument, result, column and format, with its default."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest
from genericpipe_plugins.quality import make_source_list, plot_image, plot_uvcov
from genericpipe_plugins.quality.located import SCRIPTS
from genericpipe_plugins.quality.sourcefinding import FORMATS
from genericpipe_plugins.quality.texttables import COLUMNS

from genericpipe import read_parset

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "quality.md").read_text()
SCRIPT_MODULES = [make_source_list, plot_image, plot_uvcov]
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| (.*?) \| (.*?) \|", re.MULTILINE)


def section(module: ModuleType) -> str:
    return SECTIONS[f"{module.__name__.rpartition('.')[2]}.py"]


@pytest.mark.parametrize("module", SCRIPT_MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_argument_has_a_row_with_its_default(module: ModuleType) -> None:
    rows: dict[str, str] = {}
    for names, default in ROW.findall(section(module)):
        listed = re.findall(r"`(\w+)`", names)
        values = default.split(", ") if len(listed) > 1 else [default]
        rows |= dict(zip(listed, values * len(listed), strict=False))
    parameters = inspect.signature(module.main).parameters  # type: ignore[attr-defined]
    assert rows.keys() == parameters.keys()
    for name, parameter in parameters.items():
        if parameter.default in (None, inspect.Parameter.empty):
            continue  # told in words
        default = rows[name].strip("`")
        if isinstance(parameter.default, tuple):
            assert default == str(parameter.default).replace(" ", "")
        elif isinstance(parameter.default, float | int) and not isinstance(parameter.default, bool):
            assert float(default) == parameter.default
        else:
            assert default == str(parameter.default)


@pytest.mark.parametrize("module", SCRIPT_MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_result_is_named(module: ModuleType) -> None:
    said = section(module).rpartition("Returned: ")[2]
    named = set(re.findall(r"`(\w+)`", said))
    # What the script puts into dictionaries, but for the extensions of files.
    made = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.Dict)]
    keys = {key.value for node in made for key in node.keys if isinstance(key, ast.Constant)}
    results = {key for key in keys if not key.startswith(".")}
    assert results
    assert results == named


def test_every_script_is_shown_as_a_step(tmp_path: Path) -> None:
    shown = set()
    for block in re.findall(r"^```ini\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        (tmp_path / "step.parset").write_text(block)
        parset = read_parset(tmp_path / "step.parset")
        (key,) = (key for key in parset if key.endswith(".control.executable"))
        step = key.partition(".")[0]
        shown.add(parset.text(key))
        (module,) = (
            one for one in SCRIPT_MODULES if parset.text(key).startswith(one.__name__.split(".")[-1])
        )
        words = parset.text(f"{step}.argument.flags").strip("[]").split(",")
        keywords = {name: "" for name in parset.subset(f"{step}.argument.") if name != "flags"}
        inspect.signature(module.main).bind(*words, **keywords)
    assert shown == SCRIPTS


def test_every_format_and_column_is_named() -> None:
    for name in FORMATS:
        assert f"`{name}`" in section(make_source_list)
    for names in COLUMNS.values():
        assert ", ".join(f"`{name}`" for name in names) in SECTIONS["Catalogues"]
