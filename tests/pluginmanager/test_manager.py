from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pluggy
import pytest

from genericpipe import Finding, GenericPipeError, PluginError, Severity, hookimpl
from genericpipe.pluginmanager import PluginManager


def bare(**settings: Any) -> PluginManager:
    return PluginManager(**{"environment": {}, "builtin": {}, "entry_points": False, **settings})


class Site:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    @hookimpl
    def genericpipe_software_versions(self) -> Any:
        return self.answer


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder on sys.path; modules imported from it are forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write_builtin(folder: Path, name: str, hook: str, value: str) -> None:
    source = "from genericpipe import hookimpl\n@hookimpl\n"
    (folder / f"{name}.py").write_text(f"{source}def genericpipe_{hook}():\n    return {value}\n")


def test_a_builtin_is_imported_when_its_hook_is_called_and_no_sooner(modules: Path) -> None:
    write_builtin(modules, "first_builtin", "recipes", "{'a': 1}")
    write_builtin(modules, "second_builtin", "step_kinds", "{'b': 2}")
    manager = bare(builtin={"recipes": ("first_builtin",), "step_kinds": ("second_builtin",)})
    assert "first_builtin" not in sys.modules
    assert manager.hook.genericpipe_recipes() == [{"a": 1}]
    assert "first_builtin" in sys.modules
    assert "second_builtin" not in sys.modules
    assert [plugin.name for plugin in manager.plugins()] == ["first_builtin", "second_builtin"]


def test_sites_are_asked_first_though_builtins_are_registered_later(modules: Path) -> None:
    write_builtin(modules, "versions_builtin", "software_versions", "{'dp3': 'built in'}")
    write_builtin(modules, "another_builtin", "software_versions", "{'dp3': 'also built in'}")
    manager = bare(builtin={"software_versions": ("versions_builtin", "another_builtin")})
    manager.register(Site({"dp3": "of the site"}), "mysite")
    everyone = manager.hook.genericpipe_software_versions(config=None, pipeline=None)
    found = [answer["dp3"] for answer in everyone]
    assert found == ["of the site", "built in", "also built in"]
    answers = manager.answers("software_versions", config=None, pipeline=None)
    assert [answer.plugin.name for answer in answers] == ["versions_builtin", "another_builtin", "mysite"]


def test_sites_only_leaves_builtins_unimported(modules: Path) -> None:
    write_builtin(modules, "unwanted_builtin", "software_versions", "{}")
    manager = bare(builtin={"software_versions": ("unwanted_builtin",)})
    manager.register(Site({"a": "1"}), "mysite")
    answers = manager.answers("software_versions", sites_only=True, config=None, pipeline=None)
    assert [answer.value for answer in answers] == [{"a": "1"}]
    assert "unwanted_builtin" not in sys.modules
    assert len(manager.answers("software_versions", config=None, pipeline=None)) == 2


def test_a_changed_job_is_handed_from_builtin_to_site(modules: Path) -> None:
    source = "from genericpipe import hookimpl\n@hookimpl\ndef genericpipe_prepare_job(job):\n"
    (modules / "threads_builtin.py").write_text(f"{source}    return job + ['built in']\n")

    class Last:
        @hookimpl
        def genericpipe_prepare_job(self, job: list[str]) -> list[str]:
            return [*job, "site"]

    manager = bare(builtin={"prepare_job": ("threads_builtin",)})
    manager.register(Last(), "mysite")
    assert manager.passed_through("prepare_job", "job", step=None, job=[]) == ["built in", "site"]


def test_answers_pass_through_wrappers_and_other_names() -> None:
    class Wrapper:
        @pluggy.HookimplMarker("genericpipe")(wrapper=True)
        def genericpipe_software_versions(self) -> Any:
            answers = yield
            return [{**answer, "wrapped": "yes"} for answer in answers]

    class Renamed:
        @hookimpl(specname="genericpipe_software_versions")
        def versions(self) -> Mapping[str, str]:
            return {"b": "2"}

    manager = bare()
    manager.register(Site({"a": "1"}), "plain")
    manager.register(Renamed(), "renamed")
    manager.register(Wrapper(), "wrapper")
    answers = manager.answers("software_versions", config=None, pipeline=None)
    found = {answer.plugin.name: answer.value for answer in answers}
    assert found == {"plain": {"a": "1", "wrapped": "yes"}, "renamed": {"b": "2", "wrapped": "yes"}}


class Failing:
    @hookimpl
    def genericpipe_lint(self, pipeline: Any) -> None:
        raise KeyError(pipeline)


class FailingLate:
    @hookimpl
    def genericpipe_lint(self, pipeline: Any) -> Any:
        yield "one"
        raise KeyError(pipeline)


@pytest.mark.parametrize("plugin", [Failing(), FailingLate()])
def test_an_unexpected_error_says_whose_it_is(plugin: object) -> None:
    """Also one of a generator, which fails only when it is asked for more."""
    manager = bare()
    manager.register(plugin, "failing", "folder /site")
    with pytest.raises(KeyError) as caught:
        manager.answers("lint", pipeline="mapfile")
    assert caught.value.__notes__ == ["in genericpipe_lint of plugin 'failing' (folder /site)"]


def test_an_error_for_the_user_passes_and_only_observers_are_held() -> None:
    class Refusing:
        @hookimpl
        def genericpipe_run_started(self) -> None:
            raise GenericPipeError("no")

        @hookimpl
        def genericpipe_lint(self) -> None:
            raise GenericPipeError("no")

    manager = bare()
    manager.register(Refusing(), "refusing", "folder /site")
    with pytest.raises(GenericPipeError, match=r"^no$"):
        manager.answers("lint", pipeline=None)
    assert manager.observe("run_started", run=None) == [
        Finding(
            Severity.WARNING,
            "plugin-failed",
            "plugin 'refusing' (folder /site) failed in run_started: GenericPipeError: no",
            manager.plugins()[0].location,
            "mend the plugin, or take it out",
        )
    ]


def test_a_name_is_taken_once() -> None:
    manager = bare()
    manager.register(Site({}), "site", "folder /one")
    with pytest.raises(PluginError, match="two plugins are called 'site': folder /one, and folder /two"):
        manager.register(Site({}), "site", "folder /two")


def test_what_implements_nothing_is_not_registered() -> None:
    manager = bare()
    assert manager.register(object(), "nothing") is None
    assert manager.plugins() == []


def test_a_broken_plugin_stops_hook_calls_unless_tolerated(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("from genericpipe import hookimpl\n\nimport no_such_package_here\n")
    (tmp_path / "good.py").write_text(
        "from genericpipe import hookimpl\n@hookimpl\ndef genericpipe_recipes():\n    return {'x': 1}\n"
    )
    strict = bare(folders=[tmp_path])
    for _ in range(2):
        with pytest.raises(PluginError) as caught:
            strict.hook.genericpipe_recipes()
    assert "plugin 'bad'" in caught.value.message
    assert "No module named 'no_such_package_here'" in caught.value.message
    assert str(caught.value.location) == f"{tmp_path / 'bad.py'}:3"
    tolerant = bare(folders=[tmp_path], tolerant=True)
    assert tolerant.hook.genericpipe_recipes() == [{"x": 1}]
    assert [error.message for error in tolerant.broken] == [caught.value.message]


def test_a_broken_builtin_is_told_like_any_other() -> None:
    with pytest.raises(PluginError, match=r"'no_such_builtin' \(built in\) cannot be loaded"):
        bare(builtin={"recipes": ("no_such_builtin",)}).answers("recipes")
    tolerant = bare(builtin={"recipes": ("no_such_builtin",)}, tolerant=True)
    assert tolerant.answers("recipes") == []
    assert len(tolerant.broken) == 1


def test_a_trace_tells_who_answered_what(capsys: pytest.CaptureFixture[str]) -> None:
    class Bound:
        @hookimpl
        def genericpipe_locate_program(self, name: str) -> Path | None:
            return Path("/opt") / name if name == "DP3" else None

    manager = bare(environment={"GENERICPIPE_TRACE_PLUGINS": "1"})
    manager.register(Bound(), "mysite")
    assert manager.hook.genericpipe_locate_program(name="DP3", step=None) == Path("/opt/DP3")
    assert manager.hook.genericpipe_locate_program(name="x" * 500, step=None) is None
    first, answered, second, unanswered = capsys.readouterr().err.splitlines()
    assert first == "hook locate_program(name='DP3', step=None)"
    assert answered == "  mysite: PosixPath('/opt/DP3')"
    assert len(second) < 150
    assert "..." in second
    assert unanswered == "  mysite: None"


def test_a_trace_shows_what_a_generator_gives(capsys: pytest.CaptureFixture[str]) -> None:
    class Lazy:
        @hookimpl
        def genericpipe_lint(self) -> Any:
            yield "one"
            yield "two"

    manager = bare(environment={"GENERICPIPE_TRACE_PLUGINS": "1"})
    manager.register(Lazy(), "mysite")
    assert manager.hook.genericpipe_lint(pipeline=None) == [["one", "two"]]
    assert "  mysite: ['one', 'two']\n" in capsys.readouterr().err


def test_a_trace_tells_what_was_raised(capsys: pytest.CaptureFixture[str]) -> None:
    class Failing:
        @hookimpl
        def genericpipe_recipes(self) -> None:
            raise ValueError("bad day")

    manager = bare(environment={"GENERICPIPE_TRACE_PLUGINS": "1"})
    manager.register(Failing(), "mysite")
    with pytest.raises(ValueError, match="bad day"):
        manager.hook.genericpipe_recipes()
    assert "  mysite: raised ValueError('bad day')" in capsys.readouterr().err


@pytest.mark.parametrize("setting", ["", "0"])
def test_no_trace_unless_wanted(setting: str, capsys: pytest.CaptureFixture[str]) -> None:
    manager = bare(environment={"GENERICPIPE_TRACE_PLUGINS": setting})
    manager.register(Site({}), "mysite")
    manager.hook.genericpipe_software_versions(config=None, pipeline=None)
    assert capsys.readouterr().err == ""


def test_who_implements_a_hook() -> None:
    class Changes:
        @hookimpl
        def genericpipe_prepare_job(self, step: object, job: object) -> None: ...

    manager = bare()
    manager.register(Changes(), "changes")
    assert [plugin.name for plugin in manager.implementers("prepare_job")] == ["changes"]
    assert manager.implementers("mock_outputs") == []
