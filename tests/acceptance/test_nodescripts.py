"""A site's node scripts, run as steps of a pipeline: written as sites write them (contract 8 and 14)."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from genericpipe.mapfile import read

pytestmark = pytest.mark.skipif(shutil.which("python3") is None, reason="there is no python3 on PATH")

#: As a site's author would write it: the program is run in a scratch folder, and its output moved.
SCRATCH = '''
import os
import shutil
import sys
from subprocess import CalledProcessError

from lofarpipe.support.lofarnode import LOFARnodeTCP
from lofarpipe.support.parset import Parset
from lofarpipe.support.pipelinelogging import CatchLog4CPlus, log_time
from lofarpipe.support.utilities import catch_segfaults, create_directory


class scratch(LOFARnodeTCP):
    """Runs a program in a folder of its own."""

    def run(self, infile, executable, args, kwargs, work_dir="/tmp", parsetasfile=False, args_format="",
            environment=""):
        self.environment.update(environment)
        own = os.path.join(work_dir, "scratch", os.path.basename(infile))
        create_directory(own)
        parset = Parset()
        for key, value in kwargs.items():
            parset.add(key, value)
        name = os.path.join(own, "steps.parset")
        parset.writeFile(name)
        with log_time(self.logger):
            try:
                with CatchLog4CPlus(own, self.logger.name + "." + os.path.basename(infile),
                                    os.path.basename(executable)) as logger:
                    logger.searchpatterns["lines"] = "has [0-9]+ lines"
                    catch_segfaults([executable, name] + args, own, self.environment, logger,
                                    usageStats=self.resourceMonitor)
                    found = logger.searchpatterns["lines"].results
            except CalledProcessError as err:
                self.logger.error(str(err))
                self.outputs["why"] = "status %d" % err.returncode
                return 7
        shutil.move(os.path.join(own, "result"), kwargs["msout"])
        self.outputs["ok"] = True
        self.outputs["found"] = found[0].getMessage().split()[-2]
        self.outputs["listed"] = [infile, 1.5]
        self.outputs["format"] = args_format["args_format"]
        return 0


if __name__ == "__main__":
    jobid, jobhost, jobport = sys.argv[1:4]
    sys.exit(scratch(jobid, jobhost, jobport).run_with_stored_arguments())
'''

#: Writes `result`; fails where its file is called so.
PROGRAM = """#!/bin/sh
case $2 in *bad*) echo "cannot read $2" >&2; exit 3;; esac
echo "$2 has 12 lines"
{ cat "$1"; echo "FOO is $FOO, threads $OMP_NUM_THREADS, in $PWD"; } > result
"""

CONFIG = """
[DEFAULT]
runtime_directory = {here}
working_directory = {here}
recipe_directories = [{here}/site]
[layout]
job_directory = %(runtime_directory)s/%(job_name)s
[remote]
method = local
"""

PARSET = """
pipeline.steps = [make, s{more}]
make.control.kind = plugin
make.control.type = createMapfile
make.control.method = mapfile_from_folder
make.control.folder = {here}/data
make.control.mapfile_dir = input.output.mapfile_dir
make.control.filename = make.mapfile
s.control.type = executable_args
s.control.executable = {here}/bin/program
s.control.nodescript = {script}
s.control.mapfile_in = make.output.mapfile
s.control.inputkey = msin
s.control.outputkey = msout
s.control.environment = {{FOO: 'a b'}}
s.control.nthreads = 3
s.argument.flags = [msin]
s.argument.msout = msout
s.argument.steps = [avg]
"""

NEXT = """
next.control.type = executable_args
next.control.executable = /bin/echo
next.control.mapfiles_in = [s.output.found.mapfile, s.output.mapfile]
next.control.inputkeys = [a, b]
next.argument.flags = [a, b]
"""


class Site:
    """A project with a node script, and the run of its pipeline."""

    def __init__(self, project: Any, script: str, data: tuple[str, ...]) -> None:
        self.project = project
        self.here: Path = project.path
        project.write("pipeline.cfg", CONFIG.format(here=self.here))
        project.write("bin/program", PROGRAM)
        self.script(script)
        for name in data:
            project.write(f"data/{name}", "data\n")

    def script(self, text: str, name: str = "scratch") -> None:
        self.project.write(f"site/nodes/{name}.py", text)

    def run(
        self, status: int = 0, lines: str = "", more: str = "", script: str = "scratch", **options: Any
    ) -> Any:
        text = PARSET.format(here=self.here, more=", next" if more else "", script=script)
        self.project.write("p.parset", text + more + lines)
        return self.project.run("run", "p.parset", "-c", "pipeline.cfg", **options).expect(status)

    def values(self, key: str) -> list[tuple[str, bool]]:
        name = f"s.{key}.mapfile" if key else "s.mapfile"
        found = read(self.here / "p" / "mapfiles" / name)
        return [(entry.file.replace(str(self.here), "HERE"), entry.skip) for entry in found.data]

    def log(self, name: str = "0.log", step: str = "s") -> str:
        (path,) = self.here.glob(f"p/logs/*/{step}/{name}")
        return path.read_text()

    def pipeline_log(self) -> str:
        return (self.here / "p" / "logs" / "pipeline.log").read_text()


@pytest.fixture
def site(project: Callable[..., Any]) -> Callable[..., Site]:
    """Return a maker of projects with a node script and data."""

    def make(script: str = SCRATCH, data: tuple[str, ...] = ("a.ms", "b.ms")) -> Site:
        return Site(project({}), script, data)

    return make


def test_a_node_script_does_its_work_and_its_outputs_are_results(site: Callable[..., Site]) -> None:
    lab = site()
    lab.run(more=NEXT)
    assert (lab.here / "p" / "a.s").read_text() == (
        f"msout={lab.here}/p/a.s\nsteps=[avg]\nFOO is a b, threads 3, in {lab.here}/p/scratch/a.ms\n"
    )
    assert lab.values("") == [("HERE/p/a.s", False), ("HERE/p/b.s", False)]
    assert lab.values("found") == [("12", False), ("12", False)]
    assert lab.values("listed") == [("['HERE/data/a.ms', 1.5]", False), ("['HERE/data/b.ms', 1.5]", False)]
    assert lab.values("format") == [("gnu", False), ("gnu", False)]
    assert lab.values("ok") == [("True", False), ("True", False)]
    assert lab.values("returncode") == [("0", False), ("0", False)]
    assert lab.log("1.log", "next") == f"12 {lab.here}/p/b.s\n"


def test_what_it_logs_is_in_its_jobs_log(site: Callable[..., Site]) -> None:
    lab = site(data=("a.ms",))
    lab.run()
    log = lab.log()
    assert re.search(r"DEBUG +node\.\S+\.scratch\.a\.ms: program stdout: \S+/a\.ms has 12 lines", log)
    assert re.search(r"INFO +node\.\S+\.scratch: Total time [0-9.]+s; user time", log)


def test_its_exit_status_counts_and_its_outputs_are_kept(site: Callable[..., Site]) -> None:
    lab = site(data=("a.ms", "bad.ms"))
    lab.run()
    assert lab.values("") == [("HERE/p/a.s", False), ("HERE/p/bad.s", True)]
    assert lab.values("returncode") == [("0", False), ("7", True)]
    assert lab.values("why") == [("", True), ("status 3", True)]
    assert lab.values("ok") == [("True", False), ("", True)]
    # The log of the run has what was a warning or worse.
    assert "program stderr: cannot read" in lab.pipeline_log()


def test_a_failure_without_tolerance_ends_the_run(site: Callable[..., Site]) -> None:
    lab = site(data=("bad.ms",))
    done = lab.run(1, "s.control.error_tolerance = False\n")
    assert "A job has failed with returncode 7" in done.stderr + lab.pipeline_log()


CLASS = """
import os, sys
from lofarpipe.support.lofarnode import LOFARnodeTCP

class small(LOFARnodeTCP):
{body}

if __name__ == "__main__":
    sys.exit(small(*sys.argv[1:4]).run_with_stored_arguments())
"""


def small(body: str) -> str:
    return CLASS.format(body="\n".join(f"    {line}" for line in body.splitlines()))


def test_run_with_logging_of_its_own(site: Callable[..., Site]) -> None:
    lab = site(
        small(
            "def run_with_logging(self, *args):\n"
            "    self.logger.info('%d arguments, the first %s', len(args), args[0])\n"
            "    self.outputs['status'] = self.run(*args)\n"
            "    return 0\n"
            "def run(self, *args):\n"
            "    return 5"
        )
    )
    lab.run()
    assert lab.values("status") == [("5", False), ("5", False)]
    assert lab.values("returncode") == [("0", False), ("0", False)]
    assert lab.values("ok") == [("", True), ("", True)]
    assert f"8 arguments, the first {lab.here}/data/a.ms" in lab.log()


def test_job_host_and_port(site: Callable[..., Site]) -> None:
    body = (
        "def run(self, infile, *rest):\n"
        "    assert self.environment is os.environ\n"
        "    self.outputs['job'] = self.job_id\n"
        "    self.outputs['port'] = self.port\n"
        "    self.outputs['host'] = os.path.basename(self.host)\n"
        "    self.outputs['given'] = rest[-1]['FOO'], rest[-1]['OMP_NUM_THREADS'], 'PATH' in rest[-1]\n"
        "    self.outputs['main'] = __name__, os.path.basename(sys.argv[0]), os.path.basename(sys.path[0])\n"
    )
    lab = site(small(body))
    lab.run()
    assert lab.values("job") == [("0", False), ("1", False)]
    assert lab.values("port") == [("0", False), ("0", False)]
    assert lab.values("host") == [("0.arguments.json", False), ("1.arguments.json", False)]
    assert lab.values("given")[0] == ("('a b', '3', True)", False)
    assert lab.values("main")[0] == ("('__main__', 'scratch.py', 'nodes')", False)


def test_an_exception_is_a_traceback_into_the_script(site: Callable[..., Site]) -> None:
    lab = site(
        small("def run(self, *args):\n    self.outputs['half'] = 1\n    raise ValueError('no such column')")
    )
    done = lab.run(1)
    told = lab.log("0.err")
    assert told.startswith("Traceback (most recent call last):\n  File ")
    assert f"{lab.here}/site/nodes/scratch.py" in told.splitlines()[1]
    assert "runpy" not in told
    assert told.endswith("ValueError: no such column\n")
    assert "no such column" in done.stdout
    assert lab.values("returncode") == [("1", True), ("1", True)]


def test_one_that_leaves_early_gives_no_results(site: Callable[..., Site]) -> None:
    """Contract 8: ``sys.exit(0)`` is a success without results, and the entry stays."""
    lab = site(small("def run(self, *args):\n    self.outputs['x'] = 1\n    sys.exit(0)"))
    lab.run()
    assert lab.values("returncode") == [("0", False), ("0", False)]
    assert lab.values("") == [("HERE/p/a.s", False), ("HERE/p/b.s", False)]
    assert not (lab.here / "p" / "mapfiles" / "s.x.mapfile").exists()


def test_a_break_ends_a_loop(site: Callable[..., Site]) -> None:
    lab = site(small("def run(self, *args):\n    self.outputs['break'] = True\n    return 0"), ("a.ms",))
    text = PARSET.format(here=lab.here, more="", script="scratch").replace("[make, s]", "[make, again]")
    loop = "again.control.kind = loop\nagain.control.loopcount = 5\nagain.control.loopsteps = [s]\n"
    lab.project.write("p.parset", text + loop)
    lab.project.run("run", "p.parset", "-c", "pipeline.cfg").expect()
    assert len(list(lab.here.glob("p/logs/*/s/*.log"))) == 1


def test_our_lofarpipe_serves_it_where_lofars_own_is_installed(site: Callable[..., Site]) -> None:
    """lofarinit.sh puts LOFAR's own first on PYTHONPATH: programs shall see that, node scripts ours."""
    lab = site(
        small(
            "def run(self, *args):\n"
            "    import subprocess\n"
            "    words = ['python3', '-c', 'import lofarpipe; print(lofarpipe.whose)']\n"
            "    self.outputs['child'] = subprocess.check_output(words).decode().strip()\n"
            "    return 0"
        ),
        ("a.ms",),
    )
    lab.project.write("lofar/lofarpipe/__init__.py", "whose = 'own'\n")
    lab.project.write("lofar/lofarpipe/support/__init__.py", "raise ImportError('C++')\n")
    clean = lab.project.environment().get("PYTHONPATH")
    lab.run(env={"PYTHONPATH": f"{lab.here}/lofar" + (f":{clean}" if clean else "")})
    assert lab.values("child") == [("own", False)]


def test_one_of_an_installed_lofar_is_found_by_pythonpath(site: Callable[..., Site]) -> None:
    lab = site()
    lab.project.write("lofar/lofarpipe/recipes/nodes/theirs.py", small("def run(self, *args):\n    return 0"))
    clean = lab.project.environment().get("PYTHONPATH")
    path = f"{lab.here}/lofar" + (f":{clean}" if clean else "")
    lab.run(script="theirs", env={"PYTHONPATH": path})
    assert lab.values("returncode") == [("0", False), ("0", False)]


def test_what_a_failed_try_left_does_not_count(site: Callable[..., Site]) -> None:
    body = (
        "def run(self, *args):\n"
        "    if os.path.exists('tried'):\n"
        "        return 0\n"
        "    open('tried', 'w').close()\n"
        "    self.outputs['first'] = 1\n"
        "    return 1"
    )
    lab = site(small(body), ("a.ms",))
    lab.run(lines="s.control.retries = 1\n")
    assert lab.values("returncode") == [("0", False)]
    assert not (lab.here / "p" / "mapfiles" / "s.first.mapfile").exists()


def test_a_run_that_is_repeated_takes_over_what_is_done(site: Callable[..., Site]) -> None:
    lab = site()
    lab.run(more=NEXT)
    first = lab.values("found")
    shutil.rmtree(lab.here / "p" / "scratch")
    lab.run(more=NEXT)
    assert not (lab.here / "p" / "scratch").exists()
    assert lab.values("found") == first
    lab.script(SCRATCH.replace("1.5", "2.5"))
    done = lab.run(more=NEXT)
    assert "program changed" in done.stderr + done.stdout + lab.pipeline_log()
    assert lab.values("listed")[0] == ("['HERE/data/a.ms', 2.5]", False)


def test_a_program_that_changed_makes_it_run_again(site: Callable[..., Site]) -> None:
    lab = site()
    lab.run()
    lab.project.write("bin/program", PROGRAM.replace("has 12", "has 13"))
    lab.run()
    assert lab.values("found") == [("13", False), ("13", False)]


def test_a_plan_shows_its_command_and_arguments(site: Callable[..., Site]) -> None:
    lab = site()
    lab.run()
    done = lab.project.run("plan", "p.parset", "-c", "pipeline.cfg").expect()
    assert f"{lab.here}/site/nodes/scratch.py 1 " in done.stdout
    assert f'"{lab.here}/data/b.ms"' in done.stdout
    assert "results.json holds" not in done.stdout


def test_one_that_is_not_there_ends_the_run_before_it_begins(site: Callable[..., Site]) -> None:
    lab = site()
    done = lab.run(3, script="scrtch")
    assert "there is no node script 'scrtch'" in done.stderr
    assert "did you mean 'scratch'?" in done.stderr
    assert not list(lab.here.glob("p/mapfiles/*"))
