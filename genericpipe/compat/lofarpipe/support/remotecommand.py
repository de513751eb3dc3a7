"""Jobs of a site's own master recipe: node scripts as processes on this machine (contract 12 and 14)."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterable, Mapping, Sequence

__all__ = ["ComputeJob", "RemoteCommandRecipeMixIn"]

_PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
_PYTHONS = ("python", "python2", "python3")

#: The status of a job that was never started.
NOT_STARTED = 123456


class ComputeJob:
    """A node script with its arguments.

    Parameters
    ----------
    host
        The host it is meant for; here it only counts how many run at once.
    command
        The command without job id, host and port, as ``python3 /path/nodes/script.py``.
    arguments
        What `run` of the script is given: what JSON can say.
    resources
        What it wants: of ``cores``, its OMP_NUM_THREADS.

    Attributes
    ----------
    results
        What it gave back, with ``returncode`` and ``job_duration``, when it has ended.
    """

    def __init__(
        self,
        host: str,
        command: str,
        arguments: Sequence[Any] = (),
        resources: Mapping[str, Any] | None = None,
    ) -> None:
        self.id: int | None = None
        self.host = host
        self.command = command
        self.arguments = list(arguments)
        self.resources = dict(resources or {})
        self.results: dict[str, Any] = {"returncode": NOT_STARTED}

    def dispatch(self, logger: Any, identity: int, folder: str) -> int:
        """Run the job to its end; its results are in `results` then.

        Parameters
        ----------
        logger
            Where its standard output (DEBUG) and standard error (WARNING) go, and why it failed.
        identity
            Its number.
        folder
            Where its arguments and results are handed over.

        Returns
        -------
        Its exit status.
        """
        self.id = identity
        given, left = (os.path.join(folder, f"{identity}.{what}.json") for what in ("arguments", "results"))
        began = time.monotonic()
        try:
            with open(given, "w", encoding="ascii") as stream:
                json.dump({"arguments": self.arguments, "results": left}, stream)
            status = self._run(logger, [*self._words(), str(identity), given, "0"])
        except (OSError, TypeError, ValueError) as error:
            logger.error("Failed to run %s: %s", self.command, error)
            status = NOT_STARTED
        if os.path.exists(left):
            with open(left, encoding="ascii") as stream:
                results = json.load(stream)
            # What JSON cannot say comes as its text.
            self.results.update({**results["texts"], **results["values"]})
        self.results["returncode"] = status
        self.results["job_duration"] = f"{time.monotonic() - began:.3f}"
        if status:
            logger.error("Remote process %s on %s failed with status %s", self.command, self.host, status)
        return status

    def _words(self) -> list[str]:
        words = shlex.split(self.command)
        if words and words[0] in _PYTHONS:  # the same one as ours, which may have what the script imports
            words[0] = sys.executable
        return words

    def _environment(self) -> dict[str, str]:
        environment = dict(os.environ)
        path = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
        environment["PYTHONPATH"] = os.pathsep.join(path if _PACKAGES in path else [*path, _PACKAGES])
        if "cores" in self.resources:
            environment["OMP_NUM_THREADS"] = str(self.resources["cores"])
        return environment

    def _run(self, logger: Any, words: Sequence[str]) -> int:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(),
        )
        readers = [
            threading.Thread(target=_log_lines, args=(process.stdout, logger.debug)),
            threading.Thread(target=_log_lines, args=(process.stderr, logger.warning)),
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        return process.wait()


class RemoteCommandRecipeMixIn:
    """Runs jobs for a recipe: it needs the recipe's ``logger``, ``config`` and ``error``.

    All of them run on this machine. On a cluster, a step of a pipeline runs a node script instead.
    """

    def _schedule_jobs(self, jobs: Iterable[ComputeJob], max_per_node: int | None = None) -> list[ComputeJob]:
        """Run jobs, and return them when all have ended; if one failed, the recipe's ``error`` is set.

        Parameters
        ----------
        jobs
            The jobs.
        max_per_node
            How many run at once on one host; where it is 0 or None, as many as the configuration says in
            ``[remote] max_per_node``, else as many as there are processors.
        """
        recipe: Any = self
        wanted = list(jobs)
        limit = max_per_node or self._configured_limit() or os.cpu_count() or 1
        places = {job.host: threading.Semaphore(limit) for job in wanted}
        with tempfile.TemporaryDirectory(prefix="genericpipe.") as folder:

            def run(numbered: tuple[int, ComputeJob]) -> int:
                identity, job = numbered
                with places[job.host]:
                    return job.dispatch(recipe.logger, identity, folder)

            with ThreadPoolExecutor(max_workers=max(1, limit * len(places))) as pool:
                statuses = list(pool.map(run, enumerate(wanted)))
        if any(statuses):
            recipe.error.set()
        return wanted

    def _configured_limit(self) -> int:
        config = getattr(self, "config", None)
        if config is None or not config.has_option("remote", "max_per_node"):
            return 0
        return int(config.get("remote", "max_per_node"))


def _log_lines(stream: Any, log: Any) -> None:
    with stream:
        for line in stream:
            log("%s", line.decode("utf-8", "replace").rstrip())
