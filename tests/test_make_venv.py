"""`make test` on a bare Debian machine, whose Python cannot make environments yet.

The fakes are little programs on PATH: a Python without ensurepip, apt-get, sudo and id.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MAKE_VENV = Path(__file__).resolve().parent.parent / ".ci" / "make-venv"

# `-m venv` works once the package is there; the environment's python is this one again.
PYTHON = """\
#!/bin/sh
echo "$0 $*" >> {log}
case "$*" in
"-m venv --without-pip "*)
    mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && touch {tmp}/no-pip ;;
"-m venv "*)
    [ -e {tmp}/python3-venv ] && mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
"-m pip --version")
    case "$0" in
    *fake-python) [ -e {tmp}/system-pip ] ;;
    *) [ ! -e {tmp}/no-pip ] ;;
    esac ;;
"-m pip --python "*)
    rm {tmp}/no-pip ;;
*)
    exec {python} "$@" ;;
esac
"""
SUDO = """\
#!/bin/sh
[ {allowed} = True ] || exit 1
shift
exec "$@"
"""
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >> {log}
case "$*" in *" python3-venv") touch {tmp}/python3-venv ;; esac
"""


@pytest.fixture
def make_venv(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Return a runner of make-venv on a machine with these traits: exit status, what it said, what it ran."""

    def run(user: int, sudo: bool = False, system_pip: bool = False) -> tuple[int, str, str]:
        log = tmp_path / "log"
        programs = {
            "fake-python": PYTHON.format(log=log, tmp=tmp_path, python=sys.executable),
            "id": f"#!/bin/sh\necho {user}\n",
            "sudo": SUDO.format(allowed=sudo),
            "apt-get": APT_GET.format(log=log, tmp=tmp_path),
        }
        (tmp_path / "bin").mkdir()
        for name, text in programs.items():
            program = tmp_path / "bin" / name
            program.write_text(text)
            program.chmod(0o755)
        if system_pip:
            (tmp_path / "system-pip").touch()
        env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHON": f"{tmp_path}/bin/fake-python"}
        words = [str(MAKE_VENV), str(tmp_path / "venv")]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr, log.read_text()

    return run


@pytest.mark.parametrize(("user", "sudo"), [(0, False), (1000, True)])
def test_what_is_missing_is_installed_where_that_is_allowed(
    make_venv: Callable[..., tuple[int, str, str]], user: int, sudo: bool
) -> None:
    status, said, ran = make_venv(user=user, sudo=sudo)
    assert status == 0, said
    assert "apt-get install -y -qq --no-install-recommends python3-venv\n" in ran


def test_without_rights_the_pip_of_the_machine_serves(make_venv: Callable[..., tuple[int, str, str]]) -> None:
    status, said, ran = make_venv(user=1000, system_pip=True)
    assert status == 0, said
    assert "apt-get" not in ran
    assert "-m pip --python" in ran


def test_with_nothing_the_line_to_run_is_printed(make_venv: Callable[..., tuple[int, str, str]]) -> None:
    status, said, ran = make_venv(user=1000)
    assert status == 1
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    assert said.endswith(f"run this once: sudo apt-get install python3-venv {version}-venv\n")
    assert "apt-get" not in ran


def test_an_environment_that_works_is_left_alone(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "PYTHON": sys.executable}
    subprocess.run([str(MAKE_VENV), str(tmp_path)], env=env, check=True)
    assert python.read_text() == "#!/bin/sh\nexit 0\n"


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
    old.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "PYTHON": str(old)}
    done = subprocess.run(
        [str(MAKE_VENV), str(tmp_path / "venv")], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Python 3.9.2 is too old, Python 3.11 or newer is needed" in done.stderr
