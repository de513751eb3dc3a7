from __future__ import annotations

import os
import signal
import threading

import pytest

from genericpipe.engine.dispatch import Stop
from genericpipe.engine.signals import SIGNALS, name_of, stop_on_signals


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_for_a_stop_and_wakes(number: signal.Signals) -> None:
    stop, woken = Stop(), []
    with stop_on_signals(stop, lambda: woken.append(stop.requests)):
        os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
        assert stop
        assert (stop.requests, stop.signal, woken) == (2, number, [1, 2])


def test_handlers_are_restored() -> None:
    def fail() -> None:
        with stop_on_signals(Stop(), lambda: None):
            assert [signal.getsignal(one) for one in SIGNALS] != before
            raise RuntimeError

    before = [signal.getsignal(one) for one in SIGNALS]
    with pytest.raises(RuntimeError):
        fail()
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_nohup_stays_in_force() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stop = Stop()
        with stop_on_signals(stop, lambda: None):
            os.kill(os.getpid(), signal.SIGHUP)
        assert not stop
    finally:
        signal.signal(signal.SIGHUP, before)


def test_in_another_thread_nothing_is_changed() -> None:
    seen: list[bool] = []

    def run() -> None:
        before = [signal.getsignal(one) for one in SIGNALS]
        with stop_on_signals(Stop(), lambda: None):
            seen.append([signal.getsignal(one) for one in SIGNALS] == before)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [True]


def test_names() -> None:
    assert name_of(15) == "SIGTERM"
    assert name_of(164) == "signal 164"
