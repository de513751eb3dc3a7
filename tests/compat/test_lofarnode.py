"""`lofarpipe.support.lofarnode` without a run around it, in this and other interpreters (contract 8)."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent


@pytest.fixture
def lofarnode(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.lofarnode")


@pytest.fixture
def exchange(tmp_path: Path) -> Callable[..., str]:
    """Write the file of arguments that a run writes; return its path."""

    def write(*arguments: object, **more: object) -> str:
        path = tmp_path / "0.arguments.json"
        path.write_text(json.dumps({"arguments": arguments, "results": str(tmp_path / "results"), **more}))
        return str(path)

    return write


def left(tmp_path: Path) -> Any:
    return json.loads((tmp_path / "results").read_text())


def test_arguments_come_and_results_go(
    lofarnode: ModuleType, exchange: Callable[..., str], tmp_path: Path
) -> None:
    class double(lofarnode.LOFARnodeTCP):  # type: ignore[name-defined, misc]
        def run(self, number: int, words: list[str]) -> int:
            self.outputs["twice"] = 2 * number
            self.outputs["words"] = (*words, None)
            self.outputs["path"] = Path("/d")
            return 3

    node = double("4", exchange(21, ["a", "é\udc80"]), "0")
    assert (node.job_id, node.port, node.outputs) == (4, 0, {})
    assert node.run_with_stored_arguments() == 3
    assert left(tmp_path) == {
        "texts": {"twice": "42", "words": r"('a', 'é\udc80', None)", "path": "/d"},
        "values": {"twice": 42},
    }
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("results")] == ["results"]


def test_an_exception_leaves_no_results(
    lofarnode: ModuleType, exchange: Callable[..., str], tmp_path: Path
) -> None:
    class broken(lofarnode.LOFARnodeTCP):  # type: ignore[name-defined, misc]
        def run(self) -> None:
            self.outputs["a"] = 1
            raise KeyError("b")

    with pytest.raises(KeyError):
        broken(0, exchange(), 0).run_with_stored_arguments()
    assert not (tmp_path / "results").exists()


def test_the_environment_is_that_of_the_process(
    lofarnode: ModuleType, exchange: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contract 8: variables that end in PATH or ROOT, and three more; then what the step declares."""
    for name in list(os.environ):
        if name.endswith(("PATH", "ROOT")):
            monkeypatch.delenv(name)
    for name, value in {"A_PATH": "a", "B_ROOT": "b", "LOFARENV": "c", "OTHER": "d"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    node = lofarnode.LOFARnodeTCP(0, exchange({"A_PATH": "z"}, recipe="executable_args"), 0)
    assert node.environment is os.environ
    assert node.arguments == [{"A_PATH": "z", "B_ROOT": "b", "LOFARENV": "c", "OMP_NUM_THREADS": "8"}]


def test_a_script_of_a_recipe_of_a_site_gets_what_was_given(
    lofarnode: ModuleType, exchange: Callable[..., str]
) -> None:
    assert lofarnode.LOFARnodeTCP(0, exchange("a", {"b": 1}), 0).arguments == ["a", {"b": 1}]


@pytest.mark.parametrize("text", [None, "", "{}", "[1]", "\x80abc"])
def test_one_that_no_run_has_started_says_so(lofarnode: ModuleType, tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "host.example.org"
    if text is not None:
        path.write_text(text)
    node = lofarnode.LOFARnodeTCP("0", str(path), "34567")
    with pytest.raises(Exception, match="started by a pipeline's run") as caught:
        node.run_with_stored_arguments()
    assert type(caught.value).__name__ == "PipelineException"


def test_without_run_it_says_which_class_lacks_it(
    lofarnode: ModuleType, exchange: Callable[..., str]
) -> None:
    class empty(lofarnode.LOFARnodeTCP):  # type: ignore[name-defined, misc]
        pass

    with pytest.raises(NotImplementedError, match="empty has no method run"):
        empty(0, exchange(), 0).run_with_stored_arguments()


def test_records_go_to_the_streams_by_their_weight(
    lofarnode: ModuleType, exchange: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    class weighing(lofarnode.LOFARnodeTCP):  # type: ignore[name-defined, misc]
        pass

    for _ in range(2):  # a second object of the same class does not write everything twice
        node = weighing(0, exchange(), 0)
    node.logger.debug("detail %d", 1)
    node.logger.error("bad")
    logging.getLogger(node.logger.name + ".a.ms").info("below")
    said = capsys.readouterr()
    assert [line.split(" ", 2)[2].split(None, 1)[0] for line in said.out.splitlines()] == ["DEBUG", "INFO"]
    assert said.out.splitlines()[0].endswith(".weighing: detail 1")
    assert said.err.count("\n") == 1
    assert " ERROR " in said.err


SCRIPT = """
import sys
from lofarpipe.support.lofarnode import LOFARnodeTCP
from lofarpipe.support.utilities import catch_segfaults
from lofarpipe.support.clusterdesc import ClusterDesc
from lofarpipe.support.subprocessgroup import SubProcessGroup
from lofarpipe.support import baserecipe, control, stateful, remotecommand, lofaringredient

class elsewhere(LOFARnodeTCP):
    def run(self, infile):
        catch_segfaults(["/bin/echo", infile], "/", self.environment, self.logger)
        self.outputs["version"] = list(sys.version_info[:2])
        self.outputs["ours"] = [name for name in sys.modules if name.split(".")[0] == "genericpipe"]
        return 4

if __name__ == "__main__":
    sys.exit(elsewhere(*sys.argv[1:4]).run_with_stored_arguments())
"""


def test_under_every_interpreter(
    interpreters: list[str], exchange: Callable[..., str], tmp_path: Path
) -> None:
    script = tmp_path / "elsewhere.py"
    script.write_text(SCRIPT)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONDONTWRITEBYTECODE": "1"}
    seen = []
    for program in interpreters:
        words = [program, "-S", "-W", "error", COMPAT / "lofarpipe" / "_startnode.py"]
        done = subprocess.run(
            [*words, script, "0", exchange("/d/a.ms"), "0"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (4, ""), program
        assert "elsewhere: echo stdout: /d/a.ms" in done.stdout
        assert left(tmp_path)["values"]["ours"] == []
        seen.append(left(tmp_path)["values"]["version"])
    assert len(seen) == len(interpreters)
    assert len(set(map(tuple, seen))) == len(seen)
