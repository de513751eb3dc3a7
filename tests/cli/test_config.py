"""``genericpipe config get | set | init``."""

from __future__ import annotations

import stat

import pytest

FILE = """\
[DEFAULT]
; where it is installed
root = /opt
runtime_directory = %(cwd)s

[layout]
job_directory = %(runtime_directory)s/%(job_name)s/%(start_time)s

[remote]
# for the big machine
method = local

; of the site
[my.site]
some.key = %(root)s/x
odd = 50%
"""


def test_get_shows_what_a_run_would_see(project) -> None:
    made = project({"pipeline.cfg": FILE})
    assert made.run("config", "get", "remote.method").expect().stdout == "local\n"
    assert made.run("config", "get", "remote.ROOT").expect().stdout == "/opt\n"
    assert made.run("config", "get", "DEFAULT.runtime_directory").expect().stdout == f"{made.path}\n"
    assert made.run("config", "get", "my.site.some.key").expect().stdout == "/opt/x\n"
    outcome = made.run("config", "get", "layout.job_directory", "-j", "calib", "--start-time", "now").expect()
    assert outcome.stdout == f"{made.path}/calib/now\n"
    assert (outcome.stderr, outcome.status) == ("", 0)


def test_get_shows_what_is_filled_in(project) -> None:
    made = project()
    assert made.run("config", "get", "layout.job_directory", "-j", "a").expect().stdout == f"{made.path}/a\n"


def test_get_of_another_file(project) -> None:
    made = project({"pipeline.cfg": FILE, "other.cfg": "[remote]\nmethod = ssh\n"})
    assert made.run("config", "get", "-c", "other.cfg", "remote.method").expect().stdout == "ssh\n"
    assert "none.cfg does not exist" in made.run("config", "get", "-c", "none.cfg", "a.b").expect(3).stderr


def test_get_does_not_need_the_tasks(project) -> None:
    made = project({"pipeline.cfg": "[DEFAULT]\ntask_files = [broken.cfg]\n", "broken.cfg": "nonsense"})
    assert made.run("config", "get", "DEFAULT.task_files").expect().stdout == "[broken.cfg]\n"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("remote.methd", "did you mean 'method'?"),
        ("remot.method", "did you mean 'remote'?"),
        ("zzz.method", "there is a remote.method"),
        ("zzz.zzz", "the sections are DEFAULT, "),
    ],
)
def test_get_of_an_unknown_name(project, name: str, hint: str) -> None:
    outcome = project({"pipeline.cfg": FILE}).run("config", "get", name).expect(3)
    assert outcome.stdout == ""
    assert f"no {name} in the configuration" in outcome.stderr
    assert f"hint: {hint}" in outcome.stderr


def test_get_tells_what_is_doubtful_about_the_value(project) -> None:
    made = project({"pipeline.cfg": FILE})
    outcome = made.run("config", "get", "my.site.odd").expect()
    assert outcome.stdout == "50%\n"
    assert "pipeline.cfg:16: warning" in outcome.stderr
    assert made.run("config", "get", "my.site.root").expect().stderr == ""


def test_get_with_the_comment(project) -> None:
    made = project({"pipeline.cfg": FILE})
    outcome = made.run("config", "get", "--comment", "remote.method").expect()
    assert outcome.stdout == "# for the big machine\nlocal\n"
    assert (
        made.run("config", "get", "--comment", "remote.root").expect().stdout
        == "# where it is installed\n/opt\n"
    )
    assert made.run("config", "get", "--comment", "my.site.odd").expect().stdout == "50%\n"


@pytest.mark.parametrize("words", [("get", "remote"), ("set", ".a", "1"), ("set", "a.", "1"), ("get",), ()])
def test_usage(project, words: tuple[str, ...]) -> None:
    made = project({"pipeline.cfg": FILE})
    assert "hint:" in made.run("config", *words).expect(2).stderr
    assert made.file("pipeline.cfg").read_text() == FILE


@pytest.mark.parametrize(
    ("name", "value", "old", "new"),
    [
        ("remote.method", "ssh", "method = local\n", "method = ssh\n"),
        ("remote.max_per_node", "8", "method = local\n", "method = local\nmax_per_node = 8\n"),
        ("DEFAULT.root", "/usr", "root = /opt\n", "root = /usr\n"),
        ("my.site.some.key", "%(root)s/y", "%(root)s/x", "%(root)s/y"),
        ("wsclean.without_idg", "true", "odd = 50%\n", "odd = 50%\n\n[wsclean]\nwithout_idg = true\n"),
    ],
)
def test_set_changes_nothing_else(project, name: str, value: str, old: str, new: str) -> None:
    made = project({"pipeline.cfg": FILE})
    made.file("pipeline.cfg").chmod(0o640)
    made.run("config", "set", name, value).expect()
    assert made.file("pipeline.cfg").read_text() == FILE.replace(old, new)
    assert stat.S_IMODE(made.file("pipeline.cfg").stat().st_mode) == 0o640


def test_set_refuses_what_could_not_be_read(project) -> None:
    made = project({"pipeline.cfg": FILE})
    outcome = made.run("config", "set", "remote.max_per_node", "50%").expect(3)
    assert "hint: write %% for a percent sign" in outcome.stderr
    assert made.file("pipeline.cfg").read_text() == FILE


def test_set_without_a_file(project) -> None:
    outcome = project().run("config", "set", "remote.method", "ssh").expect(3)
    assert "genericpipe config init" in outcome.stderr


def test_init_writes_a_file_that_works(project) -> None:
    made = project()
    made.run("config", "init").expect()
    text = made.file("pipeline.cfg").read_text()
    assert text.startswith("#")
    assert made.run("config", "get", "remote.method").expect().stdout == "local\n"
    outcome = made.run("config", "get", "logging.log_file", "-j", "a", "--start-time", "t").expect()
    assert outcome.stdout == f"{made.path}/a/logs/t/pipeline.log\n"
    made.run("config", "init", "--file", "other.cfg").expect()
    assert made.file("other.cfg").read_text() == text


def test_init_does_not_write_over_a_file(project) -> None:
    made = project({"pipeline.cfg": FILE})
    outcome = made.run("config", "init").expect(2)
    assert "hint: --force" in outcome.stderr
    assert made.file("pipeline.cfg").read_text() == FILE
    made.run("config", "init", "--force").expect()
    assert made.file("pipeline.cfg").read_text() != FILE
