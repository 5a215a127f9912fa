"""Records and readers without files, for the screen's and the engine's tests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from logtui.engine.live.feed import ReaderFeed
from logtui.engine.live.session import Session
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.engine.live.feed import ReaderLike
    from logtui.engine.read.batch import Batch

START = datetime(2025, 10, 7, 16, 0, tzinfo=UTC)
_DEADLINE = 60.0


def records(rows: Sequence[dict[str, Any]], first: int = 0) -> pl.DataFrame:
    """A record frame; what a row does not state is filled in from its number."""
    filled = [_filled(row, first + number) for number, row in enumerate(rows)]
    fields = {name for row in filled for name in row if name.startswith(FIELD_PREFIX)}
    schema = {**CORE_SCHEMA, **{name: pl.String() for name in sorted(fields)}}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in filled], schema=schema)


def _filled(row: dict[str, Any], number: int) -> dict[str, Any]:
    message = row.get("message", f"message {number}")
    return {
        "timestamp": START + timedelta(seconds=number),
        "order_time": START + timedelta(seconds=number),
        "level": "info",
        "raw": message,
        "message": message,
        "source": "app.log",
        "line": number + 1,
        "offset": number * 100,
        "bytes": 100,
        "seq": number,
        "format": "python",
        **row,
    }


def incident(count: int = 300, first: int = 0) -> pl.DataFrame:
    """Records of which every tenth is a warning and every 25th an error; the first has a number that tells its time."""
    rows = []
    for number in range(count):
        level = "error" if number % 25 == 24 else "warn" if number % 10 == 9 else "info"
        text = "connection refused by db-1" if level == "error" else f"request {number} served"
        rows.append({"level": level, "message": text, "service": "api" if number % 2 else "billing"})
    return records(rows, first)


@dataclass
class FakeProgress:
    """Progress that a test sets."""

    bytes_read: int = 0
    bytes_total: int | None = 1_000
    done: bool = False


class FakeReader:
    """Hands out batches; then ends, or stays open until closed."""

    def __init__(self, batches: Sequence[Batch], *, endless: bool = False, total: int | None = 1_000) -> None:
        self.progress = FakeProgress(bytes_total=total)
        self.notices: list[str] = []
        self._batches = list(batches)
        self._endless = endless
        self.closed = threading.Event()

    def push(self, batch: Batch) -> None:
        """Let one more batch arrive."""
        self._batches.append(batch)

    def batches(self) -> Iterator[Batch]:
        """The batches."""
        while not self.closed.is_set():
            while self._batches:
                yield self._batches.pop(0)
            self.progress.done = True
            if not self._endless:
                return
            time.sleep(0.005)

    def close(self) -> None:
        """Let `batches` end."""
        self.closed.set()


def wait_for(condition: Callable[[], object], what: str = "condition") -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + _DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true"
        time.sleep(0.005)


def session_of(reader: ReaderLike) -> Session:
    """A session of one reader."""
    return Session(ReaderFeed(reader))
