"""The program that runs WSClean for a job, on little programs in WSClean's place."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Writes the image that -name asks for, and its words where a test can see them.
IMAGER = """#!{python}
import os, sys
import numpy as np
from astropy.io import fits
print("WSClean at work", flush=True)
words = sys.argv[1:]
name = words[words.index("-name") + 1]
scratch = words[words.index("-temp-dir") + 1] if "-temp-dir" in words else ""
if scratch:
    open(os.path.join(scratch, "part0.tmp"), "w").close()
with open(name + ".seen", "w") as seen:
    print(*words, sep="\\n", file=seen)
image = fits.PrimaryHDU(np.ones((1, 1, 4, 4), np.float32))
image.header["BMAJ"] = 0.01
image.writeto(name + "-image.fits", overwrite=True)
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Return a maker of programs in WSClean's place."""

    def make(text: str) -> str:
        path = tmp_path / "bin" / "wsclean"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return make


def words_of(folder: Path, program: str, options: str) -> list[str]:
    own = [sys.executable, "-P", "-m", "genericpipe_plugins.wsclean.run", "--report", str(folder / "r.json")]
    return [*own, "--", program, *options.split()]


def run(folder: Path, program: str, options: str) -> Any:
    return subprocess.run(
        words_of(folder, program, options),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_runs_with_a_folder_of_its_own(tmp_path: Path, program: Callable[[str], str]) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    imager = program(IMAGER.format(python=sys.executable))
    done = run(tmp_path, imager, f"-quiet -temp-dir {scratch} -name img -size 4 4 a.MS b.MS")
    assert (done.returncode, done.stdout, done.stderr) == (0, "WSClean at work\n", "")
    seen = (tmp_path / "img.seen").read_text().split()
    own = Path(seen.pop(2))
    assert seen == "-quiet -temp-dir -name img -size 4 4 a.MS b.MS".split()
    assert own.parent == scratch
    assert os.listdir(scratch) == []
    assert json.loads((tmp_path / "r.json").read_text()) == []


def test_without_temp_dir_the_folder_is_beside_the_set(tmp_path: Path, program: Callable[[str], str]) -> None:
    (tmp_path / "data").mkdir()
    imager = program(IMAGER.format(python=sys.executable))
    assert run(tmp_path, imager, "-name img data/a.MS").returncode == 0
    seen = (tmp_path / "img.seen").read_text().split()
    assert Path(seen[seen.index("-temp-dir") + 1]).parent == tmp_path / "data"
    assert os.listdir(tmp_path / "data") == []


@pytest.mark.parametrize("options", ["-no-reorder -name img a.MS", "-name img x/a.MS y/a.MS"])
def test_where_no_folder_is_wanted_there_is_none(
    options: str, tmp_path: Path, program: Callable[[str], str]
) -> None:
    imager = program(IMAGER.format(python=sys.executable))
    assert run(tmp_path, imager, options).returncode == 0
    assert (tmp_path / "img.seen").read_text().split() == options.split()


def test_what_is_wrong_with_the_images_is_reported(tmp_path: Path, program: Callable[[str], str]) -> None:
    done = run(tmp_path, program("#!/bin/sh\nexit 0\n"), "-name img a.MS")
    assert done.returncode == 0
    (one,) = json.loads((tmp_path / "r.json").read_text())
    assert (one["severity"], one["code"]) == ("error", "no-image")


def test_an_exit_status_is_passed_on(tmp_path: Path, program: Callable[[str], str]) -> None:
    (tmp_path / "r.json").write_text("[]")
    done = run(tmp_path, program("#!/bin/sh\necho no >&2\nexit 7\n"), "-name img a.MS")
    assert (done.returncode, done.stderr) == (7, "no\n")
    assert not (tmp_path / "r.json").exists(), "that of an earlier try"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT, signal.SIGTERM])
def test_a_signal_is_passed_on(number: signal.Signals, tmp_path: Path, program: Callable[[str], str]) -> None:
    text = f"#!/bin/sh\nulimit -c 0\nkill -{number.value} $$\n"
    assert run(tmp_path, program(text), f"-temp-dir {tmp_path} -name img a.MS").returncode == -number
    assert not list(tmp_path.glob("genericpipe-wsclean-*"))


def test_when_it_is_stopped_nothing_is_left(tmp_path: Path, program: Callable[[str], str]) -> None:
    """The engine sends a signal to the whole process group."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    text = "#!/bin/sh\ntouch $2/part0\necho started\nexec sleep 60\n"
    words = words_of(tmp_path, program(text), f"-temp-dir {scratch} -name img a.MS")
    child = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    assert child.stdout.readline() == b"started\n"
    assert list(scratch.glob("*/part0"))
    began = time.monotonic()
    os.killpg(child.pid, signal.SIGINT)
    child.communicate()
    assert child.returncode == -signal.SIGINT
    assert time.monotonic() - began < 30
    assert os.listdir(scratch) == []


def test_two_sets_of_one_name_would_overwrite_each_other(
    tmp_path: Path, program: Callable[[str], str]
) -> None:
    options = f"-temp-dir {tmp_path} -name img x/a.MS y/a.MS/"
    done = run(tmp_path, program("#!/bin/sh\necho started\n"), options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("two sets of this call are called a.MS: ")


def test_a_program_or_folder_that_is_not_there(tmp_path: Path, program: Callable[[str], str]) -> None:
    done = run(tmp_path, str(tmp_path / "nothing"), "-name img a.MS")
    assert (done.returncode, done.stderr) == (
        1,
        f"{tmp_path}/nothing cannot be started: No such file or directory\n",
    )
    done = run(tmp_path, program("#!/bin/sh\n"), "-temp-dir /nowhere -name img a.MS")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "-temp-dir /nowhere: no folder can be made there: No such file or directory\n"
    )
