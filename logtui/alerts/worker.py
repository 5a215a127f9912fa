"""Runs the evaluation and the delivery of alerts over a live store, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from logtui.engine.ingest.chores import Chores
from logtui.errors import AlertError

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.alerts.delivering import Delivery
    from logtui.alerts.ticking import Ticker

_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class AlertWork:
    """What an alert worker does.

    Attributes:
        ticker: Evaluates.
        delivery: Delivers.
    """

    ticker: Ticker
    delivery: Delivery


class AlertWorker:
    """Evaluates and delivers until it is closed.

    Args:
        open_work: Opens the store of alerts and returns what is to be done; None as long as there are no alerts. It is
            called again after a failure, so that records are stored also while alerts cannot be reached.
        complete_until: Returns the moment before which all that arrived is in the store, epoch nanoseconds.
    """

    def __init__(self, open_work: Callable[[], AlertWork | None], complete_until: Callable[[], int]) -> None:
        self._open_work = open_work
        self._complete_until = complete_until
        self._opened: AlertWork | None = None
        self._opening = threading.Lock()
        self._stop = threading.Event()
        self._chores = Chores(self._stop)
        self._chores.add("alerting", self._look, _LOOK_SECONDS)
        self._chores.add("delivery", self._deliver, _LOOK_SECONDS)

    @property
    def problems(self) -> dict[str, str]:
        """Why alerts could not be evaluated or delivered the last time; empty if they could."""
        return self._chores.problems

    def start(self) -> Self:
        """Begin to work, once."""
        self._chores.start()
        return self

    def close(self) -> None:
        """End the work after what is being done; the rest is done after the next start."""
        self._stop.set()
        self._chores.join()
        if self._opened is not None:
            with suppress(AlertError):  # a store that cannot be reached gives the lease to another when it ends
                self._opened.ticker.release()

    def _work(self) -> AlertWork | None:
        with self._opening:
            self._opened = self._opened or self._open_work()
            return self._opened

    def _look(self) -> None:
        if work := self._work():
            work.ticker.look(time.time_ns(), self._complete_until())

    def _deliver(self) -> None:
        work = self._work()
        if work and work.ticker.is_leading:  # of several processes one delivers, as one evaluates
            work.delivery.deliver_due(time.time_ns())
