"""Numbered records for the tests of the writing half, and what a store holds of them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.payloads import Kind
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store.journal import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from logtui.engine.search.dataset import Dataset
    from logtui.store import Store

ARRIVED: Final = datetime(2026, 11, 16, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)


def nanoseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 10**9


def json_batch(records: Iterable[Mapping[str, object]], arrived: datetime = ARRIVED) -> Batch:
    lines = [json.dumps(record).encode() for record in records]
    return Batch(
        kind=Kind.JSON, count=len(lines), arrival=nanoseconds(arrived), payload=b"\n".join(lines), peer="10.0.0.1"
    )


def numbered(first: int, count: int = 3, moment: datetime = ARRIVED) -> Batch:
    """Records that can be told apart by their messages."""
    return json_batch(
        {"timestamp": moment.isoformat(), "level": "info", "message": f"record {number}", "service": "api"}
        for number in range(first, first + count)
    )


def batch_of_two(kind: int, payload: bytes) -> Batch:
    """A batch that arrives now: dead letters that are older than a month would go at once."""
    return Batch(kind=kind, count=2, arrival=time.time_ns(), payload=payload, peer="p")


def undecodable() -> Batch:
    """A batch that counts another number of records than it holds."""
    return batch_of_two(Kind.JSON, b'{"message":"odd one"}')


def found_numbers(dataset: Dataset) -> list[int]:
    """The numbers of the records that are found, in the order of their `seq`."""
    rows = [row for frame in dataset.records(Request.everything()) for row in frame.select("seq", "message").rows()]
    return [int(message.removeprefix("record ")) for _, message in sorted(rows)]


def stored_numbers(store: Store) -> list[int]:
    return found_numbers(dataset_of_store(store))


def wait_until(is_so: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to it"
        time.sleep(0.01)
