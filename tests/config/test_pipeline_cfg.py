"""What each key of pipeline.cfg means, and what holds without it (contract 1 and 2)."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.config import REMOTE_METHODS, Config, Settings, load
from genericpipe.config.editing import write_starter
from genericpipe.errors import ConfigError, Finding, GenericPipeError, Location, Severity

TYPICAL = """\
[DEFAULT]
lofarroot = /opt/lofar
pythonpath = %(lofarroot)s/lib
runtime_directory = {here}
working_directory = %(runtime_directory)s/work
recipe_directories = [%(pythonpath)s/recipes, {here}]

[layout]
job_directory = %(runtime_directory)s/%(job_name)s

[logging]
log_file = %(runtime_directory)s/%(job_name)s/logs/%(start_time)s/pipeline.log
xml_stat_file = %(runtime_directory)s/%(job_name)s/logs/%(start_time)s/stat.xml

[feedback]
method = none

[remote]
method = local
max_per_node = 40
"""


def codes(config: Config) -> list[str]:
    return [finding.code for finding in config.findings]


def only(config: Config, code: str) -> Finding:
    (finding,) = [finding for finding in config.findings if finding.code == code]
    return finding


def test_a_typical_deployment(loaded, folder: Path) -> None:
    config = loaded(TYPICAL.format(here=folder))
    assert config.path == folder / "given.cfg"
    assert (config.job_name, config.start_time) == ("myjob", "2020-01-02T03:04:05")
    assert config.runtime_directory == folder
    assert config.working_directory == folder / "work"
    assert config.recipe_directories == (Path("/opt/lofar/lib/recipes"), folder)
    assert config.task_files == ()
    assert config.job_directory == folder / "myjob"
    assert config.log_file == folder / "myjob/logs/2020-01-02T03:04:05/pipeline.log"
    assert config.xml_stat_file == folder / "myjob/logs/2020-01-02T03:04:05/stat.xml"
    assert config.log_format == "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    assert config.log_datefmt == "%Y-%m-%d %H:%M:%S"
    assert (config.remote_method, config.max_per_node, config.max_per_node_text) == ("local", 40, "40")
    assert (config.feedback_method, config.nodelist_variable) == ("none", "PIPELINE_NODES")
    assert codes(config) == ["no-such-folder"]


def test_no_configuration_at_all(folder: Path) -> None:
    """Design 8: the current folder, ./<job>, logs as in the typical deployment, this machine."""
    config = load(Settings("j", "2020-01-01T00:00:00"))
    assert config.path is None
    assert config.runtime_directory == config.working_directory == folder
    assert config.job_directory == folder / "j"
    assert config.log_file == folder / "j/logs/2020-01-01T00:00:00/pipeline.log"
    assert config.xml_stat_file == folder / "j/logs/2020-01-01T00:00:00/statistics.xml"
    assert (config.remote_method, config.max_per_node) == ("local", None)
    assert (config.recipe_directories, config.task_files, config.findings) == ((), (), ())
    assert config.tasks["dppp"].settings["executable"] == "NDPPP"
    references = config.reference_dictionaries()
    assert references["input"]["job_directory"] == references["layout"]["job_directory"] == str(folder / "j")


def test_the_start_time_is_now_in_utc() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", Settings("j").start_time)


# Search order


def test_search_order(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, home = tmp_path / "bin", tmp_path / "home"
    places = [folder / "pipeline.cfg", script / "pipeline.cfg", home / ".pipeline.cfg"]
    monkeypatch.setenv("HOME", str(home))
    settings = Settings("j", script_directory=script)
    for number, place in enumerate(reversed(places)):
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"[DEFAULT]\nplace = {number}\n")
        config = load(settings)
        assert config.defaults["place"] == str(number)
        assert config.path is not None
        assert config.path.resolve() == place
    assert load(Settings("j", config=places[1])).defaults["place"] == "1"


def test_a_given_file_must_exist(folder: Path) -> None:
    (folder / "pipeline.cfg").write_text("[DEFAULT]\n")
    with pytest.raises(ConfigError, match=r"none\.cfg does not exist") as caught:
        load(Settings("j", config=Path("none.cfg")))
    assert "-c" in caught.value.hint
    with pytest.raises(ConfigError, match="is a folder"):
        load(Settings("j", config=folder))


# Interpolation, and what the run and the command line add


def test_injected_keys(loaded, folder: Path) -> None:
    config = loaded("[DEFAULT]\nx = %(job_name)s|%(start_time)s|%(cwd)s\n")
    assert config.defaults["x"] == f"myjob|2020-01-02T03:04:05|{folder}"


def test_injected_keys_are_literal(loaded) -> None:
    config = loaded("[DEFAULT]\nx = %(job_name)s\n", job_name="50%(cwd)s")
    assert config.defaults["x"] == config.job_name == "50%(cwd)s"


@pytest.mark.parametrize("key", ["job_name", "start_time", "cwd"])
def test_the_file_hides_an_injected_key(loaded, key: str) -> None:
    config = loaded(f"[DEFAULT]\n{key} = other\nx = %({key})s\n[layout]\njob_directory = /r/%({key})s\n")
    assert config.defaults["x"] == "other"
    assert config.job_directory == Path("/r/other")
    assert config.reference_dictionaries()["input"][key] == "other"
    assert (config.job_name, config.start_time) == ("myjob", "2020-01-02T03:04:05")
    finding = only(config, "hidden-key")
    assert finding.severity is Severity.WARNING
    assert finding.location == config.location("DEFAULT", key)


def test_command_line_directories_win_before_tasks_are_read(loaded, folder: Path) -> None:
    config = loaded(
        """
        [DEFAULT]
        runtime_directory = /file/r
        working_directory = /file/w
        [layout]
        job_directory = %(runtime_directory)s/jobs/%(job_name)s
        """,
        tasks="[t]\nrecipe = executable_args\narguments = %(runtime_directory)s,%(working_directory)s\n",
        runtime_directory=str(folder),
        working_directory="/command line/50%",
    )
    assert config.runtime_directory == folder
    assert config.working_directory == Path("/command line/50%")
    assert config.job_directory == folder / "jobs/myjob"
    assert config.tasks["t"].settings["arguments"] == f"{folder},/command line/50%"
    assert config.sections["layout"]["working_directory"] == "/command line/50%"


def test_directories_of_the_command_line_do_without_the_file(loaded, folder: Path) -> None:
    """Contract 2: LOFAR died of -w without a working_directory in the file."""
    config = loaded("[remote]\nmethod = local\n", working_directory="/w", runtime_directory=".")
    assert (config.runtime_directory, config.working_directory) == (Path(), Path("/w"))
    assert "missing-key" not in [f.code for f in config.findings if "directory in [DEFAULT]" in f.message]


def test_missing_directories_fall_back_with_a_warning(loaded, folder: Path) -> None:
    config = loaded("[DEFAULT]\nruntime_directory =\n[remote]\nmethod = local\n")
    assert config.runtime_directory == config.working_directory == folder
    assert config.job_directory == folder / "myjob"
    assert codes(config) == ["missing-key"] * 3
    assert {finding.location for finding in config.findings} == {Location(str(folder / "given.cfg"))}


def test_a_value_that_cannot_be_interpolated_stays_as_it_is(loaded) -> None:
    """Contract 2: in LOFAR, one stray percent sign anywhere ended the run."""
    config = loaded("[DEFAULT]\na = 100%\n[s]\nb = %(lofarrot)s/x\nlofarroot = /l\n[t]\n")
    assert config.defaults["a"] == config.sections["t"]["a"] == "100%"
    assert config.sections["s"]["b"] == "%(lofarrot)s/x"
    bad = [finding for finding in config.findings if finding.code == "bad-interpolation"]
    assert [finding.location for finding in bad] == [
        config.location("DEFAULT", "a"),
        config.location("s", "b"),
    ]
    assert {finding.severity for finding in bad} == {Severity.WARNING}
    assert bad[1].hint == "did you mean 'lofarroot'?"


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("DEFAULT", "runtime_directory"),
        ("DEFAULT", "working_directory"),
        ("DEFAULT", "recipe_directories"),
        ("DEFAULT", "task_files"),
        ("layout", "job_directory"),
        ("logging", "log_file"),
        ("logging", "xml_stat_file"),
        ("remote", "max_per_node"),
        ("remote", "method"),
    ],
)
def test_what_the_run_needs_must_be_interpolated(loaded, section: str, key: str) -> None:
    with pytest.raises(
        ConfigError, match=re.escape(f"[{section}] {key} = /x/%(none)s: %(none)s is not defined")
    ) as e:
        loaded(f"[{section}]\n\n{key} = /x/%(none)s\n")
    assert str(e.value.location).endswith("given.cfg:3")
    assert e.value.hint


def test_the_key_at_fault_is_named_once(loaded) -> None:
    text = "[DEFAULT]\nroot = %(rot)s/x\nlib = %(root)s/lib\n[s]\nx = %(lib)s\n"
    config = loaded(text)
    finding = only(config, "bad-interpolation")
    assert finding.message == "[DEFAULT] root = %(rot)s/x: %(rot)s is not defined"
    assert finding.location == config.location("DEFAULT", "root")
    with pytest.raises(ConfigError, match=r"\[DEFAULT\] root = %\(rot\)s/x") as caught:
        loaded(text + "[layout]\njob_directory = %(lib)s\n")
    assert str(caught.value.location).endswith("given.cfg:2")


def test_keys_that_name_each_other(loaded) -> None:
    config = loaded("[DEFAULT]\na = %(b)s\nb = %(a)s\n")
    assert config.defaults["a"] == "%(b)s"
    assert {
        "lead back to themselves" in f.message for f in config.findings if f.code == "bad-interpolation"
    } == {True}


# Lists and paths


def test_recipe_directories_are_stripped(loaded, folder: Path) -> None:
    """Contract 2: LOFAR missed all but the first of these."""
    config = loaded("[DEFAULT]\nrecipe_directories = [ /a, /b,\n   /c ]\n")
    assert config.recipe_directories == (Path("/a"), Path("/b"), Path("/c"))


def test_a_recipe_directory_that_does_not_exist_is_a_warning(loaded, folder: Path) -> None:
    config = loaded(f"[DEFAULT]\nruntime_directory = {folder}\nrecipe_directories = [{folder}, /not/there]\n")
    finding = only(config, "no-such-folder")
    assert finding.severity is Severity.WARNING
    assert "/not/there" in finding.message
    assert finding.location == config.location("DEFAULT", "recipe_directories")


def test_the_runtime_directory_must_exist(loaded, folder: Path) -> None:
    finding = only(loaded("[DEFAULT]\nruntime_directory = /not/there\n"), "no-such-folder")
    assert finding.severity is Severity.MISSING
    assert "/not/there" in finding.message
    file = folder / "plain"
    file.touch()
    finding = only(loaded("[DEFAULT]\n", runtime_directory=str(file)), "not-a-folder")
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("odd", ["a" * 300, "a" * 5000, "plain/x"])
def test_paths_that_cannot_be_looked_at_are_not_there(loaded, folder: Path, odd: str) -> None:
    (folder / "plain").touch()
    config = loaded(f"[DEFAULT]\nruntime_directory = {odd}\nrecipe_directories = {odd}\ntask_files = {odd}\n")
    assert {"no-such-folder", "no-such-file"} <= set(codes(config))
    with pytest.raises(ConfigError, match=r"does not exist|cannot be reached: File name too long"):
        load(Settings("j", config=Path(odd)))


def test_a_lost_percent_sign(loaded) -> None:
    """Contract 2: it is in the manuals, and is no syntax."""
    config = loaded(
        """
        [DEFAULT]
        lofarroot = /l
        runtime_directory = (lofarroot)s/run
        [cluster]
        clusterdesc = (lofarroot)s/share/x
        remark = two (sets)s of dishes
        """
    )
    assert config.runtime_directory == Path("(lofarroot)s/run")
    found = [finding for finding in config.findings if finding.code == "lost-percent"]
    assert [finding.severity for finding in found] == [Severity.ERROR, Severity.WARNING]
    assert found[0].location == config.location("DEFAULT", "runtime_directory")
    assert found[0].hint == "write %(lofarroot)s"
    assert found[1].location == config.location("cluster", "clusterdesc")


@pytest.mark.parametrize("left", ["$ENV{USER}", "@CMAKE_INSTALL_PREFIX@"])
def test_a_template_that_was_not_filled_in(loaded, left: str) -> None:
    config = loaded(f"[DEFAULT]\nworking_directory = /data/{left}\n")
    assert config.working_directory == Path(f"/data/{left}")
    finding = only(config, "unfilled-template")
    assert (finding.severity, finding.location) == (
        Severity.WARNING,
        config.location("DEFAULT", "working_directory"),
    )
    assert left in finding.message


@pytest.mark.parametrize("value", ["~/run", "$HOME/run", "${HOME}/run"])
def test_nothing_of_a_shell_is_expanded(loaded, value: str) -> None:
    config = loaded(f"[DEFAULT]\nworking_directory = {value}\n")
    assert config.working_directory == Path(value)
    assert only(config, "not-expanded").location == config.location("DEFAULT", "working_directory")


def test_there_are_no_inline_comments(loaded) -> None:
    config = loaded("[DEFAULT]\nworking_directory = /w ; the data\n")
    assert config.defaults["working_directory"] == "/w ; the data"
    assert "'; the data'" in only(config, "inline-comment").message


# [logging]


def test_default_log_files_of_a_configuration(loaded) -> None:
    config = loaded("[layout]\njob_directory = /j\n")
    assert config.log_file == Path("/j/logs/pipeline.log")
    assert config.xml_stat_file == Path("/j/logs/statistics.xml")


def test_statistics_go_beside_the_log(loaded) -> None:
    """Contract 1: LOFAR failed a successful run for want of xml_stat_file."""
    assert loaded("[logging]\nlog_file = /var/x/a.log\n").xml_stat_file == Path("/var/x/statistics.xml")


def test_log_format_is_read_as_written(loaded) -> None:
    config = loaded("[logging]\nformat = %(asctime)s [%(levelname)s] %(message)s\ndatefmt = %H:%M\n")
    assert config.log_format == "%(asctime)s [%(levelname)s] %(message)s"
    assert config.log_datefmt == "%H:%M"
    assert config.reference_dictionaries()["logging"]["datefmt"] == "%H:%M"
    assert not {"bad-interpolation", "doubled-percent"} & set(codes(config))


def test_a_doubled_percent_sign_in_the_log_format(loaded) -> None:
    config = loaded("[logging]\nformat = %%(asctime)s %(message)s\n")
    assert config.log_format == "%%(asctime)s %(message)s"
    assert only(config, "doubled-percent").location == config.location("logging", "format")


@pytest.mark.parametrize(
    ("value", "message"),
    [("%(asctim)s", r"no %\(asctim\)s"), ("%(message)", "incomplete format"), ("%d", "number is required")],
)
def test_a_log_format_that_cannot_be(loaded, value: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        loaded(f"[logging]\nformat = {value}\n")
    assert str(caught.value.location).endswith("given.cfg:2")


# [remote]


def test_without_a_method_a_configuration_means_ssh(loaded) -> None:
    config = loaded("[DEFAULT]\n")
    assert config.remote_method == "ssh"
    assert "method = local" in next(f.hint for f in config.findings if "[remote]" in f.message)


@pytest.mark.parametrize("method", sorted(REMOTE_METHODS))
def test_known_methods(loaded, method: str) -> None:
    config = loaded(f"[remote]\nmethod = {method}\ncmdline = ssh {{host}} {{command}}\n")
    assert config.remote_method == method
    assert "unknown-remote-method" not in codes(config)


@pytest.mark.parametrize(
    ("method", "hint"),
    [("slurm_sruns", "did you mean 'slurm_srun'?"), ("paramiko", "one of cep_mpi, custom_cmdline")],
)
def test_an_unknown_method_is_an_error(loaded, method: str, hint: str) -> None:
    config = loaded(f"[remote]\nmethod = {method}\n")
    finding = only(config, "unknown-remote-method")
    assert (finding.severity, finding.location) == (Severity.ERROR, config.location("remote", "method"))
    assert method in finding.message
    assert finding.hint.startswith(hint)


def test_plugins_may_add_methods(loaded) -> None:
    config = loaded("[remote]\nmethod = balloon\n", remote_methods=[*REMOTE_METHODS, "balloon"])
    assert "unknown-remote-method" not in codes(config)


def test_custom_cmdline(loaded) -> None:
    config = loaded("[remote]\nmethod = custom_cmdline\ncmdline = run -h {host} 5%% {command}\n")
    assert config.custom_cmdline == "run -h {host} 5% {command}"
    with pytest.raises(ConfigError, match="needs the key cmdline") as caught:
        loaded("[remote]\nmethod = custom_cmdline\n")
    assert str(caught.value.location).endswith("given.cfg:2")


def test_nodelist_variable(loaded) -> None:
    assert loaded("[remote]\nnodelist_variable = HOSTS\n").nodelist_variable == "HOSTS"


@pytest.mark.parametrize(("text", "number"), [("8", 8), ("03", 3), ("0", None)])
def test_max_per_node(loaded, text: str, number: int | None) -> None:
    config = loaded(f"[remote]\nmax_per_node = {text}\n")
    assert (config.max_per_node, config.max_per_node_text) == (number, text)


@pytest.mark.parametrize("text", ["", "many", "-1", "8 ; eight", "1.5"])
def test_max_per_node_must_be_a_number(loaded, text: str) -> None:
    with pytest.raises(ConfigError, match=f"max_per_node = {text}") as caught:
        loaded(f"[remote]\nmethod = local\nmax_per_node = {text}\n")
    assert str(caught.value.location).endswith("given.cfg:3")
    assert caught.value.hint


# [feedback] (contract 13)


@pytest.mark.parametrize("lines", ["", "method =", "method = none", "method = other"])
def test_no_feedback(loaded, lines: str) -> None:
    config = loaded(f"[feedback]\n{lines}\n")
    assert config.feedback_method in ("none", "other")
    assert "no-message-bus" not in codes(config)


@pytest.mark.parametrize(
    ("status", "severity", "send"),
    [
        ("", Severity.WARNING, True),
        ("send_status = maybe", Severity.WARNING, True),
        ("send_status = False", Severity.WARNING, False),
        ("send_status = True", Severity.ERROR, True),
    ],
)
def test_the_message_bus_is_not_supported(loaded, status: str, severity: Severity, send: bool) -> None:
    config = loaded(f"[feedback]\nmethod = messagebus\n{status}\n")
    assert (config.feedback_method, config.send_status) == ("messagebus", send)
    finding = only(config, "no-message-bus")
    assert finding.severity is severity
    assert finding.location is not None


# Sections


def test_other_sections_are_kept(loaded) -> None:
    config = loaded(
        "[local]\ncap = cores\n[wsclean]\nwithout_idg = true\n[deploy]\nengine_ppath = /e\n[empty]\n"
    )
    assert config.get("local", "CAP") == "cores"
    assert config.get("wsclean", "without_idg") == "true"
    assert config.get("deploy", "engine_ppath") == "/e"
    assert "cwd" in config.sections["empty"]
    assert config.get("none", "x") is None


def test_a_section_in_the_wrong_case_is_told(loaded) -> None:
    finding = only(loaded("[Remote]\nmethod = local\n"), "section-case")
    assert "[remote]" in finding.message
    assert str(finding.location).endswith("given.cfg:1")


def test_locations(loaded, folder: Path) -> None:
    config = loaded("[DEFAULT]\na = 1\n[s]\nb = 2\n")
    file = str(folder / "given.cfg")
    assert config.location("s", "B") == Location(file, 4)
    assert config.location("s", "a") == Location(file, 2)
    assert config.location("s", "job_name") is None
    assert config.location("DEFAULT", "b") is None


# References (contract 6.5)


def test_reference_dictionaries(loaded, folder: Path) -> None:
    config = loaded(
        f"""
        [DEFAULT]
        Root = /r
        runtime_directory = {folder}
        [layout]
        job_directory = /jobs/%(job_name)s
        [first]
        x = 1
        Key = a
        [second]
        x = 2
        """
    )
    references = config.reference_dictionaries()
    assert set(references) == {"input", "layout", "logging", "remote", "first", "second"}  # and no DEFAULT
    assert references["layout"]["job_directory"] == "/jobs/myjob"
    assert references["first"] == {
        **references["first"],
        "x": "1",
        "key": "a",
        "root": "/r",
        "job_name": "myjob",
    }
    flat = references["input"]
    assert (flat["x"], flat["key"], flat["root"]) == ("2", "a", "/r")
    assert (flat["job_name"], flat["cwd"]) == ("myjob", str(folder))
    assert flat["start_time"] == "2020-01-02T03:04:05"
    assert (flat["parset_dir"], flat["mapfile_dir"]) == ("/jobs/myjob/parsets", "/jobs/myjob/mapfiles")


def test_a_later_section_brings_the_defaults_back(loaded) -> None:
    """All options of all sections, those of [DEFAULT] in each: the last section has the last word."""
    config = loaded("[DEFAULT]\nx = default\n[a]\nx = own\n[b]\n")
    assert config.reference_dictionaries()["a"]["x"] == "own"
    assert config.reference_dictionaries()["input"]["x"] == "default"


# Whatever is in the files

pieces = st.sampled_from(
    [
        *(
            "[DEFAULT]\n",
            "[layout]\n",
            "[logging]\n",
            "[remote]\n",
            "[feedback]\n",
            "[t]\n",
            "runtime_directory =",
        ),
        *(
            "working_directory =",
            "recipe_directories =",
            "task_files =",
            "job_directory =",
            "log_file =",
            "format =",
        ),
        *(
            "method =",
            "max_per_node =",
            "cmdline =",
            "recipe =",
            "job_name =",
            "x =",
            "\n",
            "\n ",
            "%(x)s",
            "%",
            "%%",
        ),
        *(
            "/",
            "[",
            "]",
            ",",
            "messagebus",
            "custom_cmdline",
            "1",
            "\0",
            "\x85",
            "\u2028",
            "(x)s",
            "~",
            "a" * 300,
        ),
    ]
)
contents = st.one_of(st.binary(), st.lists(pieces).map(lambda parts: "".join(parts).encode()))


@given(contents, contents, st.text(), st.one_of(st.none(), st.text()))
def test_no_bytes_raise_anything_but_our_errors(
    content: bytes, tasks: bytes, job_name: str, runtime_directory: str | None
) -> None:
    with tempfile.TemporaryDirectory() as name:
        config, task_file = Path(name, "a.cfg"), Path(name, "t.cfg")
        config.write_bytes(content)
        task_file.write_bytes(tasks)
        for files in ((task_file,), None):
            try:
                result = load(
                    Settings(job_name, config=config, task_files=files, runtime_directory=runtime_directory)
                )
            except GenericPipeError:
                continue
            assert result.reference_dictionaries()["input"]["mapfile_dir"] == str(
                result.job_directory / "mapfiles"
            )
            assert all(str(finding) for finding in result.findings)


def test_the_starter_says_what_holds_without_it(folder: Path) -> None:
    settings = Settings("j", "2020-01-01T00:00:00")
    without = load(settings)
    write_starter(folder / "pipeline.cfg")
    config = load(settings)
    assert config.path == Path("pipeline.cfg")
    assert config.findings == ()
    for field in dataclasses.fields(config):
        if field.name not in ("path", "sections", "locations", "tasks", "defaults"):
            assert getattr(config, field.name) == getattr(without, field.name), field.name
