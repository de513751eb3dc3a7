"""Waiting for processes and sockets at once, without polling and without a thread for each."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Protocol

from ..errors import GenericPipeError

#: How often processes that are not our children are looked at where the kernel cannot tell their end.
_LOOK_EVERY = 1.0


class Watch(Protocol):
    """Tells which process ended and which socket has something to say."""

    def add(self, pid: int) -> None:
        """Watch a process; one that is not our child too."""
        ...

    def remove(self, pid: int) -> None:
        """Forget a process; to be called when it has ended."""
        ...

    def add_socket(self, connection: socket.socket) -> None:
        """Watch a socket."""
        ...

    def remove_socket(self, connection: socket.socket) -> None:
        """Forget a socket; to be called before it is closed."""
        ...

    def wait(self, timeout: float | None) -> tuple[list[int], list[int], bool]:
        """Wait for something to happen.

        Returns
        -------
        ended
            Processes that have ended.
        readable
            Descriptors of sockets that have something to say.
        woken
            Whether `wake` was called.
        """
        ...

    def wake(self) -> None:
        """Make `wait` return; a signal handler or another thread may call it."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


class _Descriptors:
    """What both ways share: sockets and the descriptor that wakes."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._wake, select.EPOLLIN)

    def add_socket(self, connection: socket.socket) -> None:
        """Watch a socket."""
        self._epoll.register(connection.fileno(), select.EPOLLIN)

    def remove_socket(self, connection: socket.socket) -> None:
        """Forget a socket."""
        self._epoll.unregister(connection.fileno())

    def wake(self) -> None:
        """Make `wait` return."""
        os.eventfd_write(self._wake, 1)

    def close(self) -> None:
        """Give everything back."""
        self._epoll.close()
        os.close(self._wake)


class DescriptorWatch(_Descriptors):
    """Watches processes by descriptors of theirs: pidfd_open(2), Linux 5.3 and later."""

    def __init__(self) -> None:
        super().__init__()
        self._by_descriptor: dict[int, int] = {}
        self._by_pid: dict[int, int] = {}

    def add(self, pid: int) -> None:
        """Watch a process."""
        if pid in self._by_pid:
            return
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            self.wake()  # gone already: whoever waits is to look again
            return
        self._by_descriptor[descriptor] = pid
        self._by_pid[pid] = descriptor
        self._epoll.register(descriptor, select.EPOLLIN)

    def remove(self, pid: int) -> None:
        """Forget a process."""
        descriptor = self._by_pid.pop(pid, None)
        if descriptor is not None:
            del self._by_descriptor[descriptor]
            self._epoll.unregister(descriptor)
            os.close(descriptor)

    def wait(self, timeout: float | None) -> tuple[list[int], list[int], bool]:
        """Wait for something to happen, see `Watch`."""
        ended, readable, woken = [], [], False
        for descriptor, _ in self._epoll.poll(timeout):
            if descriptor in self._by_descriptor:
                ended.append(self._by_descriptor[descriptor])
            elif descriptor == self._wake:
                os.eventfd_read(self._wake)
                woken = True
            else:
                readable.append(descriptor)
        return ended, readable, woken

    def close(self) -> None:
        """Give everything back."""
        for pid in list(self._by_pid):
            self.remove(pid)
        super().close()


class SignalWatch(_Descriptors):
    """Watches our children by SIGCHLD, for older kernels; only the main thread can have one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._pids: set[int] = set()
        self._child = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._epoll.register(self._child, select.EPOLLIN)
        self._previous: Callable[[int, FrameType | None], object] | int | None = signal.signal(
            signal.SIGCHLD, lambda *_: os.eventfd_write(self._child, 1)
        )

    def add(self, pid: int) -> None:
        """Watch a process."""
        self._pids.add(pid)
        os.eventfd_write(self._child, 1)  # it may have ended before it was added

    def remove(self, pid: int) -> None:
        """Forget a process."""
        self._pids.discard(pid)

    def wait(self, timeout: float | None) -> tuple[list[int], list[int], bool]:
        """Wait for something to happen, see `Watch`."""
        strangers = [pid for pid in self._pids if _ended(pid) is None]
        if strangers:
            timeout = _LOOK_EVERY if timeout is None else min(timeout, _LOOK_EVERY)
        readable, woken = [], False
        for descriptor, _ in self._epoll.poll(timeout):
            if descriptor == self._wake:
                os.eventfd_read(self._wake)
                woken = True
            elif descriptor == self._child:
                os.eventfd_read(self._child)
            else:
                readable.append(descriptor)
        gone = [pid for pid in strangers if not os.path.exists(f"/proc/{pid}")]
        return [pid for pid in self._pids if _ended(pid)] + gone, readable, woken

    def close(self) -> None:
        """Give everything back."""
        signal.signal(signal.SIGCHLD, self._previous or signal.SIG_DFL)
        super().close()
        os.close(self._child)


def _ended(pid: int) -> bool | None:
    """Return whether a child has ended, None if it is not our child; it stays to be waited for."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return None


def make_watch() -> Watch:
    """Return the way that this kernel has.

    Raises
    ------
    GenericPipeError
        If an old kernel leaves only signals and this is not the main thread.
    """
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        if threading.current_thread() is not threading.main_thread():
            raise GenericPipeError(
                "this kernel tells of ended processes by signals alone, which only reach the main thread",
                hint="run the pipeline in the main thread, or under Linux 5.3 or later",
            ) from None
        return SignalWatch()
    return DescriptorWatch()
