"""What `make demo` and `make test` do where WSClean is missing; little programs stand for the real ones."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parent.parent / ".ci" / "install-wsclean"

LINE = "install-wsclean: there is no wsclean on PATH; run this once: sudo apt-get install wsclean\n"

SUDO = """\
#!/bin/sh
[ {allowed} = True ] || exit 1
shift
exec "$@"
"""
APT_GET = """\
#!/bin/sh
echo "apt-get $*" >> {log}
case "$*" in *" wsclean") [ {offered} = True ] && {cp} {tmp}/bin/id {tmp}/bin/wsclean ;; esac
"""


@pytest.fixture
def install(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    """Return a runner on a machine with these traits: exit status, what it said, what apt-get was told."""

    def run(
        user: int, *, sudo: bool = False, apt: bool = True, offered: bool = True, there: bool = False
    ) -> tuple[int, str, str]:
        log, folder = tmp_path / "log", tmp_path / "bin"
        log.touch()
        folder.mkdir()
        for name in ("bash", "sh", "dirname", "env", "true"):
            (folder / name).symlink_to(str(shutil.which(name)))
        programs = {"id": f"#!/bin/sh\necho {user}\n", "sudo": SUDO.format(allowed=sudo)}
        if apt:
            copy = shutil.which("cp")
            programs["apt-get"] = APT_GET.format(log=log, offered=offered, cp=copy, tmp=tmp_path)
        if there:
            programs["wsclean"] = "#!/bin/sh\n"
        for name, text in programs.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        words = [str(folder / "bash"), str(INSTALL)]
        done = subprocess.run(words, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr, log.read_text()

    return run


def test_one_that_is_there_will_do(install: Callable[..., tuple[int, str, str]]) -> None:
    assert install(user=0, there=True) == (0, "", "")


@pytest.mark.parametrize(("user", "sudo"), [(0, False), (1000, True)])
def test_it_is_installed_where_that_is_allowed(
    install: Callable[..., tuple[int, str, str]], user: int, sudo: bool
) -> None:
    status, said, ran = install(user=user, sudo=sudo)
    assert status == 0, said
    assert "apt-get install -y -qq --no-install-recommends wsclean\n" in ran


@pytest.mark.parametrize(
    "machine", [{"user": 1000}, {"user": 0, "apt": False}, {"user": 0, "offered": False}], ids=str
)
def test_elsewhere_the_line_to_run_is_printed(
    install: Callable[..., tuple[int, str, str]], machine: dict[str, int]
) -> None:
    status, said, _ = install(**machine)
    assert status == 1
    assert said.endswith(LINE)
    assert not machine["user"] or said == LINE
