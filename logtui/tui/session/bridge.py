"""The one meeting point of engine threads and the screen: the screen polls, threads never touch widgets."""

from __future__ import annotations

import io
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from logtui.engine.search.executor import piped
from logtui.engine.window.filter_worker import FilterWorker
from logtui.errors import LogtuiError
from logtui.export.files import write_text
from logtui.export.report import markdown_table
from logtui.export.table import TableWriter
from logtui.export.writers import write_file
from logtui.tui.record.reporting import marked_records, report_of
from logtui.tui.screens.export import TABLE_REPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from logtui.engine.live.session import Session
    from logtui.engine.live.snapshot import Snapshot
    from logtui.engine.search.request import Request
    from logtui.engine.search.suggestions import Suggestions
    from logtui.engine.window.row_window import RowWindow
    from logtui.export.masking import Masker
    from logtui.tui.list.marks import Mark
    from logtui.tui.record.reporting import Reported

_POLL: Final = 0.05
_MOST_TABLE_ROWS: Final = 1_000


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
        self.session: Final = session
        self._filtering = FilterWorker(session)
        self._generation = 0
        self._outcomes: deque[Outcome] = deque()
        self._latest: dict[str, object] = {}
        self._seen: tuple[RowWindow, Snapshot] | None = None

    def start(self) -> None:
        """Start the threads."""
        self._filtering.start()
        self.session.start()

    def close(self) -> None:
        """Stop the threads; returns soon whatever they are doing."""
        self._latest.clear()
        self._filtering.close()
        self.session.close()

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
        state = (self._filtering.window, self.session.snapshot)
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

    def export_marked(
        self, path: Path, kind: str, marks: Sequence[Mark], masker: Masker | None, then: Callable[[Any], None]
    ) -> None:
        """Write the marked records in a thread; `then` gets their number, or a `LogtuiError`."""
        window = self._filtering.window.core

        def job(_cancelled: Callable[[], bool]) -> int:
            frames = (frame for frame, _ in marked_records(window, marks))
            return write_file(masker.frames(frames) if masker else frames, path, kind)

        self.run("export", job, then)

    def report(self, path: Path, told: Reported, masker: Masker | None, then: Callable[[Any], None]) -> None:
        """Write the incident report in a thread, once all matching records are known.

        Args:
            path: Where to.
            told: Query and marks.
            masker: Masks secrets, None to leave them.
            then: Gets the number of marked records, or a `LogtuiError`.
        """

        def job(cancelled: Callable[[], bool]) -> int:
            window = self._exact_window(cancelled)
            if window is not None:
                text = report_of(window, told, cancelled)
                write_text(masker.text(text) if masker else text, path)
            return len(told.marks)

        self.run("export", job, then)

    def export(self, path: Path, kind: str, masker: Masker | None, then: Callable[[Any], None]) -> None:
        """Write all matching records in a thread, once all of them are known.

        Args:
            path: Where to.
            kind: One of the kinds of `logtui.export.write_file`.
            masker: Masks secrets, None to leave them.
            then: Gets the number of records written, or a `LogtuiError`.
        """

        def job(cancelled: Callable[[], bool]) -> int:
            window = self._exact_window(cancelled)
            if window is None:
                return 0
            return write_file(masker.frames(window.frames()) if masker else window.frames(), path, kind)

        self.run("export", job, then)

    def export_table(
        self, path: Path, kind: str, table: pl.DataFrame, masker: Masker | None, then: Callable[[Any], None]
    ) -> None:
        """Write a table in a thread.

        Args:
            path: Where to.
            kind: One of the kinds of `logtui.export.write_file`, or `markdown`.
            table: What to write.
            masker: Masks secrets, None to leave them.
            then: Gets the number of rows, or a `LogtuiError`.
        """

        def job(_cancelled: Callable[[], bool]) -> int:
            written = masker.frame(table) if masker else table
            if kind == TABLE_REPORT:
                write_text(markdown_table(written), path)
                return written.height
            return write_file([written], path, kind, written.columns)

        self.run("export", job, then)

    def _exact_window(self, cancelled: Callable[[], bool]) -> RowWindow | None:
        """The window of the present filter once all its records are known; None if that is no longer wanted."""
        wanted = self._generation
        window = self._filtering.window
        while not (window.exact and window.generation == wanted) and not cancelled():
            time.sleep(_POLL)
            window = self._filtering.window
        if window.error:
            raise LogtuiError(f"the filter failed: {window.error}")
        return None if cancelled() else window.core

    def tabulate(self, request: Request, width: int, then: Callable[[Any], None]) -> None:
        """Send all matching records through a query's pipes in a thread, once all of them are known.

        Args:
            request: The query, which is also the present filter.
            width: Cells that the table may take.
            then: Gets the table's lines as one text, or a `LogtuiError`.
        """
        self.run("table", lambda cancelled: self._table(request, width, cancelled), then)

    def _table(self, request: Request, width: int, cancelled: Callable[[], bool]) -> str:
        window = self._exact_window(cancelled)
        lines = io.BytesIO()
        writer: TableWriter | None = None
        for frame in () if window is None else piped(request, window.frames()):
            if writer is None:
                writer = TableWriter(lines, frame.columns if request.condition.chooses_columns else None, width=width)
            writer.write(frame.head(_MOST_TABLE_ROWS))
        return lines.getvalue().decode()

    def offers(self, request: Request, then: Callable[[Any], None]) -> None:
        """Look in a thread where a filter that matches nothing would have matched.

        Args:
            request: The filter.
            then: Gets the `Suggestions`, or a `LogtuiError`.
        """
        dataset = self.session.snapshot.dataset

        def job(cancelled: Callable[[], bool]) -> Suggestions:
            return dataset.suggest(replace(request, cancelled=cancelled))

        self.run("offers", job, then)

    def newest(self) -> datetime | None:
        """The time of the newest record so far."""
        return self.session.snapshot.dataset.newest()

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
