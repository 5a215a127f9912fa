"""A server is asked to end by SIGTERM, SIGINT and SIGHUP, but by SIGHUP only where it is not ignored."""

from __future__ import annotations

import os
import signal

import pytest

from logtui.server.signals import on_ending_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_signal_asks_and_what_it_did_before_is_put_back(number: signal.Signals) -> None:
    asked: list[int] = []
    before = signal.getsignal(number)
    with on_ending_signals(lambda number, _frame: asked.append(number)):
        os.kill(os.getpid(), number)
    assert asked == [number]
    assert signal.getsignal(number) == before


def test_a_hangup_that_is_ignored_stays_ignored() -> None:
    asked: list[int] = []
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with on_ending_signals(lambda number, _frame: asked.append(number)):
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert asked == []
