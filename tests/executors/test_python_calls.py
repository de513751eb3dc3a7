"""Scripts whose `main` is called (contract 8, python_plugin): forked from a parent, or on their own."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from genericpipe.executors.starting import COMPAT, CannotStart
from genericpipe.recipes.job import Status

BOTH_WAYS = pytest.mark.parametrize("isolated", [False, True], ids=["forked", "isolated"])


THREADS = """\
import threading, time
for _ in range(2):
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
"""


@BOTH_WAYS
def test_arguments_and_results(workshop, isolated):
    script = workshop.file(
        "script.py",
        """\
        def main(first, *more, **keywords):
            print(first, more, sorted(keywords.items()))
            return {"half": 0.5, "none": None, "yes": True, "list": ["a", 1], 3: "three", "break": False,
                    "text": "it's\\n\\udcff ä"}
        """,
    )
    job = workshop.call(script, "", "b c", keywords={"x.y": "1", "z": ""}, isolated=isolated)
    (outcome,) = workshop.run(job)
    assert outcome.status is Status.DONE, workshop.err()
    assert dict(outcome.results) == {
        "half": "0.5",
        "none": "None",
        "yes": "True",
        "list": "['a', 1]",
        "3": "three",
        "break": "False",
        "text": "it's\n\udcff ä",
    }
    assert workshop.log() == " ('b c',) [('x.y', '1'), ('z', '')]\n"
    assert not (workshop.path / "logs/step/0.err").exists()
    assert (outcome.returncode, outcome.reason, outcome.reported) == (0, "", True)
    assert not (workshop.path / "__pycache__").exists()


@BOTH_WAYS
def test_numbers_of_numpy_are_plain_text(workshop, isolated):
    script = workshop.file(
        "script.py",
        """\
        import numpy as np
        def main():
            return {"one": np.float64(1.5), "list": [np.float64(1.5), np.int32(2)], "array": np.arange(3),
                    "deep": {"a": (np.float32(0.1), np.bool_(True), np.str_("x"))}}
        """,
    )
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated))
    assert dict(outcome.results) == {
        "one": "1.5",
        "list": "[1.5, 2]",
        "array": "[0 1 2]",
        "deep": "{'a': (0.1, True, 'x')}",
    }


@BOTH_WAYS
@pytest.mark.parametrize("value", ["None", "{}", "0", "''", "False", "[]"])
def test_nothing(workshop, isolated, value):
    script = workshop.file("script.py", f"def main():\n    return {value}\n")
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated))
    assert (outcome.status, dict(outcome.results), workshop.err()) == (Status.DONE, {}, "")


@BOTH_WAYS
@pytest.mark.parametrize("value", ["3", "'text'", "[1]", "__import__('numpy').arange(3)", "object()"])
def test_any_other_value_is_ignored_with_a_warning(workshop, isolated, value):
    script = workshop.file("script.py", f"def main():\n    return {value}\n")
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated))
    assert (outcome.status, dict(outcome.results)) == (Status.DONE, {})
    assert "is no dictionary: ignored" in workshop.err()


@BOTH_WAYS
def test_how_the_script_sees_itself(workshop, isolated, monkeypatch):
    folder = workshop.path / "scripts"
    folder.mkdir()
    (workshop.path / "lib").mkdir()
    workshop.file("lib/on_path.py", "here = True\n")
    workshop.file("scripts/neighbour.py", "here = True\n")
    script = workshop.file(
        "scripts/odd näme",
        """\
        import json, os, sys
        import on_path
        name = __name__
        if __name__ == "__main__":
            raise SystemExit("must not run")
        def main():
            try:
                import neighbour
            except ImportError:
                neighbour = None
            folders = [os.path.abspath(folder) for folder in sys.path]
            return {"name": name, "module": sys.modules["main"].__name__, "argv": sys.argv,
                    "neighbour": neighbour,
                    "cwd": os.getcwd(), "cwd_on_path": os.getcwd() in folders, "file": __file__,
                    "stdin": sys.stdin.read(), "leader": os.getsid(0) == os.getpid()}
        """,
    )
    environment = {"PYTHONPATH": str(workshop.path / "lib")}
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated, environment=environment))
    assert dict(outcome.results) == {
        "name": "main",
        "module": "main",
        "argv": str([str(script)]),
        "neighbour": "None",
        "cwd": str(workshop.path / "work"),
        "cwd_on_path": "False",
        "file": str(script),
        "stdin": "",
        "leader": "True",
    }, workshop.err()


@BOTH_WAYS
def test_our_lofarpipe_wins(workshop, isolated):
    (workshop.path / "lib/lofarpipe/support").mkdir(parents=True)
    for name in ("lofarpipe/__init__.py", "lofarpipe/support/__init__.py", "lofarpipe/support/data_map.py"):
        workshop.file(f"lib/{name}", "raise ImportError('the original')\n")
    script = workshop.file(
        "script.py",
        """\
        from lofarpipe.support.data_map import DataMap, DataProduct
        import lofar.parameterset
        def main():
            return {"map": DataMap.__module__, "file": __import__("lofarpipe").__file__}
        """,
    )
    environment = {"PYTHONPATH": str(workshop.path / "lib")}
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated, environment=environment))
    assert outcome.status is Status.DONE, workshop.err()
    assert outcome.results["file"] == f"{COMPAT}/lofarpipe/__init__.py"


@BOTH_WAYS
@pytest.mark.parametrize(
    ("body", "reason", "said"),
    [
        ("raise ValueError('no such antenna')", "ValueError: no such antenna", "line 2, in main"),
        ("import sys; sys.exit(4)", "sys.exit(4)", ""),
        ("import sys; sys.exit('bad map')", "sys.exit('bad map')", "bad map\n"),
        ("return {}[1]", "KeyError: 1", "line 2, in main"),
        ("import os; os._exit(9)", "exit status 9", ""),
        ("import os; os.abort()", "ended by SIGABRT (Aborted)", ""),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "line 2, in main"),
    ],
)
def test_failures(workshop, isolated, body, reason, said):
    script = workshop.file("script.py", f"def main():\n    {body}\n")
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated))
    assert (outcome.status, outcome.reason, dict(outcome.results)) == (Status.FAILED, reason, {})
    assert said in workshop.err()
    assert "executors/python" not in workshop.err(), "our own steps are of no interest"


@BOTH_WAYS
def test_a_keyword_that_main_does_not_take(workshop, isolated):
    script = workshop.file("script.py", "def main(a):\n    pass\n")
    (outcome,) = workshop.run(workshop.call(script, "1", keywords={"b": "2"}, isolated=isolated))
    assert outcome.status is Status.FAILED
    assert outcome.reason == "TypeError: main() got an unexpected keyword argument 'b'"
    assert outcome.reason in workshop.err()


@BOTH_WAYS
@pytest.mark.parametrize("code", ["", "0", "None"])
def test_sys_exit_0_succeeds_without_a_result(workshop, isolated, code):
    script = workshop.file("script.py", f"import sys\ndef main():\n    sys.exit({code})\n")
    (outcome,) = workshop.run(workshop.call(script, isolated=isolated))
    assert (outcome.status, outcome.returncode, outcome.reported) == (Status.DONE, 0, False)


@pytest.mark.parametrize("isolated", [False, True])
@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("import nowhere_at_all\n", "ModuleNotFoundError: No module named 'nowhere_at_all'", "line 1"),
        ("def main(:\n", "{script}:1: SyntaxError: invalid syntax", "def main(:"),
        ("x = 1\n", "AttributeError: {script} has no function main", "has no function main"),
        ("print 'hello'\n", "{script}:1: is Python 2 source: the print statement", ""),
        ("raise RuntimeError('early')\n", "RuntimeError: early", "Traceback"),
    ],
)
def test_a_script_that_cannot_be_imported(workshop, text, reason, said, isolated):
    script = workshop.file("script.py", text)
    jobs = [workshop.call(script, index=index, isolated=isolated) for index in range(3)]
    outcomes = workshop.run(*jobs)
    assert [outcome.status for outcome in outcomes] == [Status.FAILED] * 3
    assert {outcome.reason for outcome in outcomes} == {reason.format(script=script)}
    assert {outcome.returncode for outcome in outcomes} == {1}
    assert all(said in workshop.err(index) for index in range(3))
    if "Python 2" in reason:
        assert workshop.err() == reason.format(script=script) + "\n"
    (late,) = workshop.run(workshop.call(script, index=3, isolated=isolated))
    assert late.reason == outcomes[0].reason
    assert said in workshop.err(3)


def test_a_retry_imports_again(workshop):
    script = workshop.file("script.py", "raise OSError('file system away')\n")
    (first,) = workshop.run(workshop.call(script))
    workshop.file("script.py", "def main():\n    return {'a': 1}\n")
    (second,) = workshop.run(workshop.call(script))
    assert (first.status, second.status) == (Status.FAILED, Status.DONE)


@pytest.mark.parametrize("isolated", [False, True])
def test_a_script_that_crashes_while_it_is_imported(workshop, isolated):
    script = workshop.file(
        "script.py", "import os, sys\nprint('so far', flush=True)\nos.kill(os.getpid(), 11)\n"
    )
    outcomes = workshop.run(*(workshop.call(script, index=index, isolated=isolated) for index in range(2)))
    assert [(outcome.status, outcome.returncode) for outcome in outcomes] == [(Status.FAILED, -11)] * 2
    assert "SIGSEGV" in outcomes[0].reason
    assert workshop.log() == workshop.log(1) == "so far\n"


def test_a_script_that_is_not_there(workshop):
    with pytest.raises(CannotStart, match=r"Script /nowhere/script\.py not found"):
        workshop.executor.submit(workshop.call("/nowhere/script.py"))


def test_what_the_import_says_stands_in_each_log(workshop):
    text = "import sys\nprint('imported')\nprint('careful', file=sys.stderr)\n"
    text += "def main(n):\n    print('job', n)\n"
    script = workshop.file("script.py", text)
    workshop.run(*(workshop.call(script, str(index), index=index) for index in range(2)))
    assert [workshop.log(index) for index in range(2)] == ["imported\njob 0\n", "imported\njob 1\n"]
    assert workshop.err(1) == "careful\n"


def test_one_import_serves_a_step_and_no_other(workshop):
    script = workshop.file(
        "script.py", "import os\nparent = os.getpid()\ndef main():\n    return {'p': parent}\n"
    )
    steps = ["first"] * 3 + ["second"] * 2
    parents = [
        workshop.run(workshop.call(script, step=step, index=index))[0].results["p"]
        for index, step in enumerate(steps)
    ]
    assert len(set(parents[:3])) == 1
    assert len(set(parents[3:])) == 1
    assert parents[0] != parents[3]
    end = time.monotonic() + 30
    while os.path.exists(f"/proc/{parents[0]}"):
        workshop.executor.poll(0)
        assert time.monotonic() < end, "the first step's parent is still there"


def test_a_step_may_begin_before_the_last_one_has_ended(workshop):
    slow = workshop.file(
        "slow.py", "import time\ntime.sleep(0.5)\ndef main():\n    time.sleep(0.5)\n    return {'a': 1}\n"
    )
    outcomes = workshop.run(workshop.call(slow, step="one"), workshop.call(slow, step="two"))
    assert [outcome.status for outcome in outcomes] == [Status.DONE] * 2


def test_changes_to_the_environment_stay_where_they_are(workshop):
    script = workshop.file(
        "script.py",
        """\
        import os, sys
        import json
        def main():
            seen = os.environ.get("LEAK"), hasattr(json, "leak"), os.getcwd()
            os.environ["LEAK"] = "1"
            json.leak = 1
            os.chdir("/")
            return {"seen": seen, "declared": os.environ.get("DECLARED")}
        """,
    )
    jobs = [workshop.call(script, index=index, environment={"DECLARED": "x"}) for index in range(3)]
    for job in jobs:  # one after the other
        (outcome,) = workshop.run(job)
        assert outcome.results == {"seen": str((None, False, str(workshop.path / "work"))), "declared": "x"}
    (other,) = workshop.run(workshop.call(script, step="other"))
    assert other.results["declared"] == "None"
    assert "LEAK" not in os.environ


def test_random_numbers_differ_between_jobs(workshop):
    script = workshop.file(
        "script.py",
        """\
        import random
        import numpy
        numpy.random.rand()
        def main():
            return {"numpy": numpy.random.rand(), "random": random.random()}
        """,
    )
    outcomes = workshop.run(*(workshop.call(script, index=index) for index in range(8)))
    assert len({outcome.results["numpy"] for outcome in outcomes}) == 8
    assert len({outcome.results["random"] for outcome in outcomes}) == 8


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            THREADS,
            "it holds 2 threads after the import",
        ),
        ("held = open(__file__)\n", "it holds open files after the import: "),
        ("import socket\nheld = socket.socket()\n", "it holds open files after the import: socket:"),
    ],
)
def test_what_cannot_be_forked_gets_interpreters_of_its_own(workshop, caplog, text, why):
    caplog.set_level(logging.WARNING)
    script = workshop.file(
        "script.py",
        text + "import os\nhere = os.getpid()\ndef main():\n    return {'own': here == os.getpid()}\n",
    )
    outcomes = workshop.run(*(workshop.call(script, index=index) for index in range(3)))
    assert [outcome.results for outcome in outcomes] == [{"own": "True"}] * 3
    (late,) = workshop.run(workshop.call(script, index=3))
    assert late.results == {"own": "True"}
    (record,) = caplog.records
    assert f"{script} gets an interpreter of its own: {why}" in record.getMessage()


def test_threads_of_openblas_do_no_harm(workshop, caplog):
    script = workshop.file(
        "script.py",
        """\
        import os
        import numpy
        a = numpy.ones((300, 300))
        b = a @ a
        here = os.getpid()
        def main():
            return {"forked": here != os.getpid(), "sum": (a @ a).sum()}
        """,
    )
    environment = {"OPENBLAS_NUM_THREADS": "2"}
    outcomes = workshop.run(
        *(workshop.call(script, index=index, environment=environment) for index in range(4))
    )
    assert [outcome.results for outcome in outcomes] == [{"forked": "True", "sum": "27000000.0"}] * 4
    assert not caplog.records


def test_a_child_that_never_comes_to_its_call(make_workshop, caplog):
    workshop = make_workshop(silence=0.5)
    script = workshop.file(
        "script.py",
        """\
        import os, time
        os.register_at_fork(after_in_child=lambda: time.sleep(1000))
        here = os.getpid()
        def main():
            return {"own": here == os.getpid()}
        """,
    )
    outcomes = workshop.run(*(workshop.call(script, index=index) for index in range(2)))
    assert [outcome.results for outcome in outcomes] == [{"own": "True"}] * 2
    assert caplog.text.count("it gets an interpreter of its own") == 2


@BOTH_WAYS
def test_what_a_normal_end_does_is_done(workshop, isolated):
    script = workshop.file(
        "script.py",
        """\
        import atexit, os, threading, time
        parent = os.getpid()
        atexit.register(lambda: open("import-handler", "a").write("x"))
        def late():
            time.sleep(0.3)
            print("thread")
        def main(name):
            global held
            held = open(name, "w")
            held.write("buffered")
            atexit.register(print, "handler")
            threading.Thread(target=late).start()
        """,
    )
    outcomes = workshop.run(
        *(workshop.call(script, f"out{index}", index=index, isolated=isolated) for index in range(2))
    )
    assert [outcome.status for outcome in outcomes] == [Status.DONE] * 2
    assert workshop.log() == "thread\nhandler\n"
    assert (workshop.path / "work/out1").read_text() == "buffered"
    if not isolated:
        assert not (workshop.path / "work/import-handler").exists(), "that is the parent's to do"
    workshop.executor.close()
    assert (workshop.path / "work/import-handler").read_text() == "x" * (2 if isolated else 1)


def test_large_arguments_and_results(workshop):
    script = workshop.file("script.py", "def main(text):\n    return {'twice': text * 2}\n")
    large = "x" * 3_000_000
    outcomes = workshop.run(*(workshop.call(script, large, index=index) for index in range(3)))
    assert [len(outcome.results["twice"]) for outcome in outcomes] == [6_000_000] * 3


@BOTH_WAYS
def test_figures(workshop, isolated):
    # What a process held that had less than the one that started it cannot be told from that.
    size = 200_000_000 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    script = workshop.file(
        "script.py",
        """\
        import time
        def main(size):
            held = bytearray(b"1") * int(size)
            end = time.process_time() + 0.3
            while time.process_time() < end:
                pass
        """,
    )
    (outcome,) = workshop.run(workshop.call(script, str(size), isolated=isolated))
    assert size < outcome.peak_memory < size + 400e6
    assert 0.3 <= outcome.cpu_time < 2
    assert outcome.duration >= 0.3


def test_a_call_is_stopped_and_others_go_on(workshop):
    script = workshop.file(
        "script.py", "import time\ndef main(s):\n    print('on', flush=True)\n    time.sleep(float(s))\n"
    )
    first = workshop.executor.submit(workshop.call(script, "100"))
    workshop.executor.submit(workshop.call(script, "1", index=1))
    end = time.monotonic() + 30
    while workshop.log() != "on\n":
        workshop.executor.poll(0.01)
        assert time.monotonic() < end
    workshop.executor.cancel(first)
    outcomes = workshop.wait(2)
    by_index = {identity.index: outcome.status for identity, outcome in outcomes.items()}
    assert by_index == {0: Status.CANCELLED, 1: Status.DONE}
    assert "KeyboardInterrupt" in workshop.err()


def test_a_call_is_stopped_while_its_script_is_imported(workshop):
    script = workshop.file("script.py", "import time\ntime.sleep(1000)\n")
    submissions = [workshop.executor.submit(workshop.call(script, index=index)) for index in range(2)]
    workshop.executor.cancel(submissions[0])
    assert [outcome.status for outcome in workshop.wait(1).values()] == [Status.CANCELLED]
    workshop.executor.cancel(submissions[1])
    assert [outcome.status for outcome in workshop.wait(1).values()] == [Status.CANCELLED]


def test_a_parent_that_dies(workshop):
    script = workshop.file(
        "script.py", "import time\ndef main(s):\n    print('on', flush=True)\n    time.sleep(float(s))\n"
    )
    submission = workshop.executor.submit(workshop.call(script, "100"))
    end = time.monotonic() + 30
    while workshop.log() != "on\n":
        workshop.executor.poll(0.01)
        assert time.monotonic() < end
    os.kill(int(submission.handle), signal.SIGKILL)
    (outcome,) = workshop.wait(1).values()
    assert outcome.status is Status.KILLED
    assert outcome.reason.startswith("the parent of the step's Python jobs died: killed")
    (again,) = workshop.run(workshop.call(script, "0"))
    assert again.status is Status.DONE


def test_calls_and_programs_side_by_side(workshop):
    script = workshop.file("script.py", "def main(n):\n    return {'n': n}\n")
    jobs = [
        workshop.call(script, str(index), index=index) if index % 2 else workshop.job("true", index=index)
        for index in range(60)
    ]
    outcomes = workshop.run(*jobs)
    assert [json.dumps(dict(outcome.results)) for outcome in outcomes] == [
        json.dumps({"n": str(index)} if index % 2 else {}) for index in range(60)
    ]


def test_a_call_is_stopped_before_and_after_it_got_another_interpreter(make_workshop):
    workshop = make_workshop(silence=0.5, grace=(0.3, 0.3, 0.3))
    text = "import os, time\nos.register_at_fork(after_in_child=lambda: time.sleep(1000))\n"
    script = workshop.file(
        "script.py", text + "def main():\n    print('on', flush=True)\n    time.sleep(1000)\n"
    )
    submission = workshop.executor.submit(workshop.call(script))
    end = time.monotonic() + 30
    while workshop.log() != "on\n":
        workshop.executor.poll(0.01)
        assert time.monotonic() < end
    workshop.executor.cancel(submission)
    (outcome,) = workshop.wait(1).values()
    assert outcome.status is Status.CANCELLED


def test_a_step_goes_on_after_a_call_was_stopped_while_it_imported(workshop):
    script = workshop.file("script.py", "import time\ntime.sleep(1)\ndef main():\n    return {'a': 1}\n")
    submission = workshop.executor.submit(workshop.call(script))
    workshop.executor.cancel(submission)
    workshop.executor.submit(workshop.call(script, index=1))
    outcomes = workshop.wait(2)
    assert [outcome.status for outcome in outcomes.values()] == [Status.CANCELLED, Status.DONE]


@BOTH_WAYS
def test_odd_names_can_be_printed(workshop, isolated):
    script = workshop.file("script.py", "def main(name):\n    print(name)\n")
    (outcome,) = workshop.run(workshop.call(script, "a\udcff", isolated=isolated))
    assert outcome.status is Status.DONE, workshop.err()
    assert (workshop.path / "logs/step/0.log").read_bytes() == b"a\xff\n"


def test_no_descriptor_is_left_open(workshop):
    good = workshop.file("good.py", "def main():\n    return {'a': 1}\n")
    bad = workshop.file("bad.py", "raise ValueError\n")
    workshop.run(workshop.call(good, step="first"), workshop.job("true", index=1))
    before = len(os.listdir("/proc/self/fd"))
    for step in range(5):
        workshop.run(*(workshop.call(good, step=f"good{step}", index=index) for index in range(4)))
        workshop.run(*(workshop.call(bad, step=f"bad{step}", index=index) for index in range(4)))
        workshop.run(workshop.call(good, step="own", isolated=True))
        for isolated in (True, False):
            with pytest.raises(CannotStart, match="is no folder"):
                workshop.executor.submit(workshop.call(good, isolated=isolated, working_directory=bad))
    workshop.run(workshop.call(good, step="last"))
    end = time.monotonic() + 30
    while len(os.listdir("/proc/self/fd")) > before:
        workshop.executor.poll(0.05)
        assert time.monotonic() < end, os.listdir("/proc/self/fd")


def test_a_parent_ends_with_its_step(workshop):
    script = workshop.file("s.py", "import os\n\ndef main():\n    return {'parent': os.getppid()}\n")
    (outcome,) = workshop.run(workshop.call(script))
    parent = int(outcome.results["parent"])
    assert Path(f"/proc/{parent}").exists()
    workshop.executor.step_ended()
    workshop.run(workshop.job("true", index=1))
    deadline = time.monotonic() + 30
    while Path(f"/proc/{parent}").exists():
        assert time.monotonic() < deadline
        workshop.executor.poll(0.1)
