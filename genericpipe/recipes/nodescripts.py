"""The jobs of a site's node scripts: how arguments reach them, and how results come back (contract 8).

LOFAR's own ran a server on an open port to which every node script connected for its arguments, and which
unpickled whatever came back. Here both are text in two files beside the job's logs: the word that was the
server's host names the first, in which stands where the second is to be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from .job import Job, NodeScript, Outcome, Status

#: Starts a node script so that its `lofarpipe` is ours, whichever else is on PYTHONPATH.
STARTER = str(Path(__file__).resolve().parent.parent / "compat" / "lofarpipe" / "_startnode.py")

#: What stands for the server's port: there is none.
NO_PORT = "0"


@dataclass(frozen=True)
class NodeCall:
    """What a node script is given for one entry: the arguments of its ``run``, in their order."""

    infile: str
    executable: str
    args: tuple[str, ...]
    kwargs: Mapping[str, str]
    work_dir: str
    parsetasfile: bool
    args_format: Mapping[str, str]
    environment: Mapping[str, str]


@dataclass(frozen=True)
class NodeJob:
    """The parts of a job that are different for a node script."""

    argv: tuple[str, ...]
    files: Mapping[str, str]
    node: NodeScript


def node_job(script: str, index: int, stem: str, call: NodeCall) -> NodeJob:
    """Return how a node script is started for one entry.

    Parameters
    ----------
    script
        Its file.
    index
        The entry.
    stem
        The path of the job's log without its suffix.
    call
        What the script is given.
    """
    arguments, results = f"{stem}.arguments.json", f"{stem}.results.json"
    given = {
        "recipe": "executable_args",
        "arguments": [
            call.infile,
            call.executable,
            list(call.args),
            dict(call.kwargs),
            call.work_dir,
            call.parsetasfile,
            dict(call.args_format),
            dict(call.environment),
        ],
        "results": results,
    }
    argv = ("python3", STARTER, script, str(index), arguments, NO_PORT)
    # An empty file for the results: what an earlier attempt left there must not count for this one.
    files = {arguments: json.dumps(given) + "\n", results: ""}
    return NodeJob(argv, files, NodeScript(script, call.executable, results))


def with_results(job: Job, outcome: Outcome) -> Outcome:
    """Return the outcome of a job with the results that its node script left; of any other, itself.

    They count also where the script failed (contract 8). ``ok`` is theirs to set, as it was.

    Parameters
    ----------
    job
        A job that has ended.
    outcome
        How its process ended.
    """
    if job.node is None or outcome.status is Status.CANCELLED:
        return outcome
    results = {} if outcome.returncode is None else {"returncode": str(outcome.returncode)}
    try:
        text = Path(job.node.results).read_text(encoding="utf-8")
        left = json.loads(text) if text else {}
    except (OSError, ValueError) as error:
        return _failed(outcome, f"the results of its node script cannot be read: {error}")
    texts = left.get("texts", {}) if isinstance(left, dict) else None
    if not isinstance(texts, dict):
        return _failed(outcome, f"the results of its node script are no mapping: {text:.100}")
    results.update({str(key): str(value) for key, value in texts.items()})
    return replace(outcome, results=results, reported=False)


def _failed(outcome: Outcome, reason: str) -> Outcome:
    """Return the outcome as a failure, which it is where the script ended well and left nonsense."""
    return replace(outcome, status=Status.FAILED, reason=reason) if outcome.status.ok else outcome
