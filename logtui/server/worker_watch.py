"""The worker, or all workers, as the front sees them by the statistics that they write."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from logtui.engine.ingest.statistics import WorkerStatistics, decode_statistics, read_statistics
from logtui.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    """Reads what workers say of themselves.

    Args:
        path: The file of the statistics of one that works on the data folder of this process.
        published: Returns what each has published; nothing without a queue.
    """

    def __init__(self, path: Path, published: Callable[[], Sequence[bytes]] = tuple) -> None:
        self._path = path
        self._published = published

    @property
    def reasons(self) -> list[str]:
        """Why records are not stored as they should be, a line for each reason; empty if they are."""
        found = self._statistics()
        if not found:
            return [f"the worker is not running: it has reported nothing for {_OLD_SECONDS:.0f} s"]
        return _lines(each.problems for each in found)

    @property
    def alert_problems(self) -> list[str]:
        """Why alerts cannot do their work, a line for each reason; records are stored nevertheless."""
        return _lines(each.alert_problems for each in self._statistics())

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        found = self._statistics()
        yield GaugeMetricFamily("worker_up", "Whether a worker runs", int(bool(found)))
        if not found:
            return
        newest = max(found, key=lambda each: (each.position, each.written))
        for field, (name, text) in _GAUGES.items():
            if (value := getattr(newest, field)) is not None:
                yield GaugeMetricFamily(name, text, value)
        yield CounterMetricFamily("merging_seconds", "Time spent with merging", newest.merging_seconds)
        problems = GaugeMetricFamily("worker_problem", "Work that could not be done the last time", labels=["work"])
        for work in sorted({work for each in found for work in (*each.problems, *each.alert_problems)}):
            problems.add_metric([work], 1)
        yield problems

    def _statistics(self) -> list[WorkerStatistics]:
        """Those of all workers that are known; one whose folder this is publishes the same, if there is a queue."""
        return _recent(map(decode_statistics, self._elsewhere())) or _recent([read_statistics(self._path)])

    def _elsewhere(self) -> Sequence[bytes]:
        try:
            return self._published()
        except JournalError:
            return ()


def _recent(all_found: Iterable[WorkerStatistics | None]) -> list[WorkerStatistics]:
    return [found for found in all_found if found and time.time() - found.written < _OLD_SECONDS]


def _lines(problems: Iterable[Mapping[str, str]]) -> list[str]:
    return sorted({f"{work}: {problem}" for each in problems for work, problem in each.items()})
