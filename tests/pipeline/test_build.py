"""The pipeline as a whole: what is there from the start, what is told and not raised (contract 5, 6.5)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from genericpipe.config import Config, Settings, load
from genericpipe.errors import Severity
from genericpipe.parset import parse
from genericpipe.pipeline import Pipeline, build, resolve

Build = Callable[..., Pipeline]

ONE = "pipeline.steps = [s]\ns.control.type = dppp\n"


def codes(pipeline: Pipeline) -> list[str]:
    return [finding.code for finding in pipeline.findings]


def test_the_dictionaries_of_a_run(pipeline_of: Build, tmp_path: Path) -> None:
    there = pipeline_of(ONE + 'pipeline.mapfile = "{{ dir }}/in.mapfile"\n! dir = /maps\n').dictionaries
    assert there["input"]["job_name"] == "job"
    assert there["input"]["parset"] == str(tmp_path / "main.parset")
    assert there["input"]["mapfile"] == "/maps/in.mapfile"
    assert Path(there["input"]["mapfile_dir"]).name == "mapfiles"
    assert Path(there["input"]["parset_dir"]).name == "parsets"


def test_fix_the_run_is_called_input_genericpipeline_and_as_the_job(pipeline_of: Build) -> None:
    there = pipeline_of(ONE).dictionaries
    assert there["job"] is there["input"]
    assert there["genericpipeline"] is there["input"]


def test_without_a_mapfile_there_is_none(pipeline_of: Build) -> None:
    assert "mapfile" not in pipeline_of(ONE).dictionaries["input"]


def test_sections_of_the_configuration_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "pipeline.cfg").write_text("[remote]\nmethod = local\n[foo]\nBar = x\n", encoding="utf-8")
    config = load(Settings("job", config=tmp_path / "pipeline.cfg"))
    there = build(parse(ONE), config, environ={}).dictionaries
    assert resolve("remote.output.method foo.output.Bar input.output.BAR", there).text == "local x x"


def test_the_plugin_path(pipeline_of: Build) -> None:
    def path(text: str) -> tuple[str, ...]:
        return pipeline_of(f"! d = /opt\n{ONE}pipeline.pluginpath = {text}\n").pluginpath

    assert path("plugins") == ("plugins",)
    assert path('"{{ d }}/plugins"') == ("/opt/plugins",)
    assert path("") == ()


def test_fix_the_plugin_path_may_be_a_list(pipeline_of: Build) -> None:
    pipeline = pipeline_of(ONE + "pipeline.pluginpath = [a, 'b c',,a]\n")
    assert pipeline.pluginpath == ("a", "b c")


@pytest.mark.parametrize("key", ["mapfile", "pluginpath"])
def test_fix_a_placeholder_left_in_a_line_of_the_pipeline_is_told(pipeline_of: Build, key: str) -> None:
    (finding,) = pipeline_of(f"{ONE}pipeline.{key} = {{{{ lost }}}}\n").findings
    assert (finding.code, str(finding.location)) == ("unresolved-option", "main.parset:3")


def test_options_from_outside_win_and_defaults_give_way(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        "! a = parset\n! b = parset\n" + ONE + "s.argument.x = {{ a }} {{ b }} {{ c }}\n",
        options={"a": "outside"},
        replacements={"b": "plugin", "c": "plugin"},
    )
    assert pipeline.steps[0].arguments["x"].text == "outside parset plugin"


def test_an_option_from_outside_that_nothing_defines_is_told(pipeline_of: Build) -> None:
    (finding,) = pipeline_of("! target = 1\n" + ONE, options={"taget": "1"}).findings
    assert (finding.code, finding.severity) == ("unknown-option", Severity.ERROR)
    assert "'target'" in finding.hint


def test_an_option_from_outside_that_uses_itself_is_told(pipeline_of: Build) -> None:
    pipeline = pipeline_of("! a = 1\n" + ONE + "s.argument.x = {{ a }}\n", options={"a": "x{{ a }}"})
    assert codes(pipeline) == ["option-circle"]


def test_the_environment_of_the_process_serves_unless_another_is_given(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GP_TEST_DIR", "/of/the/process")
    parset = parse("! d = $GP_TEST_DIR\n" + ONE + "s.argument.d = {{ d }}\n")
    assert build(parset, config).steps[0].arguments["d"].text == os.environ["GP_TEST_DIR"]
    assert build(parset, config, environ={}).steps[0].arguments["d"].text == "$GP_TEST_DIR"


def test_steps_that_are_defined_and_not_listed(pipeline_of: Build) -> None:
    text = ONE + "a.control.type = dppp\nb.argument.x = 1\ns.argument.c.control.x = 1\n"
    assert {name: where.line for name, where in pipeline_of(text).unlisted.items()} == {"a": 3}


def test_a_step_of_a_loop_is_listed(pipeline_of: Build) -> None:
    text = "pipeline.steps = [l]\nl.control.kind = loop\nl.control.loopcount = 1\nl.control.loopsteps = [s]\n"
    assert pipeline_of(text + "s.control.type = dppp\n").unlisted == {}


def test_a_finding_is_told_once(pipeline_of: Build) -> None:
    text = "pipeline.steps = [x,x]\npipeline.steps.x = [s,]\ns.control.type = dppp\n"
    assert codes(pipeline_of(text)) == ["empty-step"]


def test_findings_of_the_configuration_and_of_the_parset_come_along(config: Config) -> None:
    (finding,) = build(parse(ONE + "s.argument.x = a\ns.argument.x = b\n"), config).findings
    assert finding.code == "duplicate-key"
    again = build(parse(ONE), replace(config, findings=(finding,)))
    assert again.findings == (finding,)


GROWING = "".join(f"! a{i} = {{{{ a{i + 1} }}}}{{{{ a{i + 1} }}}}\n" for i in range(19)) + "! a19 = x\n"


@pytest.mark.parametrize(
    "line",
    [
        "s.argument.x = {}",
        "s.control.kind = {}",
        "s.control.cmdline.a = {}",
        "pipeline.mapfile = {}",
        "pipeline.pluginpath = [{}]",
        "pipeline.steps = [s,{}]",
    ],
)
def test_a_line_that_grows_beyond_measure_is_told(pipeline_of: Build, line: str) -> None:
    pipeline = pipeline_of(f"{GROWING}{ONE}{line.format('{{ a0 }}' * 3)}\n")
    errors = [f for f in pipeline.findings if f.severity is Severity.ERROR]
    assert ["grow beyond" in f.message for f in errors] == [True]


def test_building_takes_no_square_of_the_number_of_steps(pipeline_of: Build) -> None:
    def seconds(count: int) -> float:
        names = ",\n".join(f"s{i}" for i in range(count))
        lines = "".join(f"s{i}.control.type = dppp\ns{i}.argument.x = {{{{ o }}}}\n" for i in range(count))
        started = time.process_time()
        assert len(pipeline_of(f"! o = 1\npipeline.steps = [{names}]\n{lines}").steps) == count
        return time.process_time() - started

    few = max(seconds(500), 0.01)
    assert seconds(4000) < 8 * few * 4  # a square would be 64 times as long
