"""The signals by which a server is asked to end."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_ALWAYS: Final = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def on_ending_signals(ask: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Take SIGTERM, SIGINT and the end of the terminal, SIGHUP, as the wish to end.

    Args:
        ask: Called with each signal.
    """
    # What `nohup` starts has SIGHUP ignored, and is to outlive its terminal.
    outlives = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    numbers = _ALWAYS if outlives else (*_ALWAYS, signal.SIGHUP)
    before = {number: signal.signal(number, ask) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
