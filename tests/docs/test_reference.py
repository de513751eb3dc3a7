"""The reference knows every declared key, every option, event, setting and variable."""

from __future__ import annotations

import argparse
import ast
import importlib
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from genericpipe.cli import legacyoptions
from genericpipe.cli.commands import COMMANDS
from genericpipe.cli.parser import make_parser
from genericpipe.config import REMOTE_METHODS
from genericpipe.errors import ExitStatus
from genericpipe.pipeline.declarations import ControlKey, Recipe, StepKind
from genericpipe.pluginmanager import PluginManager

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ROOT / "docs/reference"
PACKAGE = ROOT / "genericpipe"

DIRECTIVE = re.compile(r"^```\{(?P<name>[\w-]+)\} *(?P<argument>[^\n]*)\n(?P<body>.*?)^```$", re.M | re.S)


@pytest.fixture(scope="module")
def extension() -> Iterator[dict[str, ModuleType]]:
    """Return our directives' modules, which need no Sphinx; other tests do not see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs/_ext"))
        names = ("pieces", "declarations", "commandlines")
        yield {name: importlib.import_module(name) for name in names}
        for name in names:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def page(extension: dict[str, ModuleType]) -> Any:
    """Return a page by its name, with our directives filled in as the build does."""
    directives = {**extension["declarations"].DIRECTIVES, **extension["commandlines"].DIRECTIVES}

    def filled(name: str) -> str:
        return DIRECTIVE.sub(
            lambda found: directives[found["name"]](found["argument"].strip()),
            (PAGES / f"{name}.md").read_text(encoding="utf-8"),
        )

    return filled


def rows(text: str) -> dict[str, str]:
    """Return the rows of all tables of a page: each name in code in the first cell -> the whole row.

    What is a key and a result too has both rows.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("|---"):
            for name in re.findall(r"`([^`]+)`", line.split(" | ")[0]):
                found[name] = f"{found[name]}\n{line}" if name in found else line
    return found


def built_in(hook: str) -> dict[str, Any]:
    """Return what our own plugins offer by name."""
    named = PluginManager().named(hook)
    return {name: offer.value for name, offer in named.by_name.items() if offer.plugin.builtin}


def assert_documented(key: ControlKey, table: dict[str, str]) -> None:
    row = table[key.name]
    if not key.ignored:
        assert key.meaning in row
        assert f"| {key.type} |" in row
        assert "required" in row if key.required else (key.default or "nothing") in row
        for choice in key.choices:
            assert f"`{choice}`" in row


def test_every_kind_of_step_has_a_section_with_its_keys_and_results(page: Any) -> None:
    text = page("steps")
    sections = {part.partition("\n")[0]: part for part in re.split(r"^## ", text, flags=re.MULTILINE)}
    kinds: dict[str, StepKind] = built_in("step_kinds")
    assert set(kinds) >= {"recipe", "plugin", "pipeline", "loop", "feedback"}
    for name, kind in kinds.items():
        table = rows(sections[name])
        assert kind.meaning in sections[name]
        assert ("not run" in sections[name]) is (not kind.run)
        for key in kind.control_keys:
            assert_documented(key, table)
        assert {result.name for result in kind.result_keys} <= set(table)


def test_every_key_for_any_step_has_a_row(page: Any) -> None:
    table = rows(page("steps"))
    answers = PluginManager().answers("control_keys")
    declared = [key for answer in answers if answer.plugin.builtin for key in answer.value]
    assert {"isolation", "retries", "timeout"} <= {key.name for key in declared}
    for key in declared:
        assert_documented(key, table)


def test_every_key_format_script_and_result_of_a_recipe_has_a_row(page: Any) -> None:
    text = page("recipes")
    table = rows(text)
    recipes: dict[str, Recipe] = built_in("recipes")
    assert set(recipes) == {"executable_args"}
    recipe = recipes["executable_args"]
    for key in recipe.control_keys:
        assert_documented(key, table)
    names = [*recipe.argument_formats, *recipe.result_keys]
    assert {one.name for one in names} | set(recipe.nodescripts) <= set(table)


def test_every_type_of_a_key_is_told(page: Any) -> None:
    text = page("recipes")
    told = set(re.findall(r"^\| ([a-z, ]+) \|", text, re.MULTILINE))
    types = {name for names in told for name in names.split(", ")}
    kinds = [*built_in("step_kinds").values(), *built_in("recipes").values()]
    assert {key.type for kind in kinds for key in kind.control_keys} <= types


def test_the_worked_example_is_what_contract_7_5_says(extension: dict[str, ModuleType]) -> None:
    table = rows(extension["declarations"].format_example('-v in.ms "size=10 20" "channels=[1, 2]"'))
    lines = {name: shlex.split(row.split(" | ")[1].strip("` |")) for name, row in table.items()}
    assert lines["gnu"] == ["program", "-v", "in.ms", "--channels=[1, 2]", "--size=10 20"]
    assert lines["lofar"] == ["program", "-v", "in.ms", "channels=[1, 2]", "size=10 20"]
    # Two words for each option is a fix; in reverse order and before the flags for wsclean.
    assert lines["argparse"] == ["program", "-v", "in.ms", "--channels", "[1, 2]", "--size", "10 20"]
    assert lines["wsclean"] == ["program", "-size", "10", "20", "-channels", "1", "2", "-v", "in.ms"]
    assert lines["losoto"] == ["program", "-v", "in.ms"]


def test_every_standard_task_is_named(page: Any) -> None:
    text = page("recipes")
    tasks = (PACKAGE / "config/standard_tasks.cfg").read_text(encoding="utf-8")
    for task in re.findall(r"^\[([\w-]+)\]$", tasks, re.MULTILINE):
        assert f"`{task}`" in text, task


def actions(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.ArgumentParser, argparse.Action]]:
    """Yield every option of a command and of its own commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from actions(inner)
        elif action.help is not argparse.SUPPRESS and action.dest not in ("help", "debug"):
            yield parser, action


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_option_of_a_command_has_a_row(name: str, page: Any) -> None:
    text = page("commands")
    _, subparsers = make_parser()
    importlib.import_module(COMMANDS[name].module).genericpipe_add_commands(subparsers)
    sections = dict(
        part.split("\n", 1) for part in re.split(r"^#+ (?=genericpipe)", text, flags=re.MULTILINE)[1:]
    )
    for parser, action in actions(subparsers.choices[name]):
        table = {key.split()[0]: row for key, row in rows(sections[parser.prog]).items()}
        for option in action.option_strings or [str(action.metavar or action.dest)]:
            assert option in table, f"{parser.prog} {option}"


def test_the_summary_of_every_command_is_there(page: Any) -> None:
    text = page("commands")
    for name, command in COMMANDS.items():
        assert f"| [{name}](#genericpipe-{name}) | {command.group} | {command.summary} |" in text


def test_every_option_of_the_legacy_command_has_a_row(page: Any) -> None:
    legacy = page("commands").partition("\n## genericpipeline.py\n")[2].partition("\n## ")[0]
    table = {key.split()[0]: row for key, row in rows(legacy).items()}
    # Contract 1; --args is internal and has no effect.
    for option in "-h -v -d -j -c -t -r -w -n --start-time --loglevel --task-file --dry-run".split():
        assert option in table
    assert "--args" not in table
    known = {text for option in legacyoptions._make_parser().option_list for text in option._long_opts}
    assert known - {"--args"} <= set(table)


def test_every_exit_status_has_a_row(page: Any) -> None:
    section = page("commands").partition("\n## Exit statuses\n")[2].partition("\n## ")[0]
    told = {int(number) for number in re.findall(r"^\| (\d) \|", section, re.MULTILINE)}
    assert told == {int(status) for status in ExitStatus}


def sources() -> Iterator[ast.Module]:
    for path in PACKAGE.rglob("*.py"):
        yield ast.parse(path.read_text(encoding="utf-8"))


def test_every_environment_variable_that_is_read_has_a_row(page: Any) -> None:
    section = page("commands").partition("\n## Environment variables\n")[2]
    read = set()
    for tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            name = node.args[0]
            is_environment = "environ" in ast.unparse(node.func.value) and node.func.attr == "get"
            if is_environment and isinstance(name, ast.Constant) and str(name.value).isupper():
                read.add(str(name.value))
        read |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.fullmatch(r"GENERICPIPE_\w+", node.value)
        }
    assert read >= {"GENERICPIPE_PLUGINS", "GENERICPIPE_TRACE_PLUGINS", "NO_COLOR", "TERM"}
    assert {name for name in read if f"`{name}`" not in section} == set()


def test_every_setting_that_is_read_has_a_row(page: Any) -> None:
    text = page("configuration")
    sections = dict(part.split("\n", 1) for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:])
    reads = set()
    for tree in sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("stripped", "text", "find", "get")
                and ast.unparse(node.func.value) in ("raw", "config", "self.config", "run.config")
                and len(node.args) == 2
                and isinstance(node.args[1], ast.Constant)
            ):
                section = node.args[0]
                name = section.value if isinstance(section, ast.Constant) else ast.unparse(section)
                reads.add((str(name), str(node.args[1].value)))
    # `format` is only the first that log lines read through a helper; both stand in contract 2.
    reads |= {("logging", "format"), ("logging", "datefmt"), ("DEFAULT", "recipe_directories")}
    assert {section for section, _ in reads} >= {"DEFAULT", "layout", "remote", "feedback", "local"}
    for section, key in reads - {("DEFAULT", "start_time")}:
        assert key in rows(sections[f"[{section}]"]), f"[{section}] {key}"


def test_the_methods_that_run_are_named(page: Any) -> None:
    row = rows(page("configuration"))["method"]
    offered = set(built_in("executors"))
    assert offered <= set(REMOTE_METHODS)
    remote = page("configuration").partition("### [remote]")[2].partition("### ")[0]
    assert all(f"`{method}`" in remote for method in offered), row


def test_every_event_of_the_journal_has_a_row_with_its_keys(page: Any) -> None:
    table = rows(page("files"))
    tree = ast.parse((PACKAGE / "engine/journal/recorder.py").read_text(encoding="utf-8"))
    spread = {"_key": {"step", "passes"}, "_job": {"step", "passes", "index"}}
    events = {}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "self._write" and node.args):
            continue
        keys: set[str] = set()
        for keyword in node.keywords:
            if keyword.arg is not None:
                keys.add(keyword.arg)
            elif isinstance(keyword.value, ast.Call):
                called = ast.unparse(keyword.value.func)
                keys |= spread.get(called, set())
                keys |= {inner.arg for inner in keyword.value.keywords if inner.arg}
        assert isinstance(node.args[0], ast.Constant)
        events[str(node.args[0].value)] = keys
    assert {"run_started", "step_finished", "job_finished", "text"} <= set(events)
    for event, keys in events.items():
        cells = set(re.findall(r"`(\w+)`", table[event]))
        assert keys <= cells, f"{event}: {sorted(keys - cells)}"


def test_a_site_can_show_its_own_declarations(
    extension: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "house.py").write_text(
        "from genericpipe import ControlKey, StepKind, hookimpl\n"
        "@hookimpl\n"
        "def genericpipe_step_kinds():\n"
        "    key = ControlKey('queue', 'str', 'short', 'Waiting | or not.', choices=('short', 'long'))\n"
        "    return {'batch': StepKind('batch', 'Waits.', type_is='task', control_keys=(key,), run='a:b')}\n"
        "@hookimpl\n"
        "def genericpipe_control_keys():\n"
        "    return [ControlKey('house_rule', 'bool', 'False', 'Ours.')]\n"
    )
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(tmp_path))
    declarations = extension["declarations"]
    shown = declarations.step_kind("batch")
    assert "Waits." in shown
    assert "`control.type` names a task." in shown
    assert "| `queue` | str | `short` | Waiting \\| or not. One of `short`, `long`. |" in shown
    assert rows(declarations.any_step("house")).keys() == {"house_rule"}
    assert "house_rule" not in declarations.any_step()
    with pytest.raises(LookupError, match="batch"):
        declarations.step_kind("bacth")


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("a_b *c* <d>", r"a\_b \*c\* \<d\>"),
        ("as --from STEP says", "as `--from` STEP says"),
        ("a well-known word", "a well-known word"),
        ("{{ name }}", r"\{\{ name \}\}"),
    ],
)
def test_help_texts_are_no_markup(text: str, markdown: str, extension: dict[str, ModuleType]) -> None:
    assert extension["pieces"].plain(text) == markdown
