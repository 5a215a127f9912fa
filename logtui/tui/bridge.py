"""The bridge between threads and the screen: the screen polls it, so that threads never touch widgets."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from logtui.engine.window.filter_worker import FilterWorker
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.engine.live.session import Session
    from logtui.engine.live.snapshot import Snapshot
    from logtui.engine.search.request import Request
    from logtui.engine.window.row_window import RowWindow

_POLL: Final = 0.05
"""Seconds between two looks at the present window while a job waits for it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a background job.

    Args:
        then: The callback, which the screen's thread calls with the value.
        value: The result of the job, or the error that ended it.
    """

    then: Callable[[Any], None]
    value: object


class Bridge:
    """Provides the screen with windows and the outcomes of background jobs.

    Args:
        session: The opened inputs.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._filtering = FilterWorker(session)
        self._generation = 0
        self._outcomes: deque[Outcome] = deque()
        self._latest: dict[str, object] = {}
        self._seen: tuple[RowWindow, Snapshot] | None = None

    def start(self) -> None:
        """Start the threads."""
        self._filtering.start()
        self._session.start()

    def close(self) -> None:
        """Stop the threads, without waiting for what they are doing."""
        self._latest.clear()
        self._filtering.close()
        self._session.close()

    def filter(self, request: Request | None, context: int = 0) -> int:
        """Start to filter by another request; its windows carry the returned generation.

        Args:
            request: The request; None for all records.
            context: How many records to show before and after each match.
        """
        self._generation = self._filtering.request(request, context)
        return self._generation

    def poll(self) -> RowWindow | None:
        """Return the newest window if it or the snapshot has changed since the last call, or None."""
        state = (self._filtering.window, self._session.snapshot)
        if self._seen is not None and state[0] is self._seen[0] and state[1] is self._seen[1]:
            return None
        self._seen = state
        return state[0]

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes that arrived since the last call."""
        return [self._outcomes.popleft() for _ in range(len(self._outcomes))]

    def run(self, name: str, job: Callable[[Callable[[], bool]], object], then: Callable[[Any], None]) -> None:
        """Run a job in a thread, and cancel a running job of the same name.

        Args:
            name: Name of the job.
            job: The job; its argument is a function that returns whether the job has been cancelled.
            then: Called in the screen's thread with the result, or with a `LogtuiError` if the job failed; not called
                if the job has been cancelled.
        """
        ticket = object()
        self._latest[name] = ticket

        def cancelled() -> bool:
            return self._latest.get(name) is not ticket

        def work() -> None:
            value = _attempt(job, cancelled)
            if not cancelled():
                self._outcomes.append(Outcome(lambda result: None if cancelled() else then(result), value))

        threading.Thread(target=work, name=f"logtui-{name}", daemon=True).start()

    def exact_window(self, cancelled: Callable[[], bool]) -> RowWindow | None:
        """Wait, in a thread, until all is read and all records that match the present filter are known.

        Args:
            cancelled: Called now and then; if it returns true, the wait ends.

        Returns:
            The window of these records; None if the wait was cancelled.

        Raises:
            LogtuiError: If the filter fails, or another one is applied before all records are known.
        """
        wanted = self._generation
        window = self._filtering.window
        while not (window.is_complete and window.generation == wanted) and not cancelled():
            if self._generation != wanted:
                raise LogtuiError("stopped: the filter was changed before all records were read")
            time.sleep(_POLL)
            window = self._filtering.window
        if window.error:
            raise LogtuiError(f"the filter failed: {window.error}")
        return None if cancelled() else window.core

    @property
    def snapshot(self) -> Snapshot:
        """The records that have been read so far."""
        return self._session.snapshot

    def newest(self) -> datetime | None:
        """The time of the newest record that has been read."""
        return self._session.snapshot.dataset.newest()

    def cancel(self, name: str) -> None:
        """Cancel the job of this name and discard its result."""
        self._latest.pop(name, None)


def _attempt(job: Callable[[Callable[[], bool]], object], cancelled: Callable[[], bool]) -> object:
    try:
        return job(cancelled)
    except LogtuiError as error:
        return error
    except Exception as error:  # shown on the screen; a lost thread would leave the user waiting
        return LogtuiError(f"{type(error).__name__}: {error}".split("\n")[0])
