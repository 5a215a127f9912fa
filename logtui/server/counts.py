"""What a server counts."""

from __future__ import annotations

from collections import deque
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.engine.ingest.live_store import Intake
    from logtui.store.dead_letters import DeadLetters

METHODS: Final = ("http", "tcp", "udp")
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

    Attributes:
        ingested: Records that are in the journal, by `method`.
        errors: Requests that were answered with an error, by `reason`.
        latency: Of requests that bring records.
    """

    def __init__(self, intake: Intake, dead_letters: DeadLetters) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self.ingested: Final = Counter("logs_ingested", "Records that are durable", ["method"], registry=self._registry)
        self._rejected = Counter("logs_rejected", "Records that became dead letters", registry=self._registry)
        self.errors: Final = Counter(
            "ingestion_errors", "Requests answered with an error", ["reason"], registry=self._registry
        )
        self.latency: Final = Latency()
        self._registry.register(self.latency)
        self._registry.register(_Queues(intake, dead_letters))
        for method in METHODS:
            self.ingested.labels(method=method)

    def count(self, ingested: int, rejected: int, method: str = "http") -> None:
        """Count records.

        Args:
            ingested: Records that are in the journal now.
            rejected: Records that are dead letters now.
            method: How they came, one of `METHODS`.
        """
        self.ingested.labels(method=method).inc(ingested)
        self._rejected.inc(rejected)

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
        journal, letters = self._intake.journal, self._dead_letters.totals
        behind = max(0, journal.last - self._intake.position)
        yield GaugeMetricFamily("journal_bytes", "What the journal takes", journal.size)
        yield GaugeMetricFamily("ingestion_queue_records", "Durable records not yet in the store", behind)
        waiting = self._intake.admission.waiting
        yield GaugeMetricFamily("ingestion_waiting_bytes", "Bytes of batches that wait for the journal", waiting)
        yield GaugeMetricFamily("dead_letters", "Dead letters that are kept", letters.letters)
        yield GaugeMetricFamily("dead_letters_bytes", "What they take", letters.bytes)
        yield GaugeMetricFamily("dead_letters_dropped", "Dead letters that made room for others", letters.dropped)
