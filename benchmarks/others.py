"""The same jobs through other programs: what one pays elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.installed import Absent, from_debian, from_pypi
from benchmarks.measure import Missing, Row
from benchmarks.project import SLOTS, TRUE, inputs, true_jobs

COUNTS = (100, 1000)

CWL = """\
cwlVersion: v1.2
class: Workflow
requirements: {{ScatterFeatureRequirement: {{}}}}
inputs: {{names: {{type: "string[]"}}}}
outputs: []
steps:
  work:
    scatter: name
    in: {{name: names}}
    out: []
    run:
      class: CommandLineTool
      baseCommand: {true}
      stdout: $(inputs.name.split("/").pop()).log
      stderr: $(inputs.name.split("/").pop()).err
      requirements: {{InlineJavascriptRequirement: {{}}}}
      inputs: {{name: {{type: string, inputBinding: {{position: 1}}}}}}
      outputs: []
"""

SNAKEFILE = """\
rule all:
    input: expand("{{number}}.done", number=range({count}))

rule work:
    output: touch("{{number}}.done")
    log: "{{number}}.log"
    shell: "{true} {{wildcards.number}} >{{log}} 2>&1"
"""

PARSL = """\
import os
import sys
import parsl
from parsl.config import Config

os.environ["PATH"] = os.path.dirname(sys.executable) + ":" + os.environ["PATH"]
parsl.load(Config(executors=[{executor}], run_dir=sys.argv[1] + "/runinfo"))


@parsl.bash_app
def work(name, stdout, stderr):
    return "{true} " + name


jobs = [
    work(str(number), stdout=f"{{sys.argv[1]}}/{{number}}.log", stderr=f"{{sys.argv[1]}}/{{number}}.err")
    for number in range(int(sys.argv[2]))
]
for job in jobs:
    job.result()
parsl.dfk().cleanup()
"""

THREADS = "parsl.executors.ThreadPoolExecutor(max_threads={slots})"
PROCESSES = (
    'parsl.executors.HighThroughputExecutor(address="127.0.0.1", loopback_address="127.0.0.1",'
    " max_workers_per_node={slots},"
    " provider=parsl.providers.LocalProvider(init_blocks=1, max_blocks=1))"
)


def xargs(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of xargs, which keeps no logs."""
    found = shutil.which("xargs")
    if found is None:
        raise Absent("there is no xargs here")
    return (found, "-a", _list(folder, count), "-P", str(SLOTS), "-n", "1", TRUE)


def parallel(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of GNU parallel."""
    program = from_debian("parallel")
    return (program, "--will-cite", "-j", str(SLOTS), "-a", _list(folder, count), TRUE, "{}")


def cwltool(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of cwltool: a workflow that scatters one tool over a list."""
    program = from_pypi("cwltool")
    workflow, values = folder / "true.cwl", folder / f"{count}.json"
    workflow.write_text(CWL.format(true=TRUE))
    values.write_text(json.dumps({"names": inputs(count)}))
    out = ("--outdir", str(folder / "cwl"), "--tmpdir-prefix", f"{folder}/tmp-")
    return (program, "--parallel", "--quiet", *out, str(workflow), str(values))


def snakemake(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of snakemake: one rule, a list of targets."""
    program = from_pypi("snakemake")
    rules = folder / f"{count}.smk"
    rules.write_text(SNAKEFILE.format(count=count, true=TRUE))
    where = ("--directory", str(folder / "snakemake"))
    return (program, "--snakefile", str(rules), *where, "--cores", str(SLOTS), "--quiet", "all")


def parsl_threads(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of a parsl script whose jobs are started by threads."""
    return _parsl(folder, count, "threads", THREADS)


def parsl_processes(folder: Path, count: int) -> tuple[str, ...]:
    """Return the command line of a parsl script whose jobs are started by its pool of processes."""
    return _parsl(folder, count, "processes", PROCESSES)


OTHERS: dict[str, Callable[[Path, int], tuple[str, ...]]] = {
    "xargs -P 2, no logs": xargs,
    "GNU parallel": parallel,
    "cwltool": cwltool,
    "snakemake": snakemake,
    "parsl, threads": parsl_threads,
    "parsl, processes": parsl_processes,
}


def rows(folder: Path) -> Iterator[Row | Missing]:
    """Yield the rows: ours against each of the others, with few jobs and with many."""
    for name, make in OTHERS.items():
        for count in COUNTS:
            title = f"{count} jobs `true`"
            try:
                argv = make(folder, count)
            except Absent as error:
                yield Missing(f"{title}, against {name}", str(error))
                continue
            left = ("cwl", "snakemake", "parsl")
            ours = true_jobs(folder / "ours", count)
            fresh = (ours.job_folder, *(folder / one for one in left))
            yield Row(
                title,
                ours.argv,
                baseline=argv,
                baseline_name=name,
                jobs=count,
                baseline_jobs=count,
                fresh=fresh,
                patience=15,
                is_foreign=True,
            )


def _parsl(folder: Path, count: int, name: str, executor: str) -> tuple[str, ...]:
    program = from_pypi("parsl", "python")
    script = folder / f"parsl-{name}.py"
    script.write_text(PARSL.format(executor=executor.format(slots=SLOTS), true=TRUE))
    return (program, str(script), str(folder / "parsl"), str(count))


def _list(folder: Path, count: int) -> str:
    path = folder / f"{count}.txt"
    path.write_text("".join(f"{name}\n" for name in inputs(count)))
    return str(path)
