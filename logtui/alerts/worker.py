"""Runs the evaluation and the delivery of alerts over a live store, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.alerts.delivering import Delivery
    from logtui.alerts.ticking import Ticker

_LOOK_SECONDS: Final = 1.0
_MARGIN: Final = 1_000_000_000
"""Nanoseconds that a batch may need from its arrival until the journal holds it."""


class AlertWorker:
    """Evaluates and delivers until it is closed.

    Args:
        ticker: Evaluates.
        delivery: Delivers.
        complete_until: Returns the moment before which all that arrived is in the store, epoch nanoseconds.
    """

    def __init__(self, ticker: Ticker, delivery: Delivery, complete_until: Callable[[], int]) -> None:
        self._ticker = ticker
        self._delivery = delivery
        self._complete_until = complete_until
        self._stop = threading.Event()
        self._problems: dict[str, str] = {}
        self._threads = [
            threading.Thread(target=self._repeat, args=(name, work), name=f"logtui-{name}", daemon=True)
            for name, work in (("alerting", self._look), ("delivery", self._deliver))
        ]

    @property
    def problems(self) -> dict[str, str]:
        """Why alerts could not be evaluated or delivered the last time; empty if they could."""
        return dict(self._problems)

    def start(self) -> AlertWorker:
        """Begin to work, once."""
        for thread in self._threads:
            thread.start()
        return self

    def close(self) -> None:
        """End the work after what is being done; the rest is done after the next start."""
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _repeat(self, name: str, work: Callable[[], object]) -> None:
        while not self._stop.is_set():
            try:
                work()
                self._problems.pop(name, None)
            except Exception as error:  # Whatever it is, a thread that ended would not be missed by anybody.
                self._problems[name] = f"{type(error).__name__}: {error}".partition("\n")[0]
            self._stop.wait(_LOOK_SECONDS)

    def _look(self) -> None:
        self._ticker.look(time.time_ns(), self._complete_until() - _MARGIN)

    def _deliver(self) -> None:
        self._delivery.deliver_due(time.time_ns())
