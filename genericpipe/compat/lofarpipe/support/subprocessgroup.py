"""Some processes at a time, out of many (contract 14)."""

from __future__ import annotations

import subprocess
import threading
from typing import Any, Sequence

from .pipelinelogging import log_process_output
from .utilities import spawn_process

__all__ = ["SubProcessGroup"]


class SubProcessGroup:
    """Runs processes, so many at once; their output goes to a logger.

    Parameters
    ----------
    logger
        Where output and failures are told; None for nowhere.
    usageStats
        Its ``addPID`` is told of each process.
    max_concurrent_processes
        How many run at once.
    polling_interval
        Not used: ends are waited for, not looked for.
    killSwitch
        An event: once it is set, processes that run are killed and no other starts.
    """

    def __init__(
        self,
        logger: Any = None,
        usageStats: Any = None,
        max_concurrent_processes: int = 8,
        polling_interval: float = 10,
        killSwitch: threading.Event | None = None,
    ) -> None:
        self.logger = logger
        self.usageStats = usageStats
        self.killSwitch = killSwitch
        self._places = threading.Semaphore(max(1, int(max_concurrent_processes)))
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._running: set[subprocess.Popen[bytes]] = set()
        self._failed: list[tuple[Any, int]] = []

    def run(self, cmd: str | Sequence[str], cwd: str | None = None) -> None:
        """Start a process as soon as there is a place for it, and return at once.

        Parameters
        ----------
        cmd
            Program and words; of a text, those between blanks.
        cwd
            Its folder.
        """
        command = cmd.split() if isinstance(cmd, str) else list(cmd)
        thread = threading.Thread(target=self._run, args=(command, cwd), daemon=True)
        self._threads.append(thread)
        thread.start()

    def wait_for_finish(self) -> list[tuple[Any, int]] | None:
        """Wait until all processes have ended.

        Returns
        -------
        None if all went well, else the command and exit status of each that failed.
        """
        for thread in self._threads:
            while thread.is_alive():
                thread.join(0.5 if self.killSwitch is not None else None)
                if self._is_off():
                    self._kill()
        self._threads = []
        failed, self._failed = self._failed, []
        return failed or None

    def _is_off(self) -> bool:
        return self.killSwitch is not None and self.killSwitch.is_set()

    def _kill(self) -> None:
        with self._lock:
            for process in self._running:
                process.kill()

    def _run(self, command: list[str], cwd: str | None) -> None:
        with self._places:
            status = -1 if self._is_off() else self._one(command, cwd)
        if status:
            with self._lock:
                self._failed.append((command, status))

    def _one(self, command: list[str], cwd: str | None) -> int:
        """Run a process to its end; return its exit status, -1 where it could not be started."""
        logger = self.logger or _Nowhere()
        try:
            process = spawn_process(command, logger, cwd)
        except OSError as error:
            logger.error("%s: %s", command[0], error)
            return -1
        with self._lock:
            self._running.add(process)
        if self.usageStats is not None:
            self.usageStats.addPID(process.pid)
        stdout, stderr = process.communicate()
        with self._lock:
            self._running.discard(process)
        if self.logger is not None:
            log_process_output(command[0], stdout, stderr, self.logger)
        if process.returncode:
            logger.error("%s failed with exit status %d", " ".join(command), process.returncode)
        return process.returncode


class _Nowhere:
    """A logger that keeps nothing."""

    def warning(self, *args: object) -> None:
        """Keep nothing."""

    error = warning
