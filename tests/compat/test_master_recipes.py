"""A site's own master recipe, run by itself: written as their authors write them (contract 14)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import genericpipe.compat

COMPAT = Path(genericpipe.compat.__file__).parent

MASTER = '''
import sys
import lofarpipe.support.lofaringredient as ingredient
from lofarpipe.support.baserecipe import BaseRecipe
from lofarpipe.support.remotecommand import RemoteCommandRecipeMixIn, ComputeJob
from lofarpipe.support.data_map import DataMap, DataProduct, validate_data_maps


class counting(BaseRecipe, RemoteCommandRecipeMixIn):
    """Counts the letters of files."""

    inputs = {
        "mapfile_in": ingredient.FileField("-m", "--mapfile-in", help="What to count"),
        "mapfile_out": ingredient.StringField("--mapfile-out", help="Where the counts go"),
        "letter": ingredient.StringField("--letter", default="a", help="Which letter"),
        "max_per_node": ingredient.IntField("--max-per-node", default=2, help="How many at once"),
        "strict": ingredient.BoolField("--strict", default=False),
        "note": ingredient.StringField("--note", optional=True),
    }
    outputs = {"mapfile": ingredient.FileField(help="The counts")}

    def go(self):
        super(counting, self).go()
        self.logger.info("Counting %s", self.inputs["letter"])
        data = DataMap.load(self.inputs["mapfile_in"])
        data.iterator = DataMap.SkipIterator
        command = "python3 %s" % self.__file__.replace("master", "nodes")
        jobs = []
        for item in data:
            options = {"letter": self.inputs["letter"]}
            job = ComputeJob(item.host, command, arguments=[item.file, options], resources={"cores": 1})
            jobs.append(job)
        self._schedule_jobs(jobs, max_per_node=self.inputs["max_per_node"])
        found = DataMap([])
        for job, item in zip(jobs, data):
            found.append(DataProduct(item.host, job.results.get("count"), job.results["returncode"] != 0))
        found.save(self.inputs["mapfile_out"])
        if self.error.is_set():
            self.logger.warning("Some jobs failed")
            if self.inputs["strict"]:
                return 1
        self.outputs["mapfile"] = self.inputs["mapfile_out"]
        return 0


if __name__ == "__main__":
    sys.exit(counting().main())
'''

NODE = """
import os
import sys
from lofarpipe.support.lofarnode import LOFARnodeTCP
from lofarpipe.support.utilities import log_time


class counting(LOFARnodeTCP):
    def run(self, infile, options):
        with log_time(self.logger):
            with open(infile) as stream:
                self.outputs["count"] = stream.read().count(options["letter"])
            self.outputs["threads"] = os.environ["OMP_NUM_THREADS"]
        return 0


if __name__ == "__main__":
    jobid, jobhost, jobport = sys.argv[1:4]
    sys.exit(counting(jobid, jobhost, jobport).run_with_stored_arguments())
"""

PIPELINE = """
import sys
from lofarpipe.support.control import control


class twice(control):
    inputs = {}

    def pipeline_logic(self):
        folder = self.config.get("DEFAULT", "runtime_directory")
        for letter in "ab":
            outputs = self.run_task("count", letter=letter, mapfile_in=folder + "/in.mapfile",
                                    mapfile_out=folder + "/%s.mapfile" % letter)
            self.logger.info("%s gave %s", letter, outputs["mapfile"])
        return 0


if __name__ == "__main__":
    sys.exit(twice().main())
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder with recipes, a configuration and two files of data, one of which is not there."""
    files = {
        "site/master/counting.py": MASTER,
        "site/nodes/counting.py": NODE,
        "twice.py": PIPELINE,
        "one": "banana",
        "two": "abba",
        "in.mapfile": f"[{{'host': 'h1', 'file': '{tmp_path}/one', 'skip': False}},"
        f" {{'host': 'h1', 'file': 'x', 'skip': True}},"
        f" {{'host': 'h2', 'file': '{tmp_path}/two', 'skip': False}}]",
        "bad.mapfile": f"[{{'host': 'h1', 'file': '{tmp_path}/none', 'skip': False}},"
        f" {{'host': 'h2', 'file': '{tmp_path}/two', 'skip': False}}]",
        "tasks.cfg": "[count]\nrecipe = counting\nmax_per_node = 1\n",
        "pipeline.cfg": f"[DEFAULT]\nruntime_directory = {tmp_path}\nworking_directory = {tmp_path}\n"
        f"recipe_directories = [{tmp_path}/site]\ntask_files = [{tmp_path}/tasks.cfg]\n"
        "[layout]\njob_directory = %(runtime_directory)s/%(job_name)s\n"
        "[logging]\nlog_file = %(runtime_directory)s/logs/%(job_name)s.log\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def run(site: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs a recipe with nothing but the compatible packages on the path."""

    def start(*words: str, program: str = sys.executable) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": str(COMPAT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(site),
        }
        command = [program, "-S", "-W", "error", *words]
        return subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, check=False)

    return start


COUNT = ("site/master/counting.py", "--mapfile-out", "out.mapfile", "-j", "job")


def counts(path: Path) -> list[tuple[str, bool]]:
    from genericpipe.mapfile import read

    return [(entry.file, entry.skip) for entry in read(path).data]


def test_it_runs_its_jobs_and_their_results_come_back(run: Callable[..., Any], site: Path) -> None:
    done = run(*COUNT, "-m", "in.mapfile")
    assert done.returncode == 0, done.stderr
    assert counts(site / "out.mapfile") == [("3", False), ("2", False)]
    assert "Results:\nmapfile = out.mapfile\n" in done.stdout
    log = (site / "logs" / "job.log").read_text()
    assert "INFO    counting: Counting a" in log


def test_under_every_interpreter(run: Callable[..., Any], site: Path, interpreters: list[str]) -> None:
    for program in interpreters:
        (site / "out.mapfile").unlink(missing_ok=True)
        done = run(*COUNT, "-m", "in.mapfile", "--letter=b", program=program)
        assert (done.returncode, done.stderr) == (0, ""), program
        assert counts(site / "out.mapfile") == [("1", False), ("2", False)]


def test_what_the_node_scripts_log_is_in_its_log_at_debug(run: Callable[..., Any], site: Path) -> None:
    assert run(*COUNT, "-m", "in.mapfile", "-d").returncode == 0
    assert (site / "logs" / "job.log").read_text().count("Total time") == 2


@pytest.mark.parametrize(("more", "status"), [((), 0), (("--strict=True",), 1)])
def test_a_job_that_fails_sets_the_error(
    run: Callable[..., Any], site: Path, more: tuple[str, ...], status: int
) -> None:
    done = run(*COUNT, "-m", "bad.mapfile", *more)
    assert done.returncode == status, done.stderr
    assert counts(site / "out.mapfile") == [("None", True), ("2", False)]
    log = (site / "logs" / "job.log").read_text()
    assert "FileNotFoundError" in log
    assert "on h1 failed with status 1" in log
    assert "recipe counting completed with errors" in log


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-m", "none.mapfile"), "none.mapfile is an invalid value for FileField mapfile_in"),
        ((), "missing: mapfile_in"),
        (("-m", "in.mapfile", "--max-per-node=two"), "two is an invalid value for IntField max_per_node"),
        (("-m", "in.mapfile", "--strict=maybe"), "maybe is an invalid value for BoolField strict"),
    ],
)
def test_wrong_inputs_are_wrong_usage(run: Callable[..., Any], words: tuple[str, ...], message: str) -> None:
    done = run(*COUNT, *words)
    assert done.returncode == 2
    assert message in done.stderr


def test_help_tells_of_the_inputs(run: Callable[..., Any]) -> None:
    done = run("site/master/counting.py", "--help")
    assert done.returncode == 0
    assert "Counts the letters of files." in done.stdout
    assert "Which letter [default: a]" in done.stdout


def test_a_pipeline_in_python_cooks_it_and_remembers(run: Callable[..., Any], site: Path) -> None:
    done = run("twice.py", "-j", "job")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [counts(site / f"{letter}.mapfile") for letter in "ab"] == [
        [("3", False), ("2", False)],
        [("1", False), ("2", False)],
    ]
    log = (site / "logs" / "job.log").read_text()
    assert "LOFAR Pipeline (twice) starting." in log
    assert "twice.counting: Counting b" in log
    assert "LOFAR Pipeline finished succesfully." in log
    (site / "a.mapfile").unlink()
    again = run("twice.py", "-j", "job")
    assert again.returncode == 0
    assert again.stdout.count("Task count already exists in saved state; skipping") == 2
    assert f"a gave {site}/a.mapfile" in again.stdout
    assert not (site / "a.mapfile").exists()


def test_a_task_that_fails_ends_it(run: Callable[..., Any], site: Path) -> None:
    (site / "tasks.cfg").write_text("[count]\nrecipe = counting\nstrict = True\n")
    (site / "in.mapfile").write_text((site / "bad.mapfile").read_text())
    done = run("twice.py", "-j", "job")
    assert done.returncode == 1
    assert "count failed" in done.stdout
    assert "LOFAR Pipeline finished unsuccesfully." in done.stdout
    assert not (site / "b.mapfile").exists()


# The fields themselves


@pytest.fixture
def ingredient(compat: Callable[[str], ModuleType]) -> ModuleType:
    return compat("lofarpipe.support.lofaringredient")


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("StringField", "a", "a"),
        ("IntField", " 03 ", 3),
        ("FloatField", "1e3", 1000.0),
        ("BoolField", "True", True),
        ("BoolField", "false", False),
        ("BoolField", "", False),
        ("BoolField", None, False),
        ("BoolField", 1, True),
        ("ListField", "[a, b,, c]", ["a", "b", "c"]),
        ("ListField", ("a", 1), ["a", 1]),
        ("DictField", {"a": 1}, {"a": 1}),
        ("FileField", "/dev/null", "/dev/null"),
        ("FileField", Path("/dev/null"), "/dev/null"),
        ("ExecField", "/bin/sh", "/bin/sh"),
        ("DirectoryField", "/", "/"),
        ("FileList", "[/bin/sh,/dev/null]", ["/bin/sh", "/dev/null"]),
    ],
)
def test_values_are_converted(ingredient: ModuleType, field: str, given: object, value: object) -> None:
    values = ingredient.LOFARinput({"x": getattr(ingredient, field)("-x", help="an x")})
    values["x"] = given
    assert values["x"] == value
    assert type(values["x"]) is type(value)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("StringField", 1),
        ("IntField", "1.5"),
        ("IntField", None),
        ("FloatField", "x"),
        ("BoolField", "maybe"),
        ("ListField", 3),
        ("DictField", "a"),
        ("FileField", "/no/such"),
        ("FileField", 3),
        ("ExecField", "/dev/null"),
        ("DirectoryField", "/dev/null"),
        ("FileList", "[/bin/sh,/no/such]"),
    ],
)
def test_values_that_do_not_suit_are_refused(ingredient: ModuleType, field: str, given: object) -> None:
    values = ingredient.LOFARinput({"x": getattr(ingredient, field)()})
    with pytest.raises(TypeError, match=f"{given} is an invalid value for {field} x".replace("[", r"\[")):
        values["x"] = given
    assert "x" not in values


def test_what_is_there_and_what_is_missing(ingredient: ModuleType) -> None:
    values = ingredient.LOFARinput(
        {
            "a": ingredient.IntField(default="4"),
            "b": ingredient.IntField(optional=True),
            "c": ingredient.IntField(),
            "d": ingredient.ListField(default=[]),
        }
    )
    assert values.missing == ["c"]
    assert not values.complete()
    values["c"] = 1
    assert values.complete()
    assert dict(values) == {"a": 4, "c": 1, "d": []}
    with pytest.raises(KeyError):
        values["b"]
    with pytest.raises(TypeError, match="Ingredient z not defined"):
        values["z"] = 1


def test_a_default_list_is_not_shared(ingredient: ModuleType) -> None:
    """Contract 15, 1: in LOFAR 4 whatever one step added was there for the next."""
    fields = {"d": ingredient.ListField(default=[])}
    one, other = ingredient.LOFARinput(fields), ingredient.LOFARinput(fields)
    one["d"].append("x")
    assert (one["d"], other["d"], fields["d"].default) == (["x"], [], [])


def test_fields_are_inherited(ingredient: ModuleType) -> None:
    module = import_module("lofarpipe.support.baserecipe")

    class first(module.BaseRecipe):  # type: ignore[name-defined, misc]
        inputs = {"a": ingredient.IntField(default=1), "b": ingredient.IntField(default=1)}  # noqa: RUF012

    class second(first):
        inputs = {"b": ingredient.StringField(default="two")}  # noqa: RUF012
        outputs = {"c": ingredient.StringField()}  # noqa: RUF012

    recipe = second()
    assert (recipe.inputs["a"], recipe.inputs["b"], recipe.inputs["dry_run"]) == (1, "two", False)
    assert first().inputs["b"] == 1
    assert recipe.outputs.missing == ["c"]
    assert first().outputs.complete()


def test_an_exception_in_go_is_status_1(
    ingredient: ModuleType, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    class torn(import_module("lofarpipe.support.baserecipe").BaseRecipe):  # type: ignore[misc]
        def go(self) -> None:
            super().go()
            raise ValueError("no such station")

    assert torn().run("torn") == 1
    assert "recipe torn failed: no such station" in caplog.text


def test_a_command_that_is_not_there_fails_its_job_only(ingredient: ModuleType, tmp_path: Path) -> None:
    remote = import_module("lofarpipe.support.remotecommand")
    recipe = type(
        "r", (import_module("lofarpipe.support.baserecipe").BaseRecipe, remote.RemoteCommandRecipeMixIn), {}
    )()
    jobs = [remote.ComputeJob("h", "/no/such/program"), remote.ComputeJob("h", "/bin/true")]
    assert recipe._schedule_jobs(jobs) == jobs
    assert [job.results["returncode"] for job in jobs] == [123456, 0]
    assert recipe.error.is_set()
