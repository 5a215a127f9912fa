"""What a server counts."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

from logtui.errors import JournalError
from logtui.server.sockets.counters import SocketCounters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from logtui.engine.ingest.intake import Intake
    from logtui.server.worker_watch import WorkerWatch
    from logtui.store.dead_letters import DeadLetters

_QUANTILES: Final = (0.5, 0.9, 0.99)
_NEWEST: Final = 4_096


class Latency:
    """Seconds from a request to its answer: quantiles of the newest 4,096, which Prometheus' own client lacks."""

    def __init__(self) -> None:
        self._newest: deque[float] = deque(maxlen=_NEWEST)
        self._count, self._sum = 0, 0.0
        self._lock = Lock()

    def observe(self, seconds: float) -> None:
        """Count one."""
        with self._lock:
            self._newest.append(seconds)
            self._count, self._sum = self._count + 1, self._sum + seconds

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        with self._lock:
            ordered, count, total = sorted(self._newest), self._count, self._sum
        metric = Metric("ingestion_latency_seconds", "Seconds from a request to its answer", "summary")
        for quantile in _QUANTILES:
            value = ordered[ceil(quantile * len(ordered)) - 1] if ordered else float("nan")
            metric.add_sample("ingestion_latency_seconds", {"quantile": str(quantile)}, value)
        metric.add_sample("ingestion_latency_seconds_count", {}, count)
        metric.add_sample("ingestion_latency_seconds_sum", {}, total)
        yield metric


class Counts:
    """The counts of one server.

    Args:
        intake: Whose journal is the queue.
        dead_letters: Records that were not taken.
        sockets: What the sockets besides HTTP have taken, by protocol.
        worker: What stores the records.

    Attributes:
        errors: Requests that were answered with an error, by `reason`.
        latency: Of requests that bring records.
    """

    def __init__(
        self, intake: Intake, dead_letters: DeadLetters, sockets: Mapping[str, SocketCounters], worker: WorkerWatch
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._http = SocketCounters()
        self.errors: Final = Counter(
            "ingestion_errors", "Requests answered with an error", ["reason"], registry=self._registry
        )
        self.latency: Final = Latency()
        self._registry.register(self.latency)
        self._registry.register(_Queues(intake, dead_letters))
        self._registry.register(_Records({"http": self._http, **sockets}))
        self._registry.register(_Sockets(sockets))
        self._registry.register(worker)

    def count(self, ingested: int, rejected: int) -> None:
        """Count the records of a request.

        Args:
            ingested: Records that are in the journal now.
            rejected: Records that are dead letters now.
        """
        self._http.records += ingested
        self._http.rejected += rejected

    def text(self) -> bytes:
        """All counts as Prometheus reads them."""
        return generate_latest(self._registry)


class _Queues:
    """Sizes at this moment, asked for when somebody reads them."""

    def __init__(self, intake: Intake, dead_letters: DeadLetters) -> None:
        self._intake = intake
        self._dead_letters = dead_letters

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        letters = self._dead_letters.totals
        with suppress(JournalError):  # A queue that cannot be reached: its gauges are missing, and `/ready` says why.
            yield from self._journal()
        waiting = self._intake.admission.waiting
        yield GaugeMetricFamily("ingestion_waiting_bytes", "Bytes of batches that wait for the journal", waiting)
        yield GaugeMetricFamily("dead_letters", "Dead letters that are kept", letters.letters)
        yield GaugeMetricFamily("dead_letters_bytes", "What they take", letters.bytes)
        yield GaugeMetricFamily("dead_letters_dropped", "Dead letters that made room for others", letters.dropped)

    def _journal(self) -> list[Metric]:
        journal = self._intake.journal
        behind = max(0, journal.last - self._intake.position)
        return [
            GaugeMetricFamily("journal_bytes", "What the journal takes", journal.size),
            GaugeMetricFamily("ingestion_queue_records", "Durable records not yet in the store", behind),
        ]


class _Records:
    """Records that are durable and records that are not taken, by the way they came."""

    def __init__(self, counters: Mapping[str, SocketCounters]) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        ingested = CounterMetricFamily("logs_ingested", "Records that are durable", labels=["method"])
        rejected = CounterMetricFamily("logs_rejected", "Records that became dead letters", labels=["method"])
        for method, counters in self._counters.items():
            ingested.add_metric([method], counters.records)
            rejected.add_metric([method], counters.rejected)
        yield ingested
        yield rejected


class _Sockets:
    """What the sockets besides HTTP have taken, asked for when somebody reads it."""

    def __init__(self, counters: Mapping[str, SocketCounters]) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """The samples, for a registry."""
        names = {
            "dropped": "Datagrams that the system let go",
            "refused": "Connections and datagrams that were refused",
            "lost": "Messages given up at the end",
        }
        for name, text in names.items():
            metric = CounterMetricFamily(f"socket_{name}", text, labels=["method"])
            for method, counters in self._counters.items():
                metric.add_metric([method], getattr(counters, name))
            yield metric
        open_now = GaugeMetricFamily("socket_connections", "Connections that are open", labels=["method"])
        for method, counters in self._counters.items():
            open_now.add_metric([method], counters.connections)
        yield open_now
