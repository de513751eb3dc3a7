"""Each hook is called once through a plugin; each has a test, a heading in the docs and a user of its own."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from genericpipe import (
    ControlKey,
    ExitStatus,
    Finding,
    Job,
    JobIdentity,
    Outcome,
    Recipe,
    Section,
    Severity,
    Status,
    StepKind,
    StepOutcome,
    hookimpl,
    hookspecs,
)
from genericpipe.hookspecs import PREFIX
from genericpipe.pluginmanager import PluginManager
from genericpipe.pluginmanager.builtin import BUILTIN
from genericpipe.pluginmanager.checks import implementations, known_hooks

DOCS = Path(__file__).resolve().parent.parent / "docs"
HOOKS = [hook.removeprefix(PREFIX) for hook in known_hooks()]

# Hooks whose rooms are still to be built. A hook leaves this set when its first implementation
# arrives, and none ever enters it.
AWAITED = {
    "replacements",
    "report_sections",
}

# What the hooks hand on is opaque to the manager: a plugin gets the very object.
STEP: Any = SimpleNamespace(name="calib")
CONFIG: Any = SimpleNamespace(recipe_directories=())
PIPELINE: Any = SimpleNamespace(steps=(STEP,))
RUN: Any = SimpleNamespace(job_name="job", pipeline=PIPELINE)
JOB = Job(
    JobIdentity("calib", 0),
    "localhost",
    ("NDPPP", "msin=/d/a.MS"),
    {"OMP_NUM_THREADS": "2"},
    Path("/w/job"),
    Path("/j/calib/0.log"),
    Path("/j/calib/0.err"),
)
OUTCOME = Outcome(Status.DONE, 0)


def manager_with(*plugins: object) -> PluginManager:
    """Return a manager with just these plugins."""
    manager = PluginManager(environment={}, builtin={}, entry_points=False)
    for number, plugin in enumerate(plugins):
        manager.register(plugin, f"site{number}")
    return manager


def test_hook_add_commands() -> None:
    class Site:
        @hookimpl
        def genericpipe_add_commands(self, subparsers: Any) -> None:
            subparsers.add_parser("archive").set_defaults(run=lambda arguments: 0)

    parser = argparse.ArgumentParser()
    manager_with(Site()).hook.genericpipe_add_commands(subparsers=parser.add_subparsers())
    assert parser.parse_args(["archive"]).run(None) == 0


def test_hook_task_definitions() -> None:
    class Site:
        @hookimpl
        def genericpipe_task_definitions(self, config: Any) -> Mapping[str, Mapping[str, str]]:
            assert config is CONFIG
            return {"dp3": {"recipe": "executable_args", "executable": "DP3"}}

    assert manager_with(Site()).named("task_definitions", config=CONFIG)["dp3"]["executable"] == "DP3"


def test_hook_replacements() -> None:
    class Site:
        @hookimpl
        def genericpipe_replacements(self, config: Any) -> Mapping[str, str]:
            assert config is CONFIG
            return {"losoto_directory": "/opt/losoto"}

    assert dict(manager_with(Site()).named("replacements", config=CONFIG)) == {
        "losoto_directory": "/opt/losoto"
    }


def test_hook_step_kinds() -> None:
    kind = StepKind("wait", "waits for a file")

    class Site:
        @hookimpl
        def genericpipe_step_kinds(self) -> Mapping[str, StepKind]:
            return {"wait": kind}

    assert manager_with(Site()).named("step_kinds")["wait"] is kind


def test_hook_recipes() -> None:
    recipe = Recipe("stage", "fetches data")

    class Site:
        @hookimpl
        def genericpipe_recipes(self) -> Mapping[str, Recipe]:
            return {"stage": recipe}

    assert manager_with(Site()).named("recipes")["stage"] is recipe


def test_hook_step_plugins() -> None:
    class Site:
        @hookimpl
        def genericpipe_step_plugins(self) -> Mapping[str, str]:
            return {"findRefAnt": "mysite.antennas:plugin_main"}

    assert dict(manager_with(Site()).named("step_plugins")) == {"findRefAnt": "mysite.antennas:plugin_main"}


def test_hook_executors() -> None:
    class Site:
        @hookimpl
        def genericpipe_executors(self) -> Mapping[str, Any]:
            return {"condor": lambda config: (config, "made")}

    factory = manager_with(Site()).named("executors")["condor"]
    assert factory(CONFIG) == (CONFIG, "made")


def test_hook_control_keys() -> None:
    key = ControlKey("queue", "str", "short", "the queue of our cluster")

    class Site:
        @hookimpl
        def genericpipe_control_keys(self) -> Iterable[ControlKey]:
            return [key]

    assert manager_with(Site()).named("control_keys")["queue"] is key


def test_hook_locate_program() -> None:
    class Names:
        @hookimpl
        def genericpipe_locate_program(self, name: str, step: Any) -> Path | None:
            assert step is STEP
            return Path("/opt/DP3") if name == "NDPPP" else None

    class Nothing:
        @hookimpl
        def genericpipe_locate_program(self) -> None:
            return None

    manager = manager_with(Names(), Nothing())
    assert manager.hook.genericpipe_locate_program(name="NDPPP", step=STEP) == Path("/opt/DP3")
    assert manager.hook.genericpipe_locate_program(name="losoto", step=STEP) is None
    answer = manager.first("locate_program", name="NDPPP", step=STEP)
    assert answer is not None
    assert (answer.plugin.name, answer.value) == ("site0", Path("/opt/DP3"))


def test_hook_prepare_job() -> None:
    class Nice:
        @hookimpl
        def genericpipe_prepare_job(self, step: Any, job: Any, config: Any) -> Any:
            assert step is STEP
            assert config is CONFIG
            return (*job, "nice")

    class Silent:
        @hookimpl
        def genericpipe_prepare_job(self) -> None:
            return None

    class Loud:
        @hookimpl
        def genericpipe_prepare_job(self, job: Any) -> Any:
            return (*job, "loud")

    manager = manager_with(Loud(), Silent(), Nice())
    asked = {"step": STEP, "config": CONFIG}
    assert set(manager.passed_through("prepare_job", "job", job=(), **asked)) == {"nice", "loud"}
    assert manager_with(Silent()).passed_through("prepare_job", "job", job=JOB, **asked) is JOB


def test_hook_admit_job() -> None:
    found = Finding(Severity.ERROR, "no-data", "the column DATA is empty")

    class Site:
        @hookimpl
        def genericpipe_admit_job(self, step: Any, job: Job) -> Iterable[Finding]:
            assert (step, job) == (STEP, JOB)
            return [found]

    assert manager_with(Site()).hook.genericpipe_admit_job(step=STEP, job=JOB) == [[found]]


def test_hook_check_job() -> None:
    found = Finding(Severity.ERROR, "no-solutions", "every solution is NaN")

    class Site:
        @hookimpl
        def genericpipe_check_job(self, step: Any, job: Job, outcome: Outcome) -> Iterable[Finding]:
            assert (step, job, outcome) == (STEP, JOB, OUTCOME)
            return [found]

    assert manager_with(Site()).hook.genericpipe_check_job(step=STEP, job=JOB, outcome=OUTCOME) == [[found]]


def test_hook_lint() -> None:
    found = Finding(Severity.WARNING, "site-old-step", "use the new step")

    class Site:
        @hookimpl
        def genericpipe_lint(self, pipeline: Any) -> Iterable[Finding]:
            return [found for step in pipeline.steps if step.name == "calib"]

    (answer,) = manager_with(Site()).answers("lint", pipeline=PIPELINE)
    assert (answer.plugin.name, answer.value) == ("site0", [found])


def test_hook_preflight() -> None:
    found = Finding(Severity.ERROR, "disk-full", "2 GB free, 40 GB wanted")

    class Site:
        @hookimpl
        def genericpipe_preflight(self, pipeline: Any) -> Iterable[Finding]:
            assert pipeline is PIPELINE
            return [found]

    assert manager_with(Site()).hook.genericpipe_preflight(pipeline=PIPELINE) == [[found]]


def test_hook_mock_outputs() -> None:
    class Site:
        @hookimpl
        def genericpipe_mock_outputs(self, step: Any, job: Job) -> Mapping[str, str] | None:
            assert step is STEP
            return {"refant": "CS001"} if job.argv[0] == "NDPPP" else None

    assert manager_with(Site()).hook.genericpipe_mock_outputs(step=STEP, job=JOB) == {"refant": "CS001"}


class Listener:
    """Notes what it hears: hook -> arguments."""

    def __init__(self) -> None:
        self.heard: dict[str, Any] = {}

    @hookimpl
    def genericpipe_run_started(self, run: Any) -> None:
        self.heard["run_started"] = {"run": run}

    @hookimpl
    def genericpipe_run_finished(self, run: Any, status: ExitStatus) -> None:
        self.heard["run_finished"] = {"run": run, "status": status}

    @hookimpl
    def genericpipe_step_started(self, run: Any, step: Any) -> None:
        self.heard["step_started"] = {"run": run, "step": step}

    @hookimpl
    def genericpipe_step_finished(self, run: Any, step: Any, outcome: StepOutcome) -> None:
        self.heard["step_finished"] = {"run": run, "step": step, "outcome": outcome}

    @hookimpl
    def genericpipe_job_started(self, run: Any, step: Any, job: Job) -> None:
        self.heard["job_started"] = {"run": run, "step": step, "job": job}

    @hookimpl
    def genericpipe_job_finished(self, run: Any, step: Any, job: Job, outcome: Outcome) -> None:
        self.heard["job_finished"] = {"run": run, "step": step, "job": job, "outcome": outcome}


def heard(hook: str, **arguments: Any) -> Any:
    """Return what an observer of a hook hears, beside one that fails and is survived."""

    class Failing:
        @hookimpl(specname=PREFIX + hook)
        def fail(self) -> None:
            raise RuntimeError("disk full")

    listener = Listener()
    findings = manager_with(Failing(), listener, Failing()).observe(hook, **arguments)
    assert [finding.severity for finding in findings] == [Severity.WARNING] * 2
    assert all("disk full" in finding.message for finding in findings)
    assert list(listener.heard) == [hook]
    return listener.heard[hook]


def test_hook_run_started() -> None:
    assert heard("run_started", run=RUN) == {"run": RUN}


def test_hook_run_finished() -> None:
    arguments = {"run": RUN, "status": ExitStatus.DONE}
    assert heard("run_finished", **arguments) == arguments


def test_hook_step_started() -> None:
    arguments = {"run": RUN, "step": STEP}
    assert heard("step_started", **arguments) == arguments


def test_hook_step_finished() -> None:
    outcome = StepOutcome(Status.DONE, {"mapfile": "/m/calib.mapfile"}, {Status.DONE: 3})
    arguments = {"run": RUN, "step": STEP, "outcome": outcome}
    assert heard("step_finished", **arguments) == arguments


def test_hook_job_started() -> None:
    arguments = {"run": RUN, "step": STEP, "job": JOB}
    assert heard("job_started", **arguments) == arguments


def test_hook_job_finished() -> None:
    arguments = {"run": RUN, "step": STEP, "job": JOB, "outcome": OUTCOME}
    assert heard("job_finished", **arguments) == arguments


def test_hook_product_metadata() -> None:
    class Site:
        @hookimpl
        def genericpipe_product_metadata(self, product_type: str, path: Path) -> Mapping[str, str] | None:
            return {"size": "7"} if (product_type, path.name) == ("Correlated", "a.MS") else None

    hook = manager_with(Site()).hook.genericpipe_product_metadata
    assert hook(product_type="Correlated", path=Path("/d/a.MS")) == {"size": "7"}
    assert hook(product_type="SkyImage", path=Path("/d/a.fits")) is None


def test_hook_report_sections() -> None:
    class Site:
        @hookimpl
        def genericpipe_report_sections(self, run: Any) -> Iterable[Section]:
            return [Section("Weather", f"rain during {run.job_name}")]

    assert manager_with(Site()).hook.genericpipe_report_sections(run=RUN) == [
        [Section("Weather", "rain during job")]
    ]


def test_hook_software_versions() -> None:
    class Site:
        @hookimpl
        def genericpipe_software_versions(self, config: Any) -> Mapping[str, str]:
            assert config is CONFIG
            return {"losoto": "2.4"}

    told = manager_with(Site()).named("software_versions", config=CONFIG, pipeline=None)
    assert dict(told) == {"losoto": "2.4"}


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_has_a_test_and_a_heading(hook: str) -> None:
    assert f"test_hook_{hook}" in globals()
    assert f"\n## {hook}\n" in (DOCS / "reference" / "hooks.md").read_text()


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_has_a_first_party_implementation(hook: str) -> None:
    assert (hook in BUILTIN) != (hook in AWAITED), "take it out of AWAITED when it is implemented"


def test_only_hooks_are_awaited() -> None:
    assert set(HOOKS) >= AWAITED


@pytest.mark.parametrize("module", sorted({module for modules in BUILTIN.values() for module in modules}))
def test_a_builtin_stands_under_just_the_hooks_it_implements(module: str) -> None:
    listed = {PREFIX + hook for hook, modules in BUILTIN.items() if module in modules}
    assert set(implementations(import_module(module), module)) == listed


@pytest.mark.parametrize("hook", HOOKS)
def test_each_hook_says_what_it_gets_and_returns(hook: str) -> None:
    function = getattr(hookspecs, PREFIX + hook)
    text = inspect.getdoc(function) or ""
    signature = inspect.signature(function)
    parameters = text.partition("Parameters\n----------\n")[2].partition("\nReturns\n")[0]
    assert [line for line in parameters.splitlines() if line and not line.startswith(" ")] == list(
        signature.parameters
    )
    assert ("Returns\n-------" in text) == (signature.return_annotation != "None")
