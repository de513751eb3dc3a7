"""A file that marks a folder as in use where the file system has no locks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from .processes import Life, ProcessId, life_of

#: Seconds between two touches.
HEARTBEAT = 30.0

#: Seconds without a touch after which an owner on another machine counts as gone.
GONE_AFTER = 10 * HEARTBEAT


class OwnerFile:
    """Marks a folder as in use.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._beaten = 0.0
        self._text = b""

    def take(self, text: bytes, owner_in: Callable[[bytes], ProcessId | None]) -> bytes | None:
        """Make the file.

        Parameters
        ----------
        text
            What it is to hold.
        owner_in
            Reads the owner from such a file; None where it names none.

        Returns
        -------
        bytes or None
            What the file holds that another, living owner made; None where the folder is ours now.
        """
        for _ in range(10):
            if self._make(text):
                return None
            try:
                content = self.path.read_bytes()
            except FileNotFoundError:
                continue
            if self._lives(owner_in(content)):
                return content
            self._clear(content)
        return content

    def beat(self) -> None:
        """Touch the file, if that is due."""
        now = time.monotonic()
        if now - self._beaten >= HEARTBEAT / 2:
            self._beaten = now
            try:
                os.utime(self.path)
            except OSError:
                return  # a file server that is away for a moment must not end a run

    def remove(self) -> None:
        """Give the folder back, unless another took it over."""
        try:
            if self.path.read_bytes() == self._text:
                self.path.unlink()
        except OSError:
            return

    def _make(self, text: bytes) -> bool:
        """Make the file with its content at once: a link to a name that exists fails everywhere, NFS too."""
        own = self.path.with_name(f".{self.path.name}-{os.getpid()}-{os.urandom(6).hex()}")
        own.write_bytes(text)
        try:
            os.link(own, self.path)
        except FileExistsError:
            return False
        except OSError:
            # No links on this file system: the kernel's exclusive creation has to do.
            try:
                with self.path.open("xb") as file:
                    file.write(text)
            except FileExistsError:
                return False
        finally:
            own.unlink(missing_ok=True)
        self._text = text
        self._beaten = time.monotonic()
        return True

    def _lives(self, owner: ProcessId | None) -> bool:
        life = Life.ELSEWHERE if owner is None else life_of(owner)
        if life is not Life.ELSEWHERE:
            return life is Life.ALIVE
        try:
            touched = self.path.stat().st_mtime
        except FileNotFoundError:
            return False
        return self._server_time() - touched < GONE_AFTER

    def _server_time(self) -> float:
        """Return the time by the file server's clock, which gave the file its time."""
        probe = self.path.with_name(f".{self.path.name}-{os.getpid()}-{os.urandom(6).hex()}")
        probe.touch()
        try:
            return probe.stat().st_mtime
        finally:
            probe.unlink(missing_ok=True)

    def _clear(self, content: bytes) -> None:
        """Remove a dead owner's file; never one that someone else has made meanwhile."""
        aside = self.path.with_name(f".{self.path.name}-dead-{os.getpid()}-{os.urandom(6).hex()}")
        try:
            self.path.rename(aside)
        except FileNotFoundError:
            return
        if aside.read_bytes() != content:
            try:
                os.link(aside, self.path)
            except OSError:
                aside.rename(self.path)
                return
        aside.unlink(missing_ok=True)
