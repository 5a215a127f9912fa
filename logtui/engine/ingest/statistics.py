"""What a worker says of itself each second, in a file that other processes read."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from logtui.engine.ingest.worker import Worker
    from logtui.store.journal import ReadableJournal

_SECONDS: Final = 1.0


class WorkerStatistics(msgspec.Struct, frozen=True):
    """What a worker says of itself.

    Attributes:
        written: When, seconds since 1970.
        segments: Segments, or parts, of the store; None if that is not known.
        unmerged: Those of them that no merge has been over; None if that is not known.
        rows: Records in the store; None if that is not known.
        position: The number of the last record of the journal that is in the store.
        lag_records: Durable records that are not in the store yet.
        lag_seconds: How long the first of these has waited.
        merging_seconds: How long it has been merging since it began.
        problems: Why writing, merging or retention could not do its work the last time.
        alert_problems: The same of alerts; records are taken and stored nevertheless.
    """

    written: float
    segments: int | None
    unmerged: int | None
    rows: int | None
    position: int
    lag_records: int
    lag_seconds: float
    merging_seconds: float
    problems: dict[str, str]
    alert_problems: dict[str, str] = {}


class StatisticsFile:
    """Keeps the statistics of a worker in a file, in a thread of its own.

    Args:
        worker: The worker.
        journal: A reader of its journal that nobody else uses.
        path: The file; it is gone when this is closed.
        alert_problems: Returns why alerts cannot do their work.
        publish: Tells the same to those who do not see the file.
    """

    def __init__(
        self,
        worker: Worker,
        journal: ReadableJournal,
        path: Path,
        alert_problems: Callable[[], dict[str, str]] = dict,
        publish: Callable[[bytes], None] | None = None,
    ) -> None:
        self._worker = worker
        self._journal = journal
        self._path = path
        self._alert_problems = alert_problems
        self._publish = publish
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logtui-statistics", daemon=True)

    def start(self) -> Self:
        """Write the file, and begin to write it again each second."""
        self._write()
        self._thread.start()
        return self

    def close(self) -> None:
        """Write no more; no file says that no worker runs."""
        self._stop.set()
        self._thread.join()
        with suppress(OSError):  # A file that stays is soon too old to be believed.
            self._path.unlink(missing_ok=True)

    def _run(self) -> None:
        while not self._stop.wait(_SECONDS):
            self._write()

    def _write(self) -> None:
        """Replace the file. It is not synced: after a crash of the machine, no worker runs."""
        written = self._path.with_name(self._path.name + ".tmp")
        with suppress(Exception):  # Whatever it is, a file that becomes old says it.
            found = statistics_of(self._worker, self._journal)
            found = msgspec.structs.replace(found, alert_problems=self._alert_problems())
            text = msgspec.json.encode(found)
            written.write_bytes(text)
            written.replace(self._path)
            if self._publish:
                self._publish(text)


def statistics_of(worker: Worker, journal: ReadableJournal) -> WorkerStatistics:
    """What a worker has done until now.

    Args:
        worker: The worker.
        journal: A reader of its journal.

    Raises:
        StoreError: If the store or the journal cannot be read.
    """
    now, position, extent = time.time(), worker.storage.position, worker.storage.extent
    first = next(iter(journal.read(position)), None)
    return WorkerStatistics(
        written=now,
        segments=extent.segments if extent else None,
        unmerged=extent.unmerged if extent else None,
        rows=extent.rows if extent else None,
        position=position,
        lag_records=max(0, journal.last - position),
        lag_seconds=max(0.0, now - first.arrival / 1e9) if first else 0.0,
        merging_seconds=worker.storage.merging_seconds,
        problems=worker.problems,
    )


def read_statistics(path: Path) -> WorkerStatistics | None:
    """What a worker has said last; None if it does not run, or what is there is something else."""
    try:
        return decode_statistics(path.read_bytes())
    except OSError:
        return None


def decode_statistics(text: bytes) -> WorkerStatistics | None:
    """What a worker has published; None if it is something else."""
    try:
        return msgspec.json.decode(text, type=WorkerStatistics)
    except msgspec.DecodeError:
        return None
