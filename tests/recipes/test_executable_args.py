"""Steps of executable_args: inputs, keys, names of outputs, jobs, results (contract 7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from genericpipe.errors import GenericPipeError, MapfileError, PipelineError
from genericpipe.mapfile import DataMap
from genericpipe.recipes.job import Outcome, Status
from genericpipe.recipes.results import StepFailed

FLAGS = "s.control.inputkey = k\ns.argument.flags = [k,outputkey]"
BASE = """
s.control.type = executable_args
s.control.executable = exe
"""


def done(**results: str) -> Outcome:
    return Outcome(Status.DONE, 0, duration=1.0, results=results)


FAILED = Outcome(Status.FAILED, 3, duration=1.0)


def test_a_job_for_each_entry_with_its_file(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS", "/d/b.MS"])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    assert work.indices == (0, 1)
    assert [work.job(index).argv for index in work.indices] == [("exe", "/d/a.MS"), ("exe", "/d/b.MS")]


def test_skipped_entries_have_no_job_and_others_keep_their_file(prepared, make_map) -> None:
    """FIX (must): LOFAR's own gave entry 1's job the file of entry 0."""
    m = make_map("m", [("h", "/d/a.MS", True), ("h", "/d/b.MS", False), ("h", "/d/c.MS", False)])
    n = make_map("n", ["/e/a", "/e/b", "/e/c"])
    work = prepared(
        f"{BASE}s.control.mapfiles_in = [{m},{n}]\ns.control.inputkeys = [k,l]\n"
        "s.control.outputkey = o\ns.argument.flags = [k,l,o]"
    )
    assert work.indices == (1, 2)
    root = work.inputs.data_root
    assert work.job(1).argv == ("exe", "/d/b.MS", "/e/b", f"{root}/b.s")
    assert work.job(2).argv == ("exe", "/d/c.MS", "/e/c", f"{root}/c.s")


def test_maps_of_different_length_are_refused_and_both_named(prepared, make_map) -> None:
    m, n = make_map("m", ["/a", "/b"]), make_map("n", ["/a"])
    with pytest.raises(PipelineError) as caught:
        prepared(f"{BASE}s.control.mapfiles_in = [{m},{n}]\ns.control.inputkeys = [k,l]")
    assert m in caught.value.message
    assert n in caught.value.message
    assert "2 entries" in caught.value.message
    assert "has 1" in caught.value.message


def test_one_mapfile_too_few_keys(prepared, make_map) -> None:
    m = make_map("m", ["/a"])
    with pytest.raises(
        PipelineError, match="Number of input mapfiles 1 and input keys 0 have to match"
    ) as caught:
        prepared(f"{BASE}s.control.mapfile_in = {m}")
    assert caught.value.location is not None


def test_skip_infile_needs_no_key_and_replaces_none(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.control.skip_infile = True\n"
        "s.control.outputkey = o\ns.argument.flags = [k,o]"
    )
    assert work.job(0).argv == ("exe", "k", f"{work.inputs.data_root}/a.s")


def test_no_mapfile_at_all(prepared) -> None:
    with pytest.raises(PipelineError, match="step 's' has no input mapfile"):
        prepared(f"{BASE}s.argument.flags = [x]")


def test_a_mapfile_that_is_not_there(prepared, tmp_path) -> None:
    with pytest.raises(MapfileError, match="nope"):
        prepared(f"{BASE}s.control.mapfile_in = {tmp_path}/nope.mapfile\ns.control.inputkey = k")


def test_one_key_for_two_maps_is_refused(prepared, make_map) -> None:
    m, n = make_map("m", ["/a"]), make_map("n", ["/b"])
    with pytest.raises(PipelineError, match="input key 'k' stands for"):
        prepared(f"{BASE}s.control.mapfiles_in = [{m},{n}]\ns.control.inputkeys = [k,k]")


def test_one_map_named_twice_with_one_key_is_harmless(prepared, make_map) -> None:
    m = make_map("m", ["/a"])
    work = prepared(
        f"{BASE}s.control.mapfiles_in = [{m},{m}]\ns.control.inputkeys = [k,k]\ns.argument.flags = [k]"
    )
    assert work.job(0).argv == ("exe", "/a")


def test_a_map_as_string_gives_every_job_its_path(prepared, make_map) -> None:
    m, n = make_map("m", ["/a", "/b"]), make_map("n", ["/c", "/d"])
    work = prepared(
        f"{BASE}s.control.mapfiles_in = [{m},{n}]\ns.control.inputkeys = [k,l]\n"
        f"s.control.mapfiles_as_string = [{n}]\ns.argument.flags = [k,l]"
    )
    assert work.job(1).argv == ("exe", "/b", n)


def test_an_argument_that_refers_to_a_mapfile_is_an_input(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS", "/d/b.MS"])
    results = {"make": {"mapfile": m}}
    work = prepared(f"{BASE}s.argument.ms = make.output.mapfile\ns.argument.x = 1", results)
    assert work.job(1).argv == ("exe", "--ms=/d/b.MS", "--x=1")


def test_the_first_argument_that_refers_to_a_map_names_the_outputs(prepared, make_map) -> None:
    m, n = make_map("m", ["/d/a.MS"]), make_map("n", ["/d/b.MS"])
    results = {"m": {"mapfile": m}, "n": {"mapfile": n}}
    work = prepared(
        f"{BASE}s.argument.z = n.output.mapfile\ns.argument.a = m.output.mapfile\ns.argument.o = outputkey",
        results,
    )
    assert work.job(0).argv == ("exe", "--a=/d/a.MS", f"--o={work.inputs.data_root}/b.s", "--z=/d/b.MS")


def test_the_word_outputkey_does_not_cost_a_task_its_own_key(prepared, make_map) -> None:
    """FIX: LOFAR's own lost ``msout`` as soon as the word stood anywhere in a value."""
    m = make_map("m", ["/d/a.MS"])
    text = (
        "s.control.type = dppp\ns.control.executable = exe\n"
        f"s.control.mapfile_in = {m}\ns.control.inputkey = msin\ns.argument.x = outputkey\n"
    )
    work = prepared(text)
    root = work.inputs.data_root
    assert work.job(0).argv == ("exe", f"x={root}/a.s", "msin=/d/a.MS", f"msout={root}/a.s")


def test_the_word_outputkey_inside_a_value_means_nothing(prepared, make_map) -> None:
    """FIX: LOFAR's own took it for the output key and appended an option of that name."""
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.x = my_outputkey_x"
    )
    assert work.job(0).argv == ("exe", "--x=my_outputkey_x", "--k=/d/a.MS")


def test_control_outputkey_beats_the_word(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.control.outputkey = o\n"
        "s.argument.flags = [k,o,outputkey]"
    )
    assert work.job(0).argv == ("exe", "/d/a.MS", f"{work.inputs.data_root}/a.s", "outputkey")


def test_an_empty_control_outputkey_switches_the_tasks_off(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        "s.control.type = dppp\ns.control.executable = exe\ns.control.outputkey =\ns.control.inplace = True\n"
        f"s.argument.msin = {m}\ns.control.mapfile_in = {m}\ns.control.inputkey = msin\n"
    )
    assert not any(word.startswith("msout") for word in work.job(0).argv)


def test_inplace_hands_the_input_over_as_output(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        "s.control.type = dppp\ns.control.executable = exe\ns.control.inplace = True\n"
        f"s.control.mapfile_in = {m}\ns.control.inputkey = msin\ns.argument.steps = []\n"
    )
    assert work.job(0).argv == ("exe", "steps=[]", "msin=/d/a.MS", "msout=/d/a.MS")
    assert work.finish({0: done()})["mapfile"] == m


def test_inplace_keeps_the_other_map_as_it_was(prepared, make_map) -> None:
    """FIX (must): LOFAR's own overwrote the second map with the first's entries."""
    m, n = make_map("m", ["/d/a.MS"]), make_map("n", ["/e/b"])
    before = Path(n).read_text()
    work = prepared(
        f"{BASE}s.control.inplace = True\ns.control.mapfile_in = {m}\ns.control.mapfiles_in = [{n}]\n"
        "s.control.inputkey = k\ns.control.inputkeys = [k,l]\ns.argument.flags = [k,l]"
    )
    result = work.finish({0: done()})
    assert result["mapfile"] == m
    assert Path(n).read_text() == before


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("/d/L1_SB000.dppp.MS", "L1_SB000.dppp.s"),
        ("/d/noext", "noext.s"),
        ("/d/.hidden", ".hidden.s"),
        ("plain.x.y", "plain.x.s"),
        ("/d/a.MS/", "a.s"),  # FIX: LOFAR's own made '.s' of it
        ("['/d/a.MS', '/e/b.MS']", "b.s"),
        ("[/d/g.MS,/e/f.MS]", "f.s"),
        ("/d/with blank.MS", "with blank.s"),
        ("/d/ü#=,'.MS", "ü#=,'.s"),
    ],
)
def test_names_of_outputs(prepared, make_map, file, name) -> None:
    m = make_map("m", [file])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k,outputkey]"
    )
    assert work.outputs.main[0].file == f"{work.inputs.data_root}/{name}"
    assert work.outputs.main[0].host == "localhost"


def test_outputs_of_one_name_are_refused_and_both_inputs_named(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS", "/e/a.MS"])
    with pytest.raises(PipelineError) as caught:
        prepared(
            f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k,outputkey]"
        )
    assert "/d/a.MS" in caught.value.message
    assert "/e/a.MS" in caught.value.message


def test_outputs_of_one_name_do_not_matter_where_nobody_is_told_the_name(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS", "/e/a.MS"])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    assert work.indices == (0, 1)


def test_mapfile_out_names_the_outputs(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS", "/d/b.MS"])
    out = make_map("out", ["/o/1", "/o/2"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.mapfile_out = {out}\ns.control.inputkey = k\n"
        "s.argument.flags = [k,outputkey]"
    )
    assert work.job(1).argv == ("exe", "/d/b.MS", "/o/2")
    assert work.finish({0: done(), 1: FAILED})["mapfile"] == out
    assert [entry.skip for entry in DataMap.load(out).data] == [False, True]  # FIX: written back


def test_mapfile_out_on_other_hosts_does_not_fit(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    out = make_map("out", [("elsewhere", "/o/1", False)])
    with pytest.raises(PipelineError, match="do not fit"):
        prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.mapfile_out = {out}\ns.control.inputkey = k\n")


def test_suffixes_give_maps_of_their_own(prepared, make_map, tmp_path) -> None:
    m = make_map("m", ["/d/a.MS", "/d/b.MS"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k,outputkey]\n"
        "s.control.outputsuffixes = [-image.fits, .x]"
    )
    result = work.finish({0: FAILED, 1: done()})
    maps = tmp_path / "maps"
    assert result["mapfile"] == result["s.mapfile"] == str(maps / "s.mapfile")
    assert result["s-image.fits.mapfile"] == str(maps / "s-image.fits.mapfile")
    image = DataMap.load(result["s-image.fits.mapfile"])
    root = work.inputs.data_root
    assert [entry.file for entry in image.data] == [f"{root}/a.s-image.fits", f"{root}/b.s-image.fits"]
    assert [entry.skip for entry in image.data] == [True, False]  # FIX: not only in the main map
    assert DataMap.load(result["s.x.mapfile"])[1].file == f"{root}/b.s.x"


def test_mapfile_out_with_suffixes_keeps_names_and_maps_together(prepared, make_map, tmp_path) -> None:
    """FIX: in LOFAR's own names and maps shifted by one and the last map was lost."""
    m, out = make_map("m", ["/d/a.MS"]), make_map("out", ["/o/1"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.mapfile_out = {out}\ns.control.inputkey = k\n"
        "s.argument.flags = [k,outputkey]\ns.control.outputsuffixes = [.x,.y]"
    )
    result = work.finish({0: done()})
    assert result["mapfile"] == out
    assert DataMap.load(result["s.x.mapfile"])[0].file == f"{work.inputs.data_root}/a.s.x"
    assert DataMap.load(result["s.y.mapfile"])[0].file == f"{work.inputs.data_root}/a.s.y"


def test_results_have_an_entry_for_each_input_entry(prepared, make_map, tmp_path) -> None:
    """FIX: LOFAR's own left out entries without a job, so the maps of one step did not fit each other."""
    m = make_map("m", [("h", "/a", True), ("h", "/b", False), ("h", "/c", False)])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    result = work.finish({1: done(half="1.5"), 2: FAILED})
    half = DataMap.load(result["half.mapfile"])
    assert [(entry.file, entry.skip) for entry in half.data] == [("", True), ("1.5", False), ("", True)]
    codes = DataMap.load(result["returncode.mapfile"])
    assert [(entry.file, entry.skip) for entry in codes.data] == [("", True), ("0", False), ("1", True)]
    assert [entry.skip for entry in DataMap.load(result["mapfile"]).data] == [True, False, True]


def test_an_entry_that_a_further_map_holds_nothing_for_is_left_out(prepared, make_map, tmp_path) -> None:
    """FIX: maps of results were shorter, and the step took another entry's value or died of an IndexError."""
    m = make_map("m", ["/a", "/b", "/c", "/e"])
    values = make_map("v", [("h", "", True), ("h", "1.5", False), ("h", "2", True), ("h", "", False)])
    work = prepared(
        f"{BASE}s.control.mapfiles_in = [{m},{values}]\ns.control.inputkeys = [k,l]\n"
        "s.control.outputsuffixes = [.x]\ns.argument.flags = [k,l]"
    )
    assert work.indices == (1, 2, 3)  # a skipped entry that names a file is used, as LOFAR's own did
    assert work.left_out == {0: values}
    assert [work.job(index).argv[1:] for index in work.indices] == [("/b", "1.5"), ("/c", "2"), ("/e", "")]
    result = work.finish(dict.fromkeys(work.indices, done()))
    for key in ("mapfile", "s.x.mapfile", "ok.mapfile"):
        assert [entry.skip for entry in DataMap.load(result[key]).data] == [True, False, False, False], key


def test_a_further_map_as_string_holds_something_for_each_entry(prepared, make_map) -> None:
    m, values = make_map("m", ["/a"]), make_map("v", [("h", "", True)])
    work = prepared(
        f"{BASE}s.control.mapfiles_in = [{m},{values}]\ns.control.inputkeys = [k,l]\n"
        f"s.control.mapfiles_as_string = [{values}]\ns.argument.flags = [k,l]"
    )
    assert work.job(0).argv[1:] == ("/a", values)


def test_a_step_without_jobs_succeeds_and_gives_the_usual_keys(prepared, make_map) -> None:
    """FIX: ``step.output.ok.mapfile`` of a step whose entries are all skipped was a KeyError."""
    m = make_map("m", [("h", "/a", True)])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    assert work.indices == ()
    result = work.finish({})
    assert [entry.skip for entry in DataMap.load(result["ok.mapfile"]).data] == [True]
    assert [entry.skip for entry in DataMap.load(result["mapfile"]).data] == [True]


def test_an_empty_map_is_no_failure(prepared, make_map) -> None:
    m = make_map("m", [])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    assert Path(work.finish({})["mapfile"]).read_text() == "[]"


def test_all_jobs_failed(prepared, make_map, tmp_path) -> None:
    m = make_map("m", ["/a", "/b"])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    with pytest.raises(StepFailed, match="All jobs failed"):
        work.finish({0: FAILED, 1: FAILED})
    assert not (tmp_path / "maps/s.mapfile").exists()
    assert (tmp_path / "maps/s.returncode.mapfile").exists()


def test_no_failure_is_tolerated_where_the_step_says_so(prepared, make_map, tmp_path) -> None:
    m = make_map("m", ["/a", "/b"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]\n"
        "s.control.error_tolerance = False"
    )
    with pytest.raises(StepFailed, match="A job has failed with returncode 3 and error_tolerance is not set"):
        work.finish({0: done(), 1: FAILED})
    assert list((tmp_path / "maps").iterdir()) == []


def test_break_is_that_of_the_last_job(prepared, make_map) -> None:
    m = make_map("m", ["/a", "/b"])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k]")
    outcomes = {0: done(**{"break": "True"}), 1: done(**{"break": "False"})}
    assert work.finish(outcomes)["break"] == "False"


def test_a_parset_file_holds_the_options_of_one_entry(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.control.parsetasfile = True\n"
        "s.argument.flags = [x]\ns.argument.b = k\ns.argument.a = 1"
    )
    job = work.job(0)
    path = f"{work.inputs.data_root}/a.MS.s.parset"
    assert job.argv == ("exe", path, "x")
    assert job.files == {path: "a=1\nb=/d/a.MS\n"}


def test_a_python_plugin_gets_flags_and_options(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        "s.control.type = pythonplugin\ns.control.executable = /x/p.py\n"
        f"s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.flags = [k,plain]\n"
        "s.argument.dotted.name = x\ns.argument.empty =\ns.control.nthreads = 4"
    )
    job = work.job(0)
    assert job.call is not None
    assert job.call.script == "/x/p.py"
    assert tuple(job.call.positional) == ("/d/a.MS", "plain")
    assert dict(job.call.keywords) == {"dotted.name": "x", "empty": ""}
    assert job.environment["OMP_NUM_THREADS"] == "4"


def test_values_with_signs_survive(prepared, make_map) -> None:
    """FIX: LOFAR's own cut values at '#' and '=' because they went through a file."""
    m = make_map("m", ["/d/a.MS"])
    work = prepared(
        f'{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.a = "x=y"\n'
        's.argument.b = "c#d"\ns.argument.c = " lead"\ns.argument.d = pre"mid"post\ns.argument.flags = [k]'
    )
    assert work.job(0).argv == ("exe", "/d/a.MS", "--a=x=y", "--b=c#d", "--c= lead", "--d=premidpost")


def test_threads_and_environment(prepared, make_map) -> None:
    m = make_map("m", ["/a"])
    common = f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\n"
    assert prepared(common).job(0).environment == {"OMP_NUM_THREADS": "8"}
    assert prepared(f"{common}s.control.nthreads = 0").job(0).environment == {}
    mapping = "s.control.environment = {OMP_NUM_THREADS: 3, P: '/a:/b', Q: x y}"
    assert prepared(common + mapping).job(0).environment == {"OMP_NUM_THREADS": "3", "P": "/a:/b", "Q": "x y"}


def test_a_step_takes_what_its_task_says_and_its_own_lines_win(prepared, make_map) -> None:
    m = make_map("m", ["/a.x"])
    tasks = (
        "[t]\nrecipe = executable_args\nexecutable = exe\nargs_format = lofar\ninputkey = in\n"
        "outputkey = out\narguments = [one,in]\nnthreads = 2\n"
    )
    work = prepared(f"s.control.type = t\ns.control.mapfile_in = {m}", tasks=tasks)
    assert work.job(0).argv == ("exe", "one", "/a.x")
    assert work.job(0).environment == {"OMP_NUM_THREADS": "2"}
    # As soon as the step has an argument, its flags (none) beat the task's.
    more = f"s.control.type = t\ns.control.mapfile_in = {m}\ns.argument.q = 1\ns.control.args_format = gnu"
    argv = prepared(more, tasks=tasks).job(0).argv
    assert argv == ("exe", "--q=1", "--in=/a.x", f"--out={prepared(more, tasks=tasks).inputs.data_root}/a.s")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("s.control.inplace = maybe", "inplace = 'maybe' is neither True nor False"),
        ("s.control.nthreads = many", "nthreads = 'many' is not a whole number"),
        ("s.control.max_per_node = -1", "max_per_node = '-1' is negative"),
        ("s.control.stepname = ../x", "a step cannot be called '../x'"),
        ("s.control.args_format = lofer", "there is no argument format 'lofer'"),
        ("s.control.executable =", "does not say which program"),
    ],
)
def test_texts_that_cannot_be_read(prepared, make_map, line, message) -> None:
    m = make_map("m", ["/a"])
    text = f"s.control.type = executable_args\ns.control.mapfile_in = {m}\ns.control.inputkey = k\n"
    exe = "" if "executable" in line else "s.control.executable = exe\n"
    with pytest.raises(GenericPipeError, match=message) as caught:
        prepared(f"{text}{exe}{line}")
    assert caught.value.location is not None
    assert caught.value.location.file == "p.parset"


def test_a_mapfile_in_a_bracketed_list_is_replaced(prepared, make_map) -> None:
    """FIX: LOFAR's own kept the path and appended an option named like it."""
    m, n = make_map("m", ["/d/a.MS"]), make_map("n", ["/d/b.MS"])
    results = {"m": {"mapfile": m}, "n": {"mapfile": n}}
    work = prepared(f"{BASE}s.argument.msin = [m.output.mapfile, n.output.mapfile]", results)
    assert work.job(0).argv == ("exe", "--msin=[/d/a.MS, /d/b.MS]")


def test_a_mapfile_inside_a_longer_text_is_refused(prepared, make_map) -> None:
    m, n = make_map("m", ["/d/a.MS"]), make_map("n", ["/d/b.MS"])
    results = {"m": {"mapfile": m}, "n": {"mapfile": n}}
    with pytest.raises(PipelineError, match="inside a longer text") as caught:
        prepared(f"{BASE}s.argument.msin = m.output.mapfile,n.output.mapfile", results)
    assert caught.value.location is not None


def test_an_ordinary_key_inside_a_list_stays(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    work = prepared(f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.argument.msin = [k]")
    assert work.job(0).argv == ("exe", "--msin=[k]", "--k=/d/a.MS")


def test_a_node_script_that_nobody_knows(prepared, make_map) -> None:
    m = make_map("m", ["/d/a.MS"])
    with pytest.raises(PipelineError, match="there is no node script 'dppp_scratch'"):
        prepared(
            f"{BASE}s.control.mapfile_in = {m}\ns.control.inputkey = k\ns.control.nodescript = dppp_scratch"
        )
