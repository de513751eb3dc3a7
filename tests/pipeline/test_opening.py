"""From files to a pipeline: what every command does first."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genericpipe.config import Settings
from genericpipe.errors import GenericPipeError
from genericpipe.pipeline.opening import job_name, open_config, open_pipeline
from genericpipe.pluginmanager import PluginManager


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.b.parset", "a.b"), ("/x/Pre-Facet-Cal.parset", "Pre-Facet-Cal"), ("noext", "noext")],
)
def test_a_job_is_called_after_its_parset_without_the_last_extension(path: str, name: str) -> None:
    assert job_name(path) == name


SITE = """
from genericpipe import hookimpl

@hookimpl
def genericpipe_task_definitions(config):
    return {"site_task": {"recipe": "executable_args", "executable": "/bin/" + config.job_name}}

@hookimpl
def genericpipe_replacements(config):
    return {"site": "of the plugin", "both": "of the plugin"}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PluginManager:
    """Return a manager that knows a site's plugin from a folder."""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "site_gp.py").write_text(SITE, encoding="utf-8")
    monkeypatch.setenv("GENERICPIPE_PLUGINS", str(tmp_path / "plugins"))
    monkeypatch.chdir(tmp_path)
    return PluginManager()


def test_plugins_give_tasks_and_defaults_for_options(site: PluginManager, tmp_path: Path) -> None:
    (tmp_path / "a.parset").write_text(
        "! both = of the parset\npipeline.steps = [s]\n"
        "s.control.type = site_task\ns.argument.x = {{ site }}, {{ both }}\n",
        encoding="utf-8",
    )
    pipeline = open_pipeline("a.parset", Settings("job"), site)
    assert pipeline.config.tasks["site_task"].settings["executable"] == "/bin/job"
    assert pipeline.steps[0].arguments["x"].text == "of the plugin, of the parset"
    assert list(pipeline.findings) == []


def test_the_configuration_alone(site: PluginManager) -> None:
    config = open_config(Settings("job"), site)
    assert {"site_task", "dppp", "executable_args", "pythonplugin"} <= set(config.tasks)


def test_a_parset_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GenericPipeError, match="Unable to open file"):
        open_pipeline(tmp_path / "lost.parset", Settings("job"), PluginManager())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60).map(
        lambda tail: b"pipeline.steps = [a]\na.control.type = dppp\na.argument.x = " + tail
    )
)
def test_any_file_gives_a_pipeline_or_an_error_of_ours(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.parset").write_bytes(data)
    with suppress(GenericPipeError):
        assert open_pipeline(tmp_path / "any.parset", Settings("job"), PluginManager()).name == "job"


def test_the_commands_show_a_sub_pipeline_in_its_place(project: Callable[..., object]) -> None:
    made = project(
        {
            "main.parset": "pipeline.steps = [p]\np.control.kind = pipeline\np.control.type = sub.parset\n",
            "sub.parset": "pipeline.steps = [s]\ns.control.kind = plugin\ns.control.type = createMapfile\n",
        }
    )
    shown = made.run("plan", "--format", "json", "main.parset").json()  # type: ignore[attr-defined]
    assert [inner["name"] for inner in shown["steps"][0]["steps"]] == ["p-s"]
