"""Sub-pipelines (contract 6.3): names, references, options and what LOFAR's own fell over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from genericpipe.errors import Findings, Severity
from genericpipe.pipeline import Pipeline, Step, unfold

Build = Callable[..., Pipeline]

MAIN = """
    pipeline.steps = [make,p]
    make.control.kind = plugin
    make.control.type = createMapfile
    p.control.kind = pipeline
    p.control.type = sub.parset
"""


def by_name(pipeline: Pipeline) -> dict[str, Step]:
    return {step.name: step for step in pipeline.walk()}


def argument(pipeline: Pipeline, step: str, key: str) -> str:
    return by_name(pipeline)[step].arguments[key].text


def errors(pipeline: Pipeline) -> list[str]:
    return [f.code for f in pipeline.findings if f.severity is not Severity.WARNING]


def test_fix_a_step_without_arguments_is_entered(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s1,s2]\ns1.control.type = dppp\ns2.control.type = dppp\n"
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    assert errors(pipeline) == []
    assert [step.name for step in pipeline.walk()] == ["make", "p", "p-s1", "p-s2"]
    assert by_name(pipeline)["p-s1"].definition == "s1"
    assert by_name(pipeline)["p-s1"].parset == "sub.parset"


def test_repeats_number_inside_and_outside(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s1,s1]\ns1.control.type = dppp\ns1.argument.x = s1.output.mapfile\n"
    pipeline = pipeline_of(MAIN.replace("[make,p]", "[p,p]"), {"sub.parset": sub})
    names = [step.name for step in pipeline.walk()]
    assert names == ["p", "p-s1", "p-s11", "p1", "p1-s1", "p1-s11"]
    assert argument(pipeline, "p-s11", "x") == "p-s1.output.mapfile"
    assert argument(pipeline, "p1-s1", "x") == "p1-s1.output.mapfile"
    assert errors(pipeline) == []


def test_fix_sublists_options_and_plugin_path_of_a_sub_pipeline(pipeline_of: Build) -> None:
    sub = """
        ! first = a
        pipeline.steps = [{{ first }},grp]
        pipeline.steps.grp = [b,c]
        pipeline.pluginpath = inner/{{ first }}
        a.control.type = dppp
        b.control.type = dppp
        c.control.type = dppp
        """
    pipeline = pipeline_of(
        "pipeline.pluginpath = outer\n" + MAIN.replace("\n    ", "\n"), {"sub.parset": sub}
    )
    assert [step.name for step in pipeline.steps[1].body] == ["p-a", "p-b", "p-c"]
    assert pipeline.pluginpath == ("outer", "inner/a")


def test_fix_references_are_renamed_as_whole_tokens(pipeline_of: Build) -> None:
    sub = """
        pipeline.steps = [da,s1,xs1]
        da.control.type = dppp
        s1.control.type = dppp
        s1.control.mapfile_in = da.output.mapfile
        s1.argument.x = /data/da:da.output.mapfile
        xs1.control.type = dppp
        xs1.argument.x = xs1.output.a,s1.output.b,make.output.mapfile,/s1/s1
        xs1.control.cmdline.z = s1.output.c
        """
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    step = by_name(pipeline)["p-s1"]
    assert step.arguments["x"].text == "/data/da:p-da.output.mapfile"
    assert step.control["mapfile_in"].text == "p-da.output.mapfile"
    last = by_name(pipeline)["p-xs1"]
    assert last.arguments["x"].text == "p-xs1.output.a,p-s1.output.b,make.output.mapfile,/s1/s1"
    assert last.cmdline[0].text == "p-s1.output.c"


def test_a_step_inside_hides_one_of_that_name_outside(pipeline_of: Build) -> None:
    sub = """
        pipeline.steps = [make]
        make.control.type = dppp
        make.argument.x = make.output.mapfile
        make.argument.outer = {{ outer }}
        """
    pipeline = pipeline_of(
        "! outer = make.output.mapfile\n" + MAIN.replace("\n    ", "\n"), {"sub.parset": sub}
    )
    assert argument(pipeline, "p-make", "x") == "p-make.output.mapfile"
    # An option of the pipeline around it means that pipeline's step.
    assert argument(pipeline, "p-make", "outer") == "make.output.mapfile"


def test_a_reference_put_together_from_options_is_renamed(pipeline_of: Build) -> None:
    sub = """
        ! which = s1
        ! ref = {{ which }}.output.mapfile
        pipeline.steps = [s1]
        s1.control.type = dppp
        s1.argument.a = {{ which }}.output.mapfile
        s1.argument.b = [{{ ref }},x]
        """
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    assert argument(pipeline, "p-s1", "a") == "p-s1.output.mapfile"
    assert argument(pipeline, "p-s1", "b") == "[p-s1.output.mapfile,x]"


def nested(pipeline_of: Build, **inner: str) -> Pipeline:
    sub = """
        pipeline.steps = [s0,q,s]
        s0.control.type = dppp
        q.control.kind = pipeline
        q.control.type = inner.parset
        s.control.type = dppp
        s.argument.short = q-s.output.x
        s.argument.full = p-q-s.output.x
        """
    text = """
        pipeline.steps = [s]
        s.control.type = dppp
        s.argument.own = s.output.x
        s.argument.around = s0.output.x
        s.argument.outside = make.output.x
        """
    return pipeline_of(MAIN, {"sub.parset": sub, "inner.parset": text})


def test_sub_pipelines_in_sub_pipelines(pipeline_of: Build) -> None:
    pipeline = nested(pipeline_of)
    assert [step.name for step in pipeline.walk()] == ["make", "p", "p-s0", "p-q", "p-q-s", "p-s"]
    assert argument(pipeline, "p-q-s", "own") == "p-q-s.output.x"
    assert argument(pipeline, "p-q-s", "around") == "p-s0.output.x"
    assert argument(pipeline, "p-q-s", "outside") == "make.output.x"


def test_fix_a_step_of_an_inner_sub_pipeline_by_its_short_name(pipeline_of: Build) -> None:
    pipeline = nested(pipeline_of)
    assert argument(pipeline, "p-s", "short") == "p-q-s.output.x"
    assert argument(pipeline, "p-s", "full") == "p-q-s.output.x"


def test_fix_loops_inside_carry_the_prefix(pipeline_of: Build) -> None:
    sub = """
        pipeline.steps = [again]
        again.control.kind = loop
        again.control.loopcount = 2
        again.control.loopsteps = [s]
        s.control.type = dppp
        s.argument.n = again.output.counter
        """
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    assert errors(pipeline) == []
    assert [step.name for step in pipeline.walk()] == ["make", "p", "p-again", "p-s"]
    assert argument(pipeline, "p-s", "n") == "p-again.output.counter"


def test_fix_a_sub_pipeline_inside_a_loop(pipeline_of: Build) -> None:
    main = """
        pipeline.steps = [again]
        again.control.kind = loop
        again.control.loopcount = 3
        again.control.loopsteps = [p]
        p.control.kind = pipeline
        p.control.type = sub.parset
        """
    sub = "pipeline.steps = [s]\ns.control.type = dppp\ns.argument.n = again.output.counter\n"
    pipeline = pipeline_of(main, {"sub.parset": sub})
    assert [step.name for step in pipeline.walk()] == ["again", "p", "p-s"]
    assert argument(pipeline, "p-s", "n") == "again.output.counter"


OPTIONS = """
    ! tag = own
    ! nest = {{ tag }}/x
    pipeline.steps = [s]
    s.control.type = dppp
    s.argument.tag = {{ tag }}
    s.argument.nest = {{ nest }}
    s.argument.outer = {{ outer }}
    s.argument.outer_nest = {{ outer_nest }}
"""


def with_options(pipeline_of: Build, *lines: str) -> Pipeline:
    main = "\n".join(
        [
            "! tag = main",
            "! outer = around",
            "! outer_nest = {{ outer }}/y",
            *(line.strip() for line in MAIN.strip().splitlines()),
            *lines,
        ]
    )
    return pipeline_of(main, {"sub.parset": OPTIONS})


def test_an_option_of_the_sub_pipeline_wins_over_one_around_it(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of)
    assert argument(pipeline, "p-s", "tag") == "own"
    assert argument(pipeline, "p-s", "nest") == "own/x"
    assert argument(pipeline, "p-s", "outer") == "around"
    assert argument(pipeline, "p-s", "outer_nest") == "around/y"


def test_an_argument_wins_over_both_and_fix_options_that_use_it_follow(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, 'p.argument.tag = "given"', "p.argument.outer = new")
    assert argument(pipeline, "p-s", "tag") == "given"
    assert argument(pipeline, "p-s", "nest") == "given/x"
    assert argument(pipeline, "p-s", "outer") == "new"
    # replaced where it is defined: around the sub-pipeline
    assert argument(pipeline, "p-s", "outer_nest") == "around/y"


def test_an_argument_is_filled_in_with_the_options_around(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, "p.argument.tag = <{{ tag }}>")
    assert argument(pipeline, "p-s", "tag") == "<main>"


def test_a_reference_in_an_argument_means_a_step_outside(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, "p.argument.tag = s.output.x,make.output.y")
    assert argument(pipeline, "p-s", "tag") == "s.output.x,make.output.y"


def test_an_argument_that_names_nothing_is_ignored_and_told(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, "p.argument.tagg = 1")
    (finding,) = pipeline.findings
    assert (finding.code, finding.severity) == ("unused-argument", Severity.WARNING)
    assert "'tag'" in finding.hint


def test_fix_options_of_a_sub_pipeline_do_not_leave_it(pipeline_of: Build) -> None:
    first = "! exe = inner\npipeline.steps = [s]\ns.control.type = dppp\ns.argument.e = {{ exe }}\n"
    second = first.replace("! exe = inner\n", "")
    main = """
        ! exe = outer
        pipeline.steps = [p,q,r]
        p.control.kind = pipeline
        p.control.type = first.parset
        q.control.kind = pipeline
        q.control.type = second.parset
        r.control.type = dppp
        r.argument.e = {{ exe }}
        """
    pipeline = pipeline_of(main, {"first.parset": first, "second.parset": second})
    assert [argument(pipeline, step, "e") for step in ("p-s", "q-s", "r")] == ["inner", "outer", "outer"]


def test_one_parset_may_serve_several_steps_each_with_its_arguments(pipeline_of: Build) -> None:
    main = """
        pipeline.steps = [p,q]
        p.control.kind = pipeline
        p.control.type = sub.parset
        p.control.mapfile_in = /p
        p.argument.tag = for_p
        q.control.kind = pipeline
        q.control.type = sub.parset
        q.argument.tag = for_q
        """
    sub = """
        ! tag = x
        pipeline.mapfile = /default
        pipeline.steps = [s]
        s.control.type = dppp
        s.argument.t = {{ tag }}
        """
    pipeline = pipeline_of(main, {"sub.parset": sub})
    assert [argument(pipeline, step, "t") for step in ("p-s", "q-s")] == ["for_p", "for_q"]
    handed = [step.scope.handover.text for step in pipeline.steps if step.scope and step.scope.handover]
    assert handed == ["/p", "/default"]


def test_fix_the_default_mapfile_is_read_as_any_value(pipeline_of: Build) -> None:
    sub = """
        ! dir = maps
        pipeline.steps = [s]
        pipeline.mapfile = "{{ dir }}/s.output.key"
        s.control.type = dppp
        """
    scope = pipeline_of(MAIN, {"sub.parset": sub}).steps[1].scope
    assert scope is not None
    assert scope.handover is not None
    assert scope.handover.text == "maps/p-s.output.key"


def test_fix_a_placeholder_left_in_the_default_mapfile_is_told(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s]\npipeline.mapfile = {{ lost }}\ns.control.type = dppp\n"
    assert errors(pipeline_of(MAIN, {"sub.parset": sub})) == ["unresolved-option"]


def test_the_hand_over_keeps_its_name_inside(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s]\ns.control.type = dppp\ns.control.mapfile_in = sub.output.mapfile\n"
    pipeline = pipeline_of(
        MAIN.replace("make,p", "sub,p") + "    sub.control.type = dppp\n", {"sub.parset": sub}
    )
    assert by_name(pipeline)["p-s"].control["mapfile_in"].text == "sub.output.mapfile"


def test_the_hand_over_of_an_inner_sub_pipeline_hides_a_step_around_it(pipeline_of: Build) -> None:
    sub = """
        pipeline.steps = [inner,q]
        inner.control.type = dppp
        q.control.kind = pipeline
        q.control.type = inner.parset
        """
    inner = "pipeline.steps = [s]\ns.control.type = dppp\ns.control.mapfile_in = inner.output.mapfile\n"
    pipeline = pipeline_of(MAIN, {"sub.parset": sub, "inner.parset": inner})
    assert by_name(pipeline)["p-q-s"].control["mapfile_in"].text == "inner.output.mapfile"


def test_fix_a_duplicate_key_in_a_sub_parset_is_a_warning(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s]\ns.control.type = a\ns.control.type = dppp\n"
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    assert by_name(pipeline)["p-s"].type == "dppp"
    assert [(f.code, f.severity) for f in pipeline.findings] == [("duplicate-key", Severity.WARNING)]


def test_environment_variables_in_definitions_of_a_sub_pipeline(pipeline_of: Build) -> None:
    sub = "! d = $HERE\npipeline.steps = [s]\ns.control.type = dppp\ns.argument.d = {{ d }},$HERE\n"
    pipeline = pipeline_of(MAIN, {"sub.parset": sub}, environ={"HERE": "/here"})
    assert argument(pipeline, "p-s", "d") == "/here,$HERE"


def test_a_parset_that_contains_itself_is_told(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [q]\nq.control.kind = pipeline\nq.control.type = sub.parset\n"
    pipeline = pipeline_of(MAIN, {"sub.parset": sub})
    assert [f.code for f in pipeline.findings] == ["steps-circle"]


def test_a_parset_that_is_not_there_is_missing(pipeline_of: Build) -> None:
    (finding,) = pipeline_of(MAIN).findings
    assert (finding.code, finding.severity) == ("no-such-parset", Severity.MISSING)
    assert str(finding.location) == "main.parset:6"


def test_a_parset_beside_the_one_around_it_is_found_with_a_warning(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s]\ns.control.type = dppp\n"
    pipeline = pipeline_of(MAIN.replace("sub.parset", "/old/place/sub.parset"), {"sub.parset": sub})
    assert [step.name for step in pipeline.walk()] == ["make", "p", "p-s"]
    assert [f.code for f in pipeline.findings] == ["parset-beside"]


def test_a_name_too_long_for_a_file_is_missing(pipeline_of: Build) -> None:
    assert errors(pipeline_of(MAIN.replace("sub.parset", "x" * 100_000))) == ["no-such-parset"]


def test_a_parset_that_cannot_be_read_is_told(pipeline_of: Build) -> None:
    pipeline = pipeline_of(MAIN, {"sub.parset": "s.x = 'open\n"})
    assert errors(pipeline) == ["bad-parset"]


def test_a_sub_pipeline_with_the_names_of_other_steps_is_told(pipeline_of: Build) -> None:
    sub = "pipeline.steps = [s]\ns.control.type = dppp\n"
    main = MAIN.replace("make,p", "p-s,p") + "    p-s.control.type = dppp\n"
    assert errors(pipeline_of(main, {"sub.parset": sub})) == ["same-name"]


def test_sub_pipelines_nested_without_end_are_bounded(pipeline_of: Build) -> None:
    text = "pipeline.steps = [p]\np.control.kind = pipeline\np.control.type = {}.parset\n"
    files = {f"n{i}.parset": text.format(f"n{i + 1}") for i in range(300)}
    pipeline = pipeline_of(text.format("n0"), files)
    assert errors(pipeline) == ["bad-list"]


def test_sub_pipelines_that_double_each_other_are_bounded(
    pipeline_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genericpipe.pipeline.structure.MAX_STEPS", 200)
    text = "pipeline.steps = [p,p]\np.control.kind = pipeline\np.control.type = {}.parset\n"
    files = {f"n{i}.parset": text.format(f"n{i + 1}") for i in range(20)}
    pipeline = pipeline_of(text.format("n0"), files)
    assert len(list(pipeline.walk())) <= 200
    assert "bad-list" in errors(pipeline)


def test_unfolding_without_references_gives_the_steps_that_are_there(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, "p.argument.tag = given", "p.argument.outer = new")
    step = by_name(pipeline)["p"]
    findings = Findings()
    again = unfold(step, {key: value.text for key, value in step.arguments.items()}, findings)
    assert again == step.body
    assert list(findings) == []


def test_unfolding_puts_resolved_arguments_in(pipeline_of: Build) -> None:
    pipeline = with_options(pipeline_of, "p.argument.tag = make.output.tag")
    step = by_name(pipeline)["p"]
    (inner,) = unfold(step, {"tag": "late"}, Findings())
    assert inner.arguments["nest"].raw == "late/x"


def test_unfolding_keeps_an_argument_that_is_not_given(pipeline_of: Build) -> None:
    step = by_name(with_options(pipeline_of, "p.argument.tag = given"))["p"]
    (inner,) = unfold(step, {}, Findings())
    assert inner.arguments["tag"].text == "given"


def test_unfolding_an_inner_sub_pipeline(pipeline_of: Build) -> None:
    step = by_name(nested(pipeline_of))["p-q"]
    assert unfold(step, {}, Findings()) == step.body


def test_only_sub_pipelines_are_unfolded(pipeline_of: Build, tmp_path: Path) -> None:
    step = by_name(with_options(pipeline_of))["make"]
    assert unfold(step, {}, Findings()) == ()
