"""Step plugins (contract 9): `plugin_main`, once, in an interpreter of its own."""

from __future__ import annotations

import os

import pytest

from genericpipe.recipes.job import Status


def plugin(workshop, body: str, *positional: str, **fields):
    """Return a job that calls a plugin with this body."""
    text = "".join(f"    {line}\n" for line in body.splitlines())
    script = workshop.file(
        "PipelineStep_mine.py", f"import os, sys\ndef plugin_main(args, **kwargs):\n{text}"
    )
    settings = {"call_function": "plugin_main", "call_is_step_plugin": True, **fields}
    return workshop.call(script, *positional, **settings)


def test_how_it_is_called(workshop):
    body = "return {'args': args, 'kwargs': sorted(kwargs.items()), 'name': __name__, 'cwd': os.getcwd()}"
    keywords = {"mapfile_in": "a.mapfile", "plotB.operation": "x", "environment": {"A": "1"}}
    (outcome,) = workshop.run(plugin(workshop, body, "one", "two", keywords=keywords))
    assert outcome.status is Status.DONE, workshop.err()
    assert dict(outcome.results) == {
        "args": "['one', 'two']",
        "kwargs": str(sorted(keywords.items())),
        "name": "PipelineStep_mine",
        "cwd": str(workshop.path / "work"),
    }


@pytest.mark.parametrize(
    ("value", "warned"), [("None", False), ("0", False), ("'text'", True), ("[1]", True)]
)
def test_what_is_no_mapping_counts_as_nothing(workshop, value, warned):
    (outcome,) = workshop.run(plugin(workshop, f"return {value}"))
    assert (outcome.status, dict(outcome.results)) == (Status.DONE, {})
    assert ("is no dictionary: ignored" in workshop.err()) == warned


@pytest.mark.parametrize("code", ["", "0", "1", "'text'"])
def test_exit_is_a_failure_whatever_the_status(workshop, code):
    (outcome,) = workshop.run(plugin(workshop, f"print('so far')\nsys.exit({code})"))
    assert outcome.status is Status.FAILED
    assert outcome.reason == f"it called exit({code}), which ends no step"
    assert workshop.log() == "so far\n"


@pytest.mark.parametrize("code", ["0", "3"])
def test_ending_the_interpreter_is_a_failure(workshop, code):
    (outcome,) = workshop.run(plugin(workshop, f"os._exit({code})"))
    assert outcome.status is Status.FAILED


def test_an_exception_leaves_its_traceback(workshop):
    (outcome,) = workshop.run(plugin(workshop, "raise KeyError('mapfile_in')"))
    assert (outcome.status, outcome.reason) == (Status.FAILED, "KeyError: 'mapfile_in'")
    assert "PipelineStep_mine.py" in workshop.err()


def test_folders_of_plugins_come_last_on_the_path(workshop):
    for folder, value in (("early", 1), ("first", 2), ("second", 3)):
        (workshop.path / folder).mkdir()
        workshop.file(f"{folder}/PipelineStep_other.py", f"value = {value}\n")
    workshop.file("second/only_there.py", "value = 4\n")
    body = "import PipelineStep_other, only_there\nreturn {'v': [PipelineStep_other.value, only_there.value]}"
    path = (str(workshop.path / "first"), str(workshop.path / "second"))
    (outcome,) = workshop.run(plugin(workshop, body, call_path=path))
    assert outcome.results == {"v": "[2, 4]"}, workshop.err()
    early = {"PYTHONPATH": str(workshop.path / "early")}
    (outcome,) = workshop.run(plugin(workshop, body, call_path=path, environment=early))
    assert outcome.results == {"v": "[1, 4]"}, workshop.err()


def test_a_function_of_a_module(workshop):
    (workshop.path / "lib/mysite").mkdir(parents=True)
    workshop.file("lib/mysite/__init__.py", "")
    workshop.file(
        "lib/mysite/steps.py", "def antennas(args, **kwargs):\n    return {'refant': kwargs['station']}\n"
    )
    job = workshop.call(
        "mysite.steps",
        keywords={"station": "CS001"},
        call_function="antennas",
        call_is_module=True,
        call_is_step_plugin=True,
        call_path=(str(workshop.path / "lib"),),
    )
    (outcome,) = workshop.run(job)
    assert outcome.results == {"refant": "CS001"}, workshop.err()


def test_a_module_of_ours_is_found_wherever_the_step_runs(workshop):
    job = workshop.call(
        "genericpipe.config.model",
        call_function="Task",
        call_is_module=True,
        call_is_step_plugin=True,
        keywords={"recipe": "r", "settings": {}},
        environment={"PYTHONPATH": ""},
    )
    (outcome,) = workshop.run(job)
    assert outcome.status is Status.DONE
    assert "returned Task(name=[], recipe='r'" in workshop.err(), "it was found and called"


def test_its_changes_reach_nobody(workshop):
    (outcome,) = workshop.run(plugin(workshop, "os.environ['LEAK'] = '1'; os.chdir('/'); return {}"))
    assert outcome.status is Status.DONE
    assert "LEAK" not in os.environ


def test_our_own_errors_are_told_by_their_message_with_its_place(workshop):
    body = (
        "from genericpipe import Location, MapfileError\n"
        "class Mine(MapfileError): pass\n"
        "raise Mine('no such entry', Location('a.mapfile', 3), 'look again')"
    )
    (outcome,) = workshop.run(plugin(workshop, body))
    assert outcome.reason == "a.mapfile:3: no such entry"
    assert workshop.err() == "a.mapfile:3: no such entry\nhint: look again\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("'first\\nsecond'", "ValueError: first"),
        ("'\\n\\nsecond\\nthird'", "ValueError: second"),
        ("''", "ValueError"),
    ],
)
def test_the_first_line_of_an_exception_counts(workshop, text, reason):
    (outcome,) = workshop.run(plugin(workshop, f"raise ValueError({text})"))
    assert outcome.reason == reason
