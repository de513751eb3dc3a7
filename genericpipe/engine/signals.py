"""Signals that ask a run to stop: its jobs are stopped, its logs are written, then it ends."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from .dispatch import Stop

#: SIGHUP is that of a terminal or a connection that went away; where `nohup` turned it off it stays so.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_on_signals(stop: Stop, wake: Callable[[], None]) -> Iterator[None]:
    """Set `stop` on each signal that asks for an end, instead of dying of it (contract 1, FIX).

    Handlers are restored afterwards. Outside the main thread nothing is changed: Python allows it there only.

    Parameters
    ----------
    stop
        What the run looks at.
    wake
        Called after each signal: ends the wait for jobs.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def asked(number: int, frame: FrameType | None) -> None:
        stop.signal = number
        stop.requests += 1
        wake()

    heard = [one for one in SIGNALS if one != signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, asked) for one in heard}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler if handler is not None else signal.SIG_DFL)


def name_of(number: int) -> str:
    """Return a signal's name: ``SIGTERM``; ``signal N`` where it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
