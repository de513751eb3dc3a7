"""tasks.cfg: layers, interpolation, and keys without effect (contract 3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe.config import Config, Settings, load
from genericpipe.errors import ConfigError, Severity

ARGS = "recipe = executable_args\n"

# Contract 3, first table; without lofarroot.
STANDARD = {
    "executable_args": {
        "arguments": "[]",
        "inputkey": "",
        "outputkey": "",
        "mapfile_out": "",
        "skip_infile": "False",
        "skip_outfile": "False",
        "inplace": "False",
        "parsetasfile": "False",
        "outputsuffixes": "[]",
        "nthreads": "8",
    },
    "pythonplugin": {"nodescript": "python_plugin", "nthreads": "8"},
    "dppp": {
        "executable": "NDPPP",
        "args_format": "lofar",
        "outputkey": "msout",
        "parsetasfile": "False",
        "outputsuffixes": "[]",
        "nthreads": "8",
    },
    "awimager": {
        "executable": "awimager",
        "args_format": "lofar",
        "outputkey": "image",
        "parsetasfile": "True",
        "max_per_node": "1",
        "nthreads": "8",
        "outputsuffixes": "[.model, .model.corr, .residual, .residual.corr, .restored, .restored.corr, .psf]",
    },
    "casapy-imager": {
        "nodescript": "executable_casa",
        "parsetasfile": "True",
        "outputsuffixes": "[flux, image, model, residual, psf]",
        "nthreads": "8",
    },
    "python-calibrate-stand-alone": {
        "nodescript": "calibrate-stand-alone",
        "executable": "bbs-reducer",
        "parsetasfile": "True",
        "nthreads": "8",
    },
    "calibrate-stand-alone": {"executable": "calibrate-stand-alone", "nthreads": "8"},
    "rficonsole": {"executable": "rficonsole", "nthreads": "8"},
}

# Contract 3, second table: task -> recipe.
OLD_RECIPES = {
    "ndppp": "dppp",
    **{
        name: name
        for name in (
            *("vdsreader", "vdsmaker", "setupparmdb", "setupsourcedb", "new_bbs", "bbs_reducer"),
            *("gainoutliercorrection", "get_metadata", "copier", "imager_prepare", "long_baseline"),
            *("imager_awimager", "selfcal_awimager", "imager_create_dbs", "imager_bbs", "selfcal_bbs"),
            *("imager_source_finding", "imager_finalize", "selfcal_finalize"),
        )
    },
}


def codes(config: Config) -> list[str]:
    return [finding.code for finding in config.findings]


def test_standard_tasks(loaded) -> None:
    tasks = loaded("").tasks
    for name, settings in STANDARD.items():
        assert dict(tasks[name].settings) == settings, name
        assert (tasks[name].recipe, tasks[name].source) == ("executable_args", "built-in")
        assert tasks[name].problems == ()
        assert tasks[name].location is not None
    assert {name: task.recipe for name, task in tasks.items() if name not in STANDARD} == OLD_RECIPES


def test_standard_tasks_look_below_lofarroot(loaded) -> None:
    tasks = loaded("[DEFAULT]\nlofarroot = /opt/lofar\ncasaroot =\n").tasks
    assert tasks["dppp"].settings["executable"] == "/opt/lofar/bin/NDPPP"
    # A root that is not defined, or empty, is left out, so that PATH decides.
    assert tasks["imager_prepare"].settings["rficonsole_executable"] == "aoflagger"
    assert tasks["imager_prepare"].settings["msselect_executable"] == "msselect"
    assert tasks["imager_prepare"].settings["asciistat_executable"] == "/opt/lofar/bin/asciistats.py"


def test_standard_tasks_name_files_of_the_job(loaded) -> None:
    tasks = loaded("[DEFAULT]\nruntime_directory = /r\n").tasks
    assert tasks["copier"].settings["mapfiles_dir"] == "/r/myjob/mapfiles"
    assert tasks["vdsmaker"].settings["gvds"] == "/r/myjob/vds/myjob.gvds"


def test_a_task_file(loaded, folder: Path) -> None:
    config = loaded(
        "[DEFAULT]\nroot = /r\n", tasks=f"[Mine]\n{ARGS}Executable = %(root)s/bin/x\nnThreads = 2\n"
    )
    task = config.tasks["Mine"]
    assert (task.name, task.recipe) == ("Mine", "executable_args")
    assert task.settings == {"executable": "/r/bin/x", "nthreads": "2"}
    assert task.source == str(folder / "tasks0.cfg")
    assert str(task.location) == f"{task.source}:1"
    assert {key: place.line for key, place in task.locations.items()} == {
        "recipe": 2,
        "executable": 3,
        "nthreads": 4,
    }
    assert "mine" not in config.tasks  # names have a case


def test_everything_in_default_interpolates(loaded, folder: Path) -> None:
    config = loaded(
        "[DEFAULT]\na = %(b)s\nb = 1\n",
        tasks=f"[t]\n{ARGS}arguments = %(a)s,%(job_name)s,%(start_time)s,%(cwd)s,%(working_directory)s,5%%\n",
    )
    assert config.tasks["t"].settings["arguments"] == f"1,myjob,2020-01-02T03:04:05,{folder},{folder},5%"


def test_later_files_override_key_by_key(loaded, folder: Path) -> None:
    """How the CEP4 file only changes nthreads."""
    config = loaded("", tasks=[f"[t]\n{ARGS}nthreads = 8\nexecutable = /x\n", "[t]\nnthreads = 2\n"])
    task = config.tasks["t"]
    assert (task.recipe, task.settings) == ("executable_args", {"nthreads": "2", "executable": "/x"})
    assert task.source == str(folder / "tasks1.cfg")
    assert str(task.locations["nthreads"]) == f"{folder / 'tasks1.cfg'}:2"
    assert str(task.locations["executable"]) == f"{folder / 'tasks0.cfg'}:4"


def test_a_file_with_its_own_recipe_inherits_nothing_of_a_built_in_task(loaded) -> None:
    """LOFAR had no built-in tasks: what a site's [awimager] does not say is not said."""
    config = loaded("", tasks=f"[awimager]\n{ARGS}executable = /a\n[dppp]\nnthreads = 2\n")
    assert config.tasks["awimager"].settings == {"executable": "/a"}
    assert config.tasks["dppp"].settings == {**STANDARD["dppp"], "nthreads": "2"}


def test_plugins_lie_between(loaded) -> None:
    sources = [
        (
            "low",
            {
                "a": {"recipe": "executable_args", "nthreads": "1", "executable": "%(root)s/a"},
                "rficonsole": {},
            },
        ),
        ("high", {"a": {"Nthreads": "2"}, "dppp": {"recipe": "executable_args", "executable": "DP3"}}),
    ]
    config = loaded("[DEFAULT]\nroot = /r\n", tasks="[a]\nnthreads = 3\n[b]\nrecipe = x\n", sources=sources)
    assert config.tasks["a"].settings == {"nthreads": "3", "executable": "/r/a"}
    assert config.tasks["dppp"].settings == {"executable": "DP3"}
    assert (config.tasks["dppp"].source, str(config.tasks["dppp"].location)) == ("high", "high")
    assert config.tasks["rficonsole"].settings == STANDARD["rficonsole"]


def test_repeated_sections_are_merged(loaded) -> None:
    """Contract 15 #23, prefactor's [rficonsole]."""
    config = loaded("", tasks="[r]\nrecipe = old\nexecutable = /o\n\n[r]\nrecipe = executable_args\n")
    assert (config.tasks["r"].recipe, config.tasks["r"].settings) == ("executable_args", {"executable": "/o"})
    assert codes(config).count("duplicate-section") == 1


# [DEFAULT], of both files


def test_keys_of_pipeline_default_are_dropped_with_a_warning(loaded) -> None:
    config = loaded(
        "[DEFAULT]\nnthreads = 4\n",
        tasks=f"[t]\n{ARGS}nthreads = 2\nworking_directory = /mine\njob_name = mine\nmax_per_node = 1\n",
    )
    assert config.tasks["t"].settings == {"max_per_node": "1"}  # and no nthreads of 4 either
    assert "nthreads" not in config.tasks["dppp"].settings
    found = {
        finding.message.split("'")[1]: finding
        for finding in config.findings
        if finding.code == "key-without-effect"
    }
    assert set(found) == {"nthreads", "working_directory", "job_name"}
    assert found["nthreads"].location == config.location("DEFAULT", "nthreads")
    assert "[t]" in found["working_directory"].message
    assert found["working_directory"].location == config.tasks["t"].locations["working_directory"]
    assert {finding.severity for finding in found.values()} == {Severity.WARNING}


def test_default_of_tasks_is_an_input_of_every_task(loaded) -> None:
    config = loaded(
        "", tasks=f"[DEFAULT]\nerror_tolerance = False\nnthreads = 4\n[t]\n{ARGS}nthreads = 2\n[u]\n{ARGS}"
    )
    assert config.tasks["t"].settings == {"error_tolerance": "False", "nthreads": "2"}
    assert config.tasks["u"].settings == {"error_tolerance": "False", "nthreads": "4"}
    assert config.tasks["dppp"].settings["error_tolerance"] == "False"


def test_default_of_tasks_may_change_what_pipeline_default_interpolates(loaded) -> None:
    config = loaded(
        "[DEFAULT]\nroot = /config\nbin = %(root)s/bin\n[s]\nx = %(root)s\n",
        tasks=f"[DEFAULT]\nroot = /tasks\n[t]\n{ARGS}executable = %(bin)s/x\n",
    )
    assert config.tasks["t"].settings == {"executable": "/tasks/bin/x"}  # root itself is no input
    assert config.sections["s"]["x"] == "/config"


# What is wrong with a task


def test_a_bad_value_only_harms_its_own_task(loaded) -> None:
    config = loaded(
        "[DEFAULT]\nlofarroot = /l\n", tasks=f"[bad]\n{ARGS}executable = %(lofarrot)s/x\n[good]\n{ARGS}"
    )
    assert config.tasks["good"].problems == ()
    (problem,) = config.tasks["bad"].problems
    assert (problem.severity, problem.code) == (Severity.ERROR, "bad-interpolation")
    assert problem.location == config.tasks["bad"].locations["executable"]
    assert problem.hint == "did you mean 'lofarroot'?"
    assert config.tasks["bad"].settings["executable"] == "%(lofarrot)s/x"
    assert "bad-interpolation" not in codes(config)


def test_without_a_pipeline_cfg_what_a_task_wants_of_it_is_only_missing(folder: Path) -> None:
    tasks = folder / "tasks.cfg"
    tasks.write_text(f"[site]\n{ARGS}executable = %(lofarroot)s/x\n[torn]\n{ARGS}executable = %(x\n")
    config = load(Settings(job_name="j", task_files=(tasks,)))
    (problem,) = config.tasks["site"].problems
    assert (problem.severity, problem.code) == (Severity.MISSING, "no-such-setting")
    assert (str(problem.location), problem.hint) == (f"{tasks}:3", "give a configuration with -c")
    assert "without a pipeline.cfg there is no 'lofarroot'" in problem.message
    (torn,) = config.tasks["torn"].problems
    assert (torn.severity, torn.code) == (Severity.ERROR, "bad-interpolation")


def test_a_task_without_recipe(loaded) -> None:
    task = loaded("", tasks="[t]\nexecutable = /x\n").tasks["t"]
    assert task.recipe == ""
    (problem,) = task.problems
    assert (problem.severity, problem.code, problem.location) == (Severity.ERROR, "no-recipe", task.location)


@pytest.mark.parametrize(
    ("value", "code", "severity"),
    [
        ("(lofarroot)s/bin/x", "lost-percent", Severity.ERROR),
        ("$ENV{USER}", "unfilled-template", Severity.WARNING),
        ("/x ; comment", "inline-comment", Severity.WARNING),
    ],
)
def test_doubtful_values_of_tasks(loaded, value: str, code: str, severity: Severity) -> None:
    task = loaded("", tasks=f"[t]\n{ARGS}executable = {value}\n").tasks["t"]
    assert task.settings["executable"] == value
    (problem,) = task.problems
    assert (problem.code, problem.severity, problem.location) == (
        code,
        severity,
        task.locations["executable"],
    )


# Which files


def test_files_of_the_configuration(loaded, folder: Path) -> None:
    (folder / "a.cfg").write_text(f"[a]\n{ARGS}")
    (folder / "b.cfg").write_text(f"[b]\n{ARGS}")
    config = loaded("[DEFAULT]\ntask_files = [%(cwd)s/a.cfg, b.cfg]\n")
    assert config.task_files == (folder / "a.cfg", Path("b.cfg"))
    assert {"a", "b"} <= set(config.tasks)


def test_files_of_the_command_line_replace_them(loaded, folder: Path) -> None:
    (folder / "a.cfg").write_text(f"[a]\n{ARGS}")
    config = loaded("[DEFAULT]\ntask_files = [a.cfg, /not/there]\n", tasks=f"[b]\n{ARGS}")
    assert config.task_files == (folder / "tasks0.cfg",)
    assert "a" not in config.tasks
    assert "b" in config.tasks
    assert "no-such-file" not in codes(config)


def test_a_listed_file_that_is_missing(loaded) -> None:
    config = loaded("[DEFAULT]\nlofarroot = /l\ntask_files = [%(lofarroot)s/share/pipeline/tasks.cfg]\n")
    (finding,) = [finding for finding in config.findings if finding.code == "no-such-file"]
    assert finding.severity is Severity.MISSING
    assert "/l/share/pipeline/tasks.cfg" in finding.message
    assert finding.location == config.location("DEFAULT", "task_files")
    assert "dppp" in config.tasks


def test_a_given_file_that_is_missing(loaded) -> None:
    with pytest.raises(ConfigError, match=r"task file none\.cfg does not exist") as caught:
        loaded("", task_files=(Path("none.cfg"),))
    assert "-t" in caught.value.hint


def test_a_broken_file(loaded, folder: Path) -> None:
    with pytest.raises(ConfigError, match="nonsense") as caught:
        loaded("", tasks="[t]\nnonsense\n")
    assert str(caught.value.location) == f"{folder / 'tasks0.cfg'}:2"


def test_a_folder_in_task_files_is_told_at_the_line_that_lists_it(loaded, folder: Path) -> None:
    folder.joinpath("folder").mkdir()
    config = loaded("[DEFAULT]\ntask_files = [folder]\n")
    (finding,) = [one for one in config.findings if one.code == "no-such-file"]
    assert "task file folder is a folder" in finding.message
    assert finding.location == config.location("DEFAULT", "task_files")


def test_a_file_that_cannot_be_reached_is_not_said_to_be_missing(folder: Path) -> None:
    folder.joinpath("circle").symlink_to("circle")
    for settings in (
        Settings(job_name="j", config=Path("circle")),
        Settings(job_name="j", task_files=(Path("circle"),)),
    ):
        with pytest.raises(ConfigError, match="circle cannot be reached: Too many levels of symbolic links"):
            load(settings)
