"""The plan: what each step reads from which, and what answers to its type."""

from __future__ import annotations

from collections.abc import Callable

from genericpipe.pipeline import Pipeline, Step
from genericpipe.pipeline.reading import Read, plan_steps, reads
from genericpipe.pipeline.vocabulary import Vocabulary
from genericpipe.pluginmanager import PluginManager

Build = Callable[..., Pipeline]
MakeStep = Callable[..., Step]


def seen(read: Read) -> tuple[str, str, bool]:
    return read.key, str(read.reference), read.mapfile


def test_what_a_step_reads(step_of: MakeStep) -> None:
    step = step_of(
        """
        control.mapfile_in = make.output.mapfile
        control.cmdline.a = make.output.refant
        argument.flags = [one.output.mapfile,two.output.x.mapfile]
        argument.n = input.output.max_per_node
        argument.the_mapfile = one.output.mapfile
        argument.dir = input.output.mapfile_dir
        """
    )
    assert [seen(read) for read in reads(step)] == [
        ("control.mapfile_in", "make.output.mapfile", False),
        ("control.cmdline.a", "make.output.refant", False),
        ("argument.flags", "one.output.mapfile", True),
        ("argument.flags", "two.output.x.mapfile", True),
        ("argument.n", "input.output.max_per_node", False),
        ("argument.the_mapfile", "one.output.mapfile", False),
        ("argument.dir", "input.output.mapfile_dir", False),
    ]


def test_a_plugin_takes_no_mapfile_from_its_arguments(step_of: MakeStep) -> None:
    step = step_of("control.kind = plugin\nargument.x = make.output.mapfile")
    assert [read.mapfile for read in reads(step)] == [False]


def test_what_answers_to_a_step(pipeline_of: Build) -> None:
    pipeline = pipeline_of(
        """
        pipeline.steps = [make,cal,lost,nothing,p,odd]
        make.control.kind = plugin
        make.control.type = createMapfile
        cal.control.type = dppp
        lost.control.kind = plugin
        lost.control.type = noSuchPlugin
        nothing.control.type = noSuchTask
        p.control.kind = pipeline
        p.control.type = sub.parset
        odd.control.kind = unheard_of
        odd.control.type = dppp
        """,
        {"sub.parset": "pipeline.steps = [s]\ns.control.type = pythonplugin\n"},
    )
    plans = {plan.step.name: plan for plan in plan_steps(pipeline, Vocabulary(PluginManager()))}
    assert "createMapfile" in plans["make"].answered_by
    assert plans["cal"].answered_by.startswith("recipe executable_args (task of built-in")
    assert [plans[name].answered_by for name in ("lost", "nothing", "odd")] == ["", "", ""]
    assert plans["p"].answered_by == "sub.parset"
    (inner,) = plans["p"].body
    assert inner.step.name == "p-s"
    assert "executable_args" in inner.answered_by
