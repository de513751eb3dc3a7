"""The base of node scripts: a process for each job, with its arguments and its results (contract 8)."""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
from typing import Any, Mapping

from .lofarexceptions import PipelineException

__all__ = ["LOFARnode", "LOFARnodeTCP"]

_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"

#: Variables that LOFAR's own handed from master to nodes, beside those that end so.
_HANDED_ON = ("QUEUE_PREFIX", "LOFARENV", "OMP_NUM_THREADS")
_ENDINGS = ("PATH", "ROOT")


class LOFARnode:
    """What all node scripts have: a logger, results, and the environment.

    Parameters
    ----------
    loghost, logport
        Where LOFAR's own logged to; not used.

    Attributes
    ----------
    logger
        Its records go to the job's log: warnings and worse by standard error, from where they reach the log
        of the run, the others by standard output.
    outputs
        The results: whatever is put here when `run` returns, also where that is not 0.
    environment
        `os.environ` itself, with what the step declares in it.
    resourceMonitor
        For `catch_segfaults`, to which scripts hand it as ``usageStats``.
    """

    def __init__(self, loghost: str | None = None, logport: Any = None) -> None:
        self.loghost, self.logport = loghost, logport
        self.logger = logging.getLogger(f"node.{platform.node()}.{type(self).__name__}")
        _log_to_streams(self.logger)
        self.outputs: dict[str, Any] = {}
        self.environment = os.environ
        self.resourceMonitor = _Measured()

    def run(self, *args: Any) -> Any:
        """Do the work; a script has its own."""
        raise NotImplementedError(f"{type(self).__name__} has no method run")

    def run_with_logging(self, *args: Any) -> Any:
        """Call `run`; scripts may have a version of this of their own."""
        return self.run(*args)


class LOFARnodeTCP(LOFARnode):
    """A node script that is given its arguments by a run, and gives its results back.

    Nothing of it uses the network any more, which the name still says: arguments and results are text in
    files.

    Parameters
    ----------
    job_id
        Which job of the step it is, from 0.
    host
        What took the place of a server's name: the file with the arguments.
    port
        What took the place of its port: 0.
    """

    def __init__(self, job_id: Any, host: str, port: Any) -> None:
        self.job_id, self.host, self.port = int(job_id), host, int(port)
        super().__init__(self.host, self.port)
        self._stored: Mapping[str, Any] | None = None

    @property
    def arguments(self) -> list[Any]:
        """The arguments for `run`.

        Raises
        ------
        PipelineException
            If there are none: the script was not started by a run, nor as one starts it.
        """
        return list(self._request["arguments"])

    def run_with_stored_arguments(self) -> Any:
        """Call `run_with_logging` with the arguments of the job, then hand its results over.

        Returns
        -------
        What `run` returned: the exit status for the process. Where it raises, there are no results.
        """
        arguments = self.arguments
        status = self.run_with_logging(*arguments)
        self._hand_over()
        return status

    @property
    def _request(self) -> Mapping[str, Any]:
        if self._stored is None:
            try:
                with open(self.host, encoding="utf-8") as stream:
                    stored = json.load(stream)
                arguments = stored["arguments"]
                if stored.get("recipe") == "executable_args":
                    arguments[-1] = {**_handed_on(os.environ), **arguments[-1]}
            except (OSError, ValueError, LookupError, TypeError) as error:
                raise PipelineException(
                    f"{self.host!r} holds no arguments for a node script ({error}): "
                    "it is started by a pipeline's run, as: script <job id> <file> 0"
                ) from None
            self._stored = stored
        return self._stored

    def _hand_over(self) -> None:
        texts = {str(key): _text(value) for key, value in self.outputs.items()}
        values = {str(key): value for key, value in self.outputs.items() if _is_plain(value)}
        data = json.dumps({"texts": texts, "values": values})
        target = self._request["results"]
        # Whoever reads it finds all of it or nothing.
        temporary = f"{target}.{os.getpid()}"
        with open(temporary, "w", encoding="ascii") as stream:
            stream.write(data)
        os.replace(temporary, target)


def _handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that reached nodes with their arguments."""
    return {
        name: value for name, value in environment.items() if name.endswith(_ENDINGS) or name in _HANDED_ON
    }


def _text(value: object) -> str:
    """Return a value as text.

    A number of numpy 2 in a list is to read 1.5, not np.float64(1.5): pipelines hand lists to programs.
    """
    numpy = sys.modules.get("numpy")
    if isinstance(value, (str, int, float)) or numpy is None or int(numpy.__version__.split(".")[0]) < 2:
        return str(value)
    with numpy.printoptions(legacy="1.25"):
        return str(value)


def _is_plain(value: object) -> bool:
    """Return whether a value is the same after it was text."""
    try:
        return bool(json.loads(json.dumps(value)) == value)
    except (TypeError, ValueError):
        return False


class _Measured:
    """Stands for LOFAR's monitor of processes: the run itself measures what a job and its children use."""

    def addPID(self, pid: int) -> None:
        """Hear of a process."""


class _Streams(logging.Handler):
    """Writes records to the standard streams as they are at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        stream = sys.stderr if record.levelno >= logging.WARNING else sys.stdout
        try:
            stream.write(self.format(record) + "\n")
            stream.flush()
        except Exception:
            self.handleError(record)


def _log_to_streams(logger: logging.Logger) -> None:
    """Let all records of a logger through, to the standard streams; once for each logger."""
    logger.setLevel(logging.DEBUG)
    if not any(isinstance(handler, _Streams) for handler in logger.handlers):
        handler = _Streams()
        handler.setFormatter(logging.Formatter(_FORMAT, "%Y-%m-%d %H:%M:%S"))
        logger.addHandler(handler)
