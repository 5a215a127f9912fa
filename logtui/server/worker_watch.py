"""The worker as the front sees it, by the statistics that it writes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from logtui.engine.ingest.statistics import WorkerStatistics, decode_statistics, read_statistics
from logtui.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_OLD_SECONDS: Final = 10.0
"""Statistics come each second; a worker that is started again, or waits for the disk, has some more time."""

_GAUGES: Final = {
    "segments": ("store_segments", "Segments of the store"),
    "unmerged": ("store_unmerged_segments", "Segments that no merge has been over"),
    "rows": ("store_records", "Records in the store"),
    "position": ("journal_position", "Number of the last record that is in the store"),
    "lag_records": ("journal_lag_records", "Durable records that are not in the store yet"),
    "lag_seconds": ("journal_lag_seconds", "How long the first of these has waited"),
}


class WorkerWatch:
    """Reads what the worker says of itself.

    Args:
        path: The file of its statistics, if it works on the data folder of this process.
        published: Returns what it has published, if it works elsewhere; nothing without a queue.
    """

    def __init__(self, path: Path, published: Callable[[], bytes] = bytes) -> None:
        self._path = path
        self._published = published

    @property
    def reasons(self) -> list[str]:
        """Why records are not stored as they should be, a line for each reason; empty if they are."""
        found = self._statistics()
        if found is None:
            return [f"the worker is not running: it has reported nothing for {_OLD_SECONDS:.0f} s"]
        return _lines(found.problems)

    @property
    def alert_problems(self) -> list[str]:
        """Why alerts cannot do their work, a line for each reason; records are stored nevertheless."""
        found = self._statistics()
        return _lines(found.alert_problems) if found else []

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        found = self._statistics()
        yield GaugeMetricFamily("worker_up", "Whether the worker runs", int(found is not None))
        if found is None:
            return
        for field, (name, text) in _GAUGES.items():
            if (value := getattr(found, field)) is not None:
                yield GaugeMetricFamily(name, text, value)
        yield CounterMetricFamily("merging_seconds", "Time spent with merging", found.merging_seconds)
        problems = GaugeMetricFamily("worker_problem", "Work that could not be done the last time", labels=["work"])
        for work in (*found.problems, *found.alert_problems):
            problems.add_metric([work], 1)
        yield problems

    def _statistics(self) -> WorkerStatistics | None:
        found = self._recent(read_statistics(self._path))
        return found or self._recent(self._elsewhere())

    def _elsewhere(self) -> WorkerStatistics | None:
        try:
            return decode_statistics(self._published())
        except JournalError:
            return None

    @staticmethod
    def _recent(found: WorkerStatistics | None) -> WorkerStatistics | None:
        return found if found and time.time() - found.written < _OLD_SECONDS else None


def _lines(problems: Mapping[str, str]) -> list[str]:
    return [f"{work}: {problem}" for work, problem in sorted(problems.items())]
