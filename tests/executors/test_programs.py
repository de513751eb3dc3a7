"""Programs as jobs: how they are started, what they see, what is said of their ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from genericpipe.executors.local import LocalExecutor
from genericpipe.executors.starting import COMPAT, CannotStart
from genericpipe.recipes.job import Status

PYTHON = sys.executable


def test_words_reach_the_program_unchanged(workshop):
    words = ["a b", "$HOME", "*", "'\"", "", "café", "\udcff", "line\nbreak", ";exit 1"]
    code = "import os, sys; sys.stdout.buffer.write(b'|'.join(map(os.fsencode, sys.argv[1:])))"
    (outcome,) = workshop.run(workshop.job(PYTHON, "-c", code, *words))
    assert outcome.status is Status.DONE
    assert (workshop.path / "logs/step/0.log").read_bytes() == b"|".join(map(os.fsencode, words))


def test_output_goes_to_the_logs_and_an_empty_err_is_removed(workshop):
    program = workshop.file("say", "#!/bin/sh\necho out; [ -z $1 ] || echo err >&2\n")
    workshop.run(workshop.job(str(program)), workshop.job(str(program), "1", index=1))
    assert (workshop.log(0), workshop.log(1), workshop.err(1)) == ("out\n", "out\n", "err\n")
    assert sorted(path.name for path in (workshop.path / "logs/step").iterdir()) == [
        "0.log",
        "1.err",
        "1.log",
    ]


def test_a_retry_appends(workshop):
    for _ in range(2):
        workshop.run(workshop.job("sh", "-c", "echo again; echo oops >&2"))
    assert (workshop.log(), workshop.err()) == ("again\nagain\n", "oops\noops\n")


def test_where_it_runs(workshop):
    deep = workshop.path / "not/yet/there"
    script = "pwd; ps -o pgid=,sid= -p $$; echo $$; wc -c; ls -l /proc/$$/fd | wc -l"
    (outcome,) = workshop.run(workshop.job("sh", "-c", script, working_directory=deep))
    folder, ids, pid, stdin, descriptors = workshop.log().splitlines()
    assert outcome.status is Status.DONE
    assert folder == str(deep)
    assert ids.split() == [pid, pid]
    assert stdin == "0"
    assert int(descriptors) <= 4 + 1  # 0, 1, 2 and the line "total": nothing of ours is left open


def test_an_inherited_descriptor_does_not_reach_jobs(workshop):
    ours = os.open("/dev/zero", os.O_RDONLY)
    os.set_inheritable(ours, True)
    try:
        workshop.run(workshop.job("sh", "-c", f"test -e /proc/self/fd/{ours} && echo open"))
    finally:
        os.close(ours)
    assert workshop.log() == ""


def test_the_environment_is_ours_and_the_jobs_own(workshop, monkeypatch):
    monkeypatch.setenv("OURS", "1")
    monkeypatch.setenv("BOTH", "ours")
    fresh = LocalExecutor()
    try:
        fresh.submit(
            workshop.job("sh", "-c", "echo $OURS $BOTH $UMLAUT", environment={"BOTH": "job", "UMLAUT": "ä"})
        )
        fresh.poll(30)
        assert workshop.log() == "1 job ä\n"
        fresh.submit(workshop.job("sh", "-c", "echo $BOTH", index=1))
        fresh.poll(30)
        assert workshop.log(1) == "ours\n"
    finally:
        fresh.close()
    assert os.environ["BOTH"] == "ours"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("/a:/b", f"/a:/b:{COMPAT}"), ("", COMPAT), (f"{COMPAT}:/a", f"{COMPAT}:/a")],
)
def test_our_packages_come_last_on_pythonpath(workshop, given, expected):
    workshop.run(workshop.job("sh", "-c", "echo $PYTHONPATH", environment={"PYTHONPATH": given}))
    assert workshop.log() == f"{expected}\n"
    packages = sorted(path.name for path in Path(COMPAT).iterdir() if path.name[:2] != "__")
    assert packages == ["lofar", "lofarpipe"]


def test_a_program_imports_lofarpipe_and_nothing_else_of_ours(workshop):
    code = "import lofarpipe.support.data_map as d, sys; print(d.__file__, 'genericpipe' in sys.modules)"
    (outcome,) = workshop.run(workshop.job(PYTHON, "-c", code, environment={"PYTHONPATH": ""}))
    assert outcome.status is Status.DONE, workshop.err()
    assert workshop.log() == f"{COMPAT}/lofarpipe/support/data_map.py False\n"


def test_bare_and_relative_names(workshop):
    (workshop.path / "work").mkdir()
    workshop.file("mine", "#!/bin/sh\necho found $0\n")
    on_path = {"PATH": f"{workshop.path}:/usr/bin:/bin"}
    in_folder = workshop.file("work/tool", "#!/bin/sh\necho tool\n")
    outcomes = workshop.run(
        workshop.job("mine", environment=on_path),
        workshop.job("./tool", index=1),
        workshop.job(f"../{in_folder.parent.name}/tool", index=2),
    )
    assert [outcome.status for outcome in outcomes] == [Status.DONE] * 3
    assert workshop.log(0) == f"found {workshop.path}/mine\n"
    assert workshop.log(1) == workshop.log(2) == "tool\n"


def test_programs_that_cannot_be(workshop):
    workshop.file("plain", "no program\n")
    for word, message in [
        ("no-such-program", "'no-such-program' is not on PATH"),
        (f"{workshop.path}/gone", "gone' not found"),
        (str(workshop.path), "is a folder"),
        (f"{workshop.path}/plain", "is not executable"),
    ]:
        with pytest.raises(CannotStart, match=message) as caught:
            workshop.executor.submit(workshop.job(word))
        assert "\n" not in caught.value.message
    assert workshop.executor.poll(0) == []


def test_logs_and_folders_that_cannot_be(workshop):
    workshop.file("file", "in the way")
    for fields in (
        {"stdout": workshop.path / "file/0.log"},
        {"working_directory": workshop.path / "file/work"},
        {"working_directory": workshop.path / "file"},
        {"files": {str(workshop.path / "file/a.parset"): "x"}},
    ):
        with pytest.raises(CannotStart, match="file"):
            workshop.executor.submit(workshop.job("true", **fields))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/no/such/interpreter\n", "its first line .#!. names does not exist"),
        ("#!\n", "needs a first line such as #!/bin/sh"),
    ],
)
def test_a_start_that_fails_is_an_outcome(workshop, text, reason):
    program = workshop.file("broken", text)
    (outcome,) = workshop.run(workshop.job(str(program)))
    assert (outcome.status, outcome.returncode) == (Status.FAILED, None)
    assert re.search(reason, outcome.reason)
    assert outcome.reason in workshop.err()


def test_a_command_line_too_long(workshop):
    (outcome,) = workshop.run(workshop.job("true", "x" * 200_000))
    assert outcome.status is Status.FAILED
    assert "command line too long: 2 words, 200006 bytes" in outcome.reason


def test_files_are_written_first_and_whole(workshop):
    target = workshop.path / "work/sub/a.MS.parset"
    (outcome,) = workshop.run(workshop.job("cat", str(target), files={str(target): "key=vä\n"}))
    assert outcome.status is Status.DONE
    assert workshop.log() == "key=vä\n"
    assert [path.name for path in target.parent.iterdir()] == ["a.MS.parset"]
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask


def test_ends_of_programs(workshop):
    outcomes = workshop.run(
        workshop.job("sh", "-c", "exit 7"),
        workshop.job("sh", "-c", "kill -SEGV $$", index=1),
        workshop.job("sh", "-c", "kill -TERM $$", index=2),
        workshop.job("sh", "-c", "kill -KILL $$", index=3),
        workshop.job("sh", "-c", "kill -35 $$", index=4),
    )
    assert [(one.status, one.returncode) for one in outcomes] == [
        (Status.FAILED, 7),
        (Status.FAILED, -11),
        (Status.FAILED, -15),
        (Status.KILLED, -9),
        (Status.FAILED, -35),
    ]
    assert outcomes[0].reason == "exit status 7"
    assert outcomes[1].reason == "ended by SIGSEGV (Segmentation fault)"
    assert outcomes[3].reason.startswith("killed, possibly out of memory")


def test_time_memory_and_processor_are_measured(workshop):
    busy = "import time; e = time.process_time() + 0.5\nwhile time.process_time() < e: pass"
    # More than this process has: less cannot be told from what the kernel counts at the start.
    large = "x = bytearray(900_000_000); x[::4096] = b'1' * len(x[::4096])"
    before = time.time()
    first, second, third = workshop.run(
        workshop.job(PYTHON, "-c", busy),
        workshop.job("sh", "-c", '"$0" -c "$1"; true', PYTHON, large, index=1),
        workshop.job("sleep", "0.4", index=2),
    )
    assert 0.5 <= first.cpu_time < 1.5
    assert second.peak_memory is not None
    assert 900e6 < second.peak_memory < 1000e6
    assert third.cpu_time < 0.2
    assert 0.4 <= third.duration < 20
    assert before - 1 <= first.started <= time.time()


def test_a_large_output(workshop):
    (outcome,) = workshop.run(
        workshop.job("sh", "-c", "head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2")
    )
    assert outcome.status is Status.DONE
    sizes = [(workshop.path / f"logs/step/0.{end}").stat().st_size for end in ("log", "err")]
    assert sizes == [100_000_000, 1_000_000]


def test_a_grandchild_that_holds_the_log_is_not_waited_for(workshop):
    script = "(sleep 30; echo late >&2) & echo $! "
    (outcome,) = workshop.run(workshop.job("sh", "-c", script))
    pid = int(workshop.log())
    try:
        assert outcome.status is Status.DONE
        assert outcome.duration < 20
        assert (workshop.path / "logs/step/0.err").exists(), "it may still write there"
        os.kill(pid, 0)
    finally:
        os.killpg(os.getpgid(pid), 9)


def test_two_thousand_quick_jobs(workshop):
    waiting = [workshop.job("true", index=index) for index in range(2000)]
    ended: dict[int, Status] = {}
    under_way = 0
    descriptors = len(os.listdir("/proc/self/fd"))
    while waiting or under_way:
        while waiting and under_way < 8:
            workshop.executor.submit(waiting.pop())
            under_way += 1
        for one in workshop.executor.poll(60):
            assert one.submission.job.identity.index not in ended
            ended[one.submission.job.identity.index] = one.outcome.status
            under_way -= 1
    assert sorted(ended) == list(range(2000))
    assert set(ended.values()) == {Status.DONE}
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 1
    assert not list((workshop.path / "logs/step").glob("*.err"))


def test_polls_return_when_they_should(workshop):
    assert workshop.executor.poll(None) == []
    workshop.executor.submit(workshop.job("sleep", "20"))
    assert workshop.executor.poll(0) == []
    started = time.monotonic()
    assert workshop.executor.poll(0.2) == []
    assert 0.2 <= time.monotonic() - started < 10
    workshop.executor.wake()
    assert workshop.executor.poll(60) == []
    assert time.monotonic() - started < 15


def test_soft_limits_are_raised_once(tmp_path):
    code = (
        "import logging, resource\n"
        "logging.basicConfig(level=logging.INFO, format='%(message)s')\n"
        "from genericpipe.executors.local import LocalExecutor\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (128, 4096))\n"
        "stack = resource.getrlimit(resource.RLIMIT_STACK)\n"
        "for _ in range(2): LocalExecutor().close()\n"
        "assert resource.getrlimit(resource.RLIMIT_STACK) == stack\n"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE))\n"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "4096 4096\n"
    assert done.stderr.count("open files 128 -> 4096") == 1


def test_a_watch_by_signals_does_the_same(make_workshop):
    from genericpipe.executors.watch import SignalWatch

    workshop = make_workshop(watch=SignalWatch(), grace=(0.2, 0.2, 0.2))
    outcomes = workshop.run(*(workshop.job("sh", "-c", f"exit {index}", index=index) for index in range(20)))
    assert [outcome.returncode for outcome in outcomes] == list(range(20))
    script = workshop.file("script.py", "def main(n):\n    return {'n': int(n) * 2}\n")
    (outcome,) = workshop.run(workshop.call(script, "4"))
    assert outcome.results == {"n": "8"}
    submission = workshop.executor.submit(workshop.job("sh", "-c", "trap '' INT; sleep 50"))
    workshop.executor.cancel(submission)
    (ended,) = workshop.wait(1).values()
    assert ended.status is Status.CANCELLED
