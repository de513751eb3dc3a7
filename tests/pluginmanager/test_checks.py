from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import ModuleType
from typing import Any

import pytest

from genericpipe import PluginError, hookimpl
from genericpipe.pluginmanager.checks import implementations


def plugin(name: str, function: Callable[..., Any]) -> ModuleType:
    module = ModuleType("site")
    setattr(module, name, function)
    return module


def lint_of(pipeline: Any) -> Any:
    return pipeline


@pytest.mark.parametrize(
    ("name", "marked", "message", "hint"),
    [
        ("genericpipe_lnt", True, "there is no hook 'genericpipe_lnt'", "did you mean 'genericpipe_lint'?"),
        ("genericpipe_lnt", False, "there is no hook 'genericpipe_lnt'", "did you mean 'genericpipe_lint'?"),
        ("lint", True, "there is no hook 'lint'", "did you mean 'genericpipe_lint'?"),
        ("genericpipe_lint", False, "genericpipe_lint is not marked", "@hookimpl"),
        ("genericpipe_xyzzy", True, "there is no hook 'genericpipe_xyzzy'", "genericpipe plugins --hooks"),
    ],
)
def test_a_function_that_would_never_be_called(name: str, marked: bool, message: str, hint: str) -> None:
    def function(pipeline: Any) -> None:
        """Do nothing: only the name matters."""

    with pytest.raises(PluginError) as caught:
        implementations(plugin(name, hookimpl(function) if marked else function), "plugin 'mine'")
    assert caught.value.message.startswith(f"plugin 'mine': {message}")
    assert hint in caught.value.hint
    assert str(caught.value.location) == f"{__file__}:{function.__code__.co_firstlineno}"


def test_an_argument_the_hook_does_not_have() -> None:
    def wrong(pipelines: Any) -> None:
        """Do nothing: only the argument matters."""

    with pytest.raises(PluginError, match="genericpipe_lint has no argument 'pipelines'") as caught:
        implementations(plugin("genericpipe_lint", hookimpl(wrong)), "plugin 'mine'")
    assert caught.value.hint == "did you mean 'pipeline'? the hook gives: pipeline"
    assert caught.value.location is not None
    assert caught.value.location.line == wrong.__code__.co_firstlineno


def test_a_hook_without_arguments() -> None:
    with pytest.raises(PluginError, match="genericpipe_recipes has no argument 'pipeline'") as caught:
        implementations(plugin("genericpipe_recipes", hookimpl(lambda pipeline: {})), "plugin 'mine'")
    assert caught.value.hint == "the hook gives no arguments"


def test_an_argument_that_would_never_be_filled() -> None:
    def default(pipeline: Any = None) -> None:
        """Do nothing: only the default matters."""

    def keyword(*, pipeline: Any) -> None:
        """Do nothing: only the star matters."""

    for function in (default, keyword):
        with pytest.raises(PluginError, match=r"'pipeline' of genericpipe_lint .* would never be filled"):
            implementations(plugin("genericpipe_lint", hookimpl(function)), "plugin 'mine'")


def test_one_hook_implemented_twice() -> None:
    module = plugin("genericpipe_lint", hookimpl(lambda: None))
    module.other = hookimpl(lambda: None, specname="genericpipe_lint")
    with pytest.raises(PluginError, match="genericpipe_lint is implemented twice"):
        implementations(module, "plugin 'mine'")


def test_what_is_right_is_found_and_nothing_else_is_touched() -> None:
    class Site:
        @property
        def genericpipe_trap(self) -> None:
            raise AssertionError("evaluated")

        @cached_property
        def genericpipe_other_trap(self) -> None:
            raise AssertionError("evaluated")

        @hookimpl
        def genericpipe_lint(self, pipeline: Any, cache: Any = ()) -> Any:
            return (pipeline, cache)

        @staticmethod
        @hookimpl
        def genericpipe_recipes() -> dict[str, int]:
            return {"a": 1}

        @classmethod
        @hookimpl
        def genericpipe_step_kinds(cls) -> str:
            return cls.__name__

        def helper(self) -> None:
            """Do nothing: it is no hook."""

    found = implementations(Site(), "plugin 'mine'")
    assert list(found) == ["genericpipe_lint", "genericpipe_recipes", "genericpipe_step_kinds"]
    assert found["genericpipe_lint"]("p") == ("p", ())
    assert found["genericpipe_recipes"]() == {"a": 1}
    assert found["genericpipe_step_kinds"]() == "Site"


def test_the_name_of_a_hook_may_stand_elsewhere() -> None:
    found = implementations(plugin("check", hookimpl(lint_of, specname="genericpipe_lint")), "plugin 'mine'")
    assert list(found) == ["genericpipe_lint"]
