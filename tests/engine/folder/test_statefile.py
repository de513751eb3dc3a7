"""The statefile: read by LOFAR's tools, cut by its users, and never able to do anything."""

from __future__ import annotations

import os
import pickle
import pickletools
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genericpipe.engine.folder.legacystate import StateUnreadable, load_state
from genericpipe.engine.folder.processes import this_process
from genericpipe.engine.folder.statefile import (
    KEYS,
    Statefile,
    is_untouched,
    read_state,
    reconcile,
    step_name,
)
from genericpipe.engine.journal.history import History
from genericpipe.engine.journal.journal import NAME as JOURNAL
from genericpipe.engine.journal.journal import Journal
from genericpipe.engine.journal.recorder import Recorder
from genericpipe.engine.journal.records import AdoptedStep, StepKey
from genericpipe.errors import StateError

INPUTS = {"job_name": "job", "config": "/c.cfg", "start_time": "2026-01-01T00:00:00", "args": ["/p.parset"]}


class Tool:
    """What prefactor's and factor's tools do with a statefile."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "statefile"

    def state(self) -> Any:
        return pickle.loads(self.path.read_bytes())

    def names(self) -> list[str]:
        return [os.path.basename(item[1]["ok.mapfile"])[:-11] for item in self.state()[1]]

    def cut(self, count: int) -> None:
        state = self.state()
        state[1] = state[1][:count]
        self.path.write_bytes(pickle.dumps(state))


def result(step: str) -> dict[str, object]:
    return {"mapfile": f"/job/mapfiles/{step}.mapfile", "ok.mapfile": f"/job/mapfiles/{step}.ok.mapfile"}


def run(folder: Path, *steps: str) -> None:
    """Run recipe steps (and before each a plugin), as far as journal and statefile are concerned."""
    history = History.of(folder)
    with Journal.open(folder) as journal:
        recorder = Recorder(journal)
        recorder.run_started(this_process(), "2026", "1", "/p", "", {})
        statefile = Statefile(folder, recorder)
        done = [*history.recipe_steps()]
        for name in steps:
            recorder.step_started(StepKey(f"plug_{name}"), "plugin", "createMapfile")
            recorder.step_finished(StepKey(f"plug_{name}"), "done", {})
            recorder.step_started(StepKey(name), "recipe", f"task_{name}")
            recorder.step_finished(StepKey(name), "done", result(name))
            done.append(AdoptedStep(f"task_{name}", name, result(name)))  # type: ignore[arg-type]
            statefile.write(INPUTS, done)


def start(folder: Path, names: list[str] | None = None) -> tuple[list[str], History]:
    """Look at the statefile as a start does; return the forgotten steps, and the history read afresh."""
    history = History.of(folder)
    with Journal.open(folder) as journal:
        gone = reconcile(folder, history, Recorder(journal), names)
    again = History.of(folder)
    assert (again.order, again.adopted, again.statefile) == (
        history.order,
        history.adopted,
        history.statefile,
    )
    return [str(key) for key in gone], again


def test_tools_read_it(tmp_path: Path) -> None:
    run(tmp_path, "a", "b")
    tool = Tool(tmp_path)
    state = tool.state()
    assert state[0]["job_name"] == "job"
    assert tool.names() == ["a", "b"]
    assert [task for task, _ in state[1]] == ["task_a", "task_b"]
    assert set(KEYS) <= set(state[0])
    assert isinstance(state, list)
    assert isinstance(state[1][0], tuple)


def test_it_names_no_class(tmp_path: Path) -> None:
    run(tmp_path, "a")
    names = {opcode.name for opcode, _, _ in pickletools.genops((tmp_path / "statefile").read_bytes())}
    assert not names & {"GLOBAL", "STACK_GLOBAL", "INST", "REDUCE", "NEWOBJ", "NEWOBJ_EX", "BUILD", "EXT1"}


def test_strange_results_become_text(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        odd = AdoptedStep("t", "", {"path": Path("/x"), "list": (1, [None]), "raw": b"/\xff"})
        Statefile(tmp_path, Recorder(journal)).write({"args": Path("/p")}, [odd])
    state = read_state(tmp_path / "statefile")
    assert state is not None
    assert state.inputs["args"] == "/p"
    assert state.steps[0].result == {"path": "/x", "list": [1, [None]], "raw": os.fsdecode(b"/\xff")}


def test_as_a_run_left_it_nothing_is_forgotten(tmp_path: Path) -> None:
    assert start(tmp_path)[0] == []
    run(tmp_path, "a", "b", "c")
    size = (tmp_path / JOURNAL).stat().st_size
    assert start(tmp_path)[0] == []
    assert (tmp_path / JOURNAL).stat().st_size == size


def test_killed_between_announcement_and_writing(tmp_path: Path) -> None:
    run(tmp_path, "a")
    with Journal.open(tmp_path) as journal:
        Recorder(journal).statefile("f" * 32, written=False)
    assert is_untouched(tmp_path, History.of(tmp_path))


def test_killed_between_writing_and_the_word_of_it(tmp_path: Path) -> None:
    run(tmp_path, "a", "b")
    journal = tmp_path / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    assert b'"written":true' in lines[-1]
    journal.write_bytes(b"".join(lines[:-1]))
    assert is_untouched(tmp_path, History.of(tmp_path))


def test_killed_before_the_first_was_written(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        Recorder(journal).statefile("f" * 32, written=False)
    assert is_untouched(tmp_path, History.of(tmp_path))


def test_steps_cut_out_are_forgotten_with_all_after_them(tmp_path: Path) -> None:
    run(tmp_path, "a", "b", "c")
    Tool(tmp_path).cut(1)
    gone, history = start(tmp_path)
    assert gone == ["b", "plug_c", "c"]
    assert [str(key) for key in history.order] == ["plug_a", "a", "plug_b"]
    assert start(tmp_path)[0] == [], "told once"
    run(tmp_path, "b", "c")
    assert Tool(tmp_path).names() == ["a", "b", "c"]
    assert start(tmp_path)[0] == []


def test_a_step_cut_out_of_the_middle(tmp_path: Path) -> None:
    run(tmp_path, "a", "b", "c")
    tool = Tool(tmp_path)
    state = tool.state()
    del state[1][1]
    tool.path.write_bytes(pickle.dumps(state))
    assert start(tmp_path)[0] == ["b", "plug_c", "c"]


def test_the_same_written_by_another_tool(tmp_path: Path) -> None:
    run(tmp_path, "a", "b")
    Tool(tmp_path).cut(2)
    assert start(tmp_path)[0] == []


@pytest.mark.parametrize("empty", [False, True])
def test_a_deleted_statefile_means_from_the_start(tmp_path: Path, empty: bool) -> None:
    run(tmp_path, "a", "b")
    path = tmp_path / "statefile"
    path.unlink()
    if empty:
        path.touch()
    assert start(tmp_path)[0] == ["plug_a", "a", "plug_b", "b"]
    with Journal.open(tmp_path) as journal:
        Recorder(journal).step_started(StepKey("plug_a"), "plugin")
    assert start(tmp_path)[0] == [], "what ran since is not forgotten for the old one"


def test_a_step_taken_out_of_the_pipeline_is_not_asked_for(tmp_path: Path) -> None:
    run(tmp_path, "a", "b", "c")
    Tool(tmp_path).cut(2)
    assert start(tmp_path, ["a", "c"])[0] == ["c"]


@pytest.mark.parametrize("keep", [1, 20, -1])
def test_a_damaged_one_is_refused(tmp_path: Path, keep: int) -> None:
    run(tmp_path, "a")
    path = tmp_path / "statefile"
    path.write_bytes(path.read_bytes()[:keep])
    before = (tmp_path / JOURNAL).read_bytes()
    with pytest.raises(StateError, match="statefile cannot be read") as caught:
        start(tmp_path)
    assert (str(caught.value.location), "remove it" in caught.value.hint) == (str(path), True)
    assert (tmp_path / JOURNAL).read_bytes() == before


@pytest.mark.parametrize("value", [1, [1, 2], [{}, [1]], [{}, [("t", "x")]], {}, [{}, [], 3]])
def test_something_else_is_refused(tmp_path: Path, value: object) -> None:
    (tmp_path / "statefile").write_bytes(pickle.dumps(value))
    with pytest.raises(StateError, match="holds something else"):
        read_state(tmp_path / "statefile")


def test_a_step_without_ok_mapfile_has_no_name() -> None:
    assert step_name(result("a.b")) == "a.b"
    assert step_name({"mapfile": "/m"}) == ""
    assert step_name({"ok.mapfile": 5}) == ""


@pytest.fixture
def lofar() -> Iterator[types.SimpleNamespace]:
    """Classes of the names and shapes of LOFAR's, for the time in which a pickle of theirs is made."""
    ingredient = types.ModuleType("lofarpipe.cuisine.ingredient")
    fields = types.ModuleType("lofarpipe.support.lofaringredient")
    base = type("WSRTingredient", (dict,), {"__module__": ingredient.__name__})
    field = type("StringField", (), {"__module__": fields.__name__})
    made = type("LOFARingredient", (base,), {"__module__": fields.__name__})
    made_in = type("LOFARinput", (made,), {"__module__": fields.__name__})
    made_out = type("LOFARoutput", (made,), {"__module__": fields.__name__})
    for module, cls in ((ingredient, base), *((fields, one) for one in (field, made, made_in, made_out))):
        setattr(module, cls.__name__, cls)
    sys.modules[ingredient.__name__], sys.modules[fields.__name__] = ingredient, fields
    for name in ("lofarpipe", "lofarpipe.cuisine", "lofarpipe.support"):
        sys.modules.setdefault(name, types.ModuleType(name))
    yield types.SimpleNamespace(input=made_in, output=made_out, field=field, base=base)
    for name in [name for name in sys.modules if name.split(".")[0] == "lofarpipe"]:
        del sys.modules[name]


def lofar_state(lofar: types.SimpleNamespace, protocol: int) -> bytes:
    inputs = lofar.input(INPUTS)
    described = lofar.field()
    described.help = "the job's name"
    inputs._fields = {"job_name": described}
    steps = []
    for name in ("a", "b"):
        outputs = lofar.output(result(name))
        outputs._fields = {"mapfile": described}
        steps.append((f"task_{name}", outputs))
    return pickle.dumps([inputs, steps], protocol)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_one_of_lofar_is_adopted(tmp_path: Path, lofar: types.SimpleNamespace, protocol: int) -> None:
    (tmp_path / "statefile").write_bytes(lofar_state(lofar, protocol))
    for name in [name for name in sys.modules if name.split(".")[0] == "lofarpipe"]:
        del sys.modules[name]
    gone, history = start(tmp_path)
    assert gone == []
    assert history.adopted == (
        AdoptedStep("task_a", "a", result("a")),
        AdoptedStep("task_b", "b", result("b")),
    )
    assert all(type(one.result) is dict for one in history.adopted)
    assert start(tmp_path)[0] == []
    state = read_state(tmp_path / "statefile")
    assert state is not None
    assert state.inputs == INPUTS
    assert type(state.inputs) is dict


def test_an_adopted_one_that_is_cut_or_removed(tmp_path: Path, lofar: types.SimpleNamespace) -> None:
    (tmp_path / "statefile").write_bytes(lofar_state(lofar, 2))
    start(tmp_path)
    state = pickle.loads((tmp_path / "statefile").read_bytes())
    (tmp_path / "statefile").write_bytes(pickle.dumps([dict(state[0]), state[1][:1]]))
    assert [one.step for one in start(tmp_path)[1].adopted] == ["a"]
    (tmp_path / "statefile").unlink()
    assert start(tmp_path)[1].adopted == ()


def test_texts_of_python_2(tmp_path: Path) -> None:
    """What Python 2 wrote: byte strings, and its names of modules (protocol 0)."""
    content = (
        b"(lp0\nccopy_reg\n_reconstructor\np1\n(clofarpipe.support.lofaringredient\nLOFARinput\np2\n"
        b"c__builtin__\ndict\np3\n(dp4\nS'job_name'\np5\nS'job\\xc3\\xa9'\np6\nstp7\nRp8\n"
        b"(dp9\nS'_fields'\np10\n(dp11\nsbaa."
    )
    (tmp_path / "statefile").write_bytes(content.replace(b"baa.", b"ba(lp12\na."))
    state = read_state(tmp_path / "statefile")
    assert state is not None
    assert (state.inputs, state.steps) == ({"job_name": "jobé"}, ())


class Harmful:
    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "harm",
    [
        Harmful(os.system, ("touch harmed",)),
        Harmful(eval, ("open('harmed', 'w')",)),
        Harmful(getattr, ("text", "upper")),
        Harmful(Path, ("x",)),
        Harmful(__import__, ("antigravity",)),
    ],
    ids=lambda harm: harm.call[0].__name__,
)
def test_nothing_else_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Harmful, protocol: int
) -> None:
    monkeypatch.chdir(tmp_path)
    content = pickle.dumps([{}, [("t", {"x": harm})]], protocol)
    with pytest.raises(StateUnreadable, match=r"names .*, which has no place in a statefile"):
        load_state(content)
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    "name",
    [
        b"clofarpipe.support.lofaringredient\nos.system\n.",
        b"clofarpipe.support.lofaringredient\ndefaultdict\n.",
        b"clofarpipe.support.utilities\nspawn_process\n.",
        b"cbuiltins\nobject.__class__\n.",
        b"Pname\n.",
    ],
)
def test_nor_by_a_way_round(name: bytes) -> None:
    with pytest.raises(StateUnreadable):
        load_state(name)


@given(st.binary(max_size=60))
def test_rubbish_is_refused_or_plain(content: bytes) -> None:
    try:
        value = load_state(content)
    except StateUnreadable:
        return
    assert isinstance(value, (dict, list, tuple, str, bytes, bool, int, float, type(None)))


def test_a_pickle_that_holds_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(StateUnreadable, match="holds itself"):
        load_state(pickle.dumps(endless))
