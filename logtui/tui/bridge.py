"""The one meeting point of engine threads and the screen: the screen polls, threads never touch widgets."""

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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job came to.

    Args:
        then: To be called with the value in the screen's thread.
        value: The job's result, or the error that ended it.
    """

    then: Callable[[Any], None]
    value: object


class Bridge:
    """Hands windows and results of background jobs to the screen.

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
        """Stop the threads; returns soon whatever they are doing."""
        self._latest.clear()
        self._filtering.close()
        self._session.close()

    def filter(self, request: Request | None, context: int = 0) -> int:
        """Ask for another filter; the answering windows carry the returned generation.

        Args:
            request: The condition, None for all records.
            context: How many records to show before and behind each match.
        """
        self._generation = self._filtering.request(request, context)
        return self._generation

    def poll(self) -> RowWindow | None:
        """The newest window if it or the snapshot changed since the last call."""
        state = (self._filtering.window, self._session.snapshot)
        if self._seen is not None and state[0] is self._seen[0] and state[1] is self._seen[1]:
            return None
        self._seen = state
        return state[0]

    def outcomes(self) -> list[Outcome]:
        """Results that arrived since the last call, without those of replaced jobs."""
        return [self._outcomes.popleft() for _ in range(len(self._outcomes))]

    def run(self, name: str, job: Callable[[Callable[[], bool]], object], then: Callable[[Any], None]) -> None:
        """Do something in a thread; a job of the same name that still runs is cancelled.

        Args:
            name: Kind of job.
            job: Gets a function that tells whether it has been cancelled.
            then: Called by the screen with the result, which is a `LogtuiError` if the job failed.
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
        """Wait in a thread until all records of the present filter are known.

        Args:
            cancelled: Asked now and then; true ends the waiting.

        Returns:
            Their window, None if it is no longer wanted.

        Raises:
            LogtuiError: If the filter fails.
        """
        wanted = self._generation
        window = self._filtering.window
        while not (window.exact and window.generation == wanted) and not cancelled():
            time.sleep(_POLL)
            window = self._filtering.window
        if window.error:
            raise LogtuiError(f"the filter failed: {window.error}")
        return None if cancelled() else window.core

    @property
    def snapshot(self) -> Snapshot:
        """What has been read so far."""
        return self._session.snapshot

    def newest(self) -> datetime | None:
        """The time of the newest record so far."""
        return self._session.snapshot.dataset.newest()

    def cancel(self, name: str) -> None:
        """Drop the job of that name and its result."""
        self._latest.pop(name, None)


def _attempt(job: Callable[[Callable[[], bool]], object], cancelled: Callable[[], bool]) -> object:
    try:
        return job(cancelled)
    except LogtuiError as error:
        return error
    except Exception as error:  # shown on the screen; a lost thread would leave the user waiting
        return LogtuiError(f"{type(error).__name__}: {error}".split("\n")[0])
