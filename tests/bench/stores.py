"""The embedded store beside ClickHouse in process: `python -m tests.bench.stores [--records N] [--mix reference]`.

The same records go into both, in batches as the worker makes them, and the same questions are asked of both. What is
printed: CPU and bytes on disk per record, and the CPU and time of each answer, which is checked to be the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.clickhouse.dataset import ClickHouseDataset
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.inserts import Inserts
from logtui.store.clickhouse.schema import migrate
from logtui.store.compaction import compact_once
from logtui.store.seq_range import SeqRange
from tests.bench.decoding import decoded
from tests.bench.mixes import MIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.engine.search.dataset import Dataset
    from logtui.store.clickhouse.connection import Connection

_BLOCK: Final = 65_536
_SECOND: Final = 10**9
_DAY: Final = 86_400 * _SECOND
_ACTIVE: Final = "SELECT sum(bytes_on_disk) FROM system.parts WHERE database = currentDatabase() AND active"
COUNTS: Final = (
    "timeout",
    "level:error service:auth*",
    "(retry OR timeout) AND NOT level:info",
    "message:*queue*",
    "duration_ms:>2900",
    "user_id:u77777",
    "trace_id:00000000-0000-0000-0000-000000000000",
)
"""Filters whose matches are counted, and whose newest 100 are read."""

TABLES: Final = (
    "* | histogram 1h",
    "* | stats count() by level",
    "* | top 10 service",
    "* | top 10 user_id",
    "* | stats p99(duration_ms) by service",
)


def main(arguments: Sequence[str]) -> int:
    """Fill both stores and ask them; the exit code tells whether their answers agree.

    Args:
        arguments: The command line without the program's name.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stores", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--mix", choices=sorted(MIXES), default="reference")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        embedded, clickhouse = Path(folder) / "embedded", Path(folder) / "clickhouse"
        with Store(embedded, writable=True, by_day=True) as store:
            print(f"{chosen.records:,} records of the {chosen.mix} mix")
            _filled("embedded store", store_embedded(store), embedded, chosen.mix, chosen.records)
            _measured("embedded store, merging", lambda: list(iter(lambda: compact_once(store), False)), chosen.records)
            print(f"{'':<32}{_size(embedded) / chosen.records:8.1f} bytes a record")
            with opened(f"chdb://{clickhouse}") as connection:
                _filled("ClickHouse", store_clickhouse(connection), clickhouse, chosen.mix, chosen.records)
                _measured("ClickHouse, merging", lambda: connection.command("OPTIMIZE TABLE logs"), chosen.records)
                (size,) = connection.query_arrow(_ACTIVE).row(0)  # what was merged stays on disk for some minutes
                print(f"{'':<32}{size / chosen.records:8.1f} bytes a record")
                return _asked(dataset_of_store(store), ClickHouseDataset(connection))


def store_embedded(store: Store) -> Callable[[pl.DataFrame], object]:
    """How a batch goes into the embedded store."""
    return lambda records: store.seal(records, {}, arrived=records["seq"][-1])


def store_clickhouse(connection: Connection) -> Callable[[pl.DataFrame], object]:
    """How a batch goes into ClickHouse."""
    migrate(connection)
    inserts = Inserts(connection, "bench")
    return lambda records: inserts.insert(records, SeqRange(records["seq"][0], records["seq"][-1]))


def _filled(name: str, put: Callable[[pl.DataFrame], object], folder: Path, mix: str, count: int) -> None:
    used = 0.0
    for records in _batches(mix, count):
        began = time.process_time()
        put(records)
        used += time.process_time() - began
    print(f"{name:<32}{1e6 * used / count:8.1f} us CPU a record, {_size(folder) / count:.1f} bytes")


def _batches(mix: str, count: int) -> Iterator[pl.DataFrame]:
    """Decoded records of a day, one after another."""
    blocks = [decoded(MIXES[mix](number * _BLOCK, _BLOCK)) for number in range(4)]
    step = _DAY // count
    for first in range(0, count, _BLOCK):
        records = blocks[first // _BLOCK % len(blocks)].head(count - first)
        number = pl.int_range(first, first + len(records))
        moment = (number * step + time.time_ns() // _DAY * _DAY - _DAY).cast(pl.Datetime("ns", "UTC"))
        times = dict.fromkeys(("timestamp", "order_time", "ingest_time"), moment)
        yield records.with_columns(**times, seq=(number + 1).cast(pl.UInt64))


def _measured(name: str, work: Callable[[], object], count: int) -> None:
    used = time.process_time()
    work()
    print(f"{name:<32}{1e6 * (time.process_time() - used) / count:8.1f} us CPU a record")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _asked(embedded: Dataset, clickhouse: Dataset) -> int:
    print(f"{'question':<58}{'embedded ms':>12}{'CPU':>7}{'ClickHouse ms':>14}{'CPU':>7}  same")
    agree = True
    for name, question in _questions():
        (ours, our_times), (theirs, their_times) = _answer(embedded, question), _answer(clickhouse, question)
        agree &= ours == theirs
        numbers = "".join(f"{1e3 * wall:>12.0f}{1e3 * cpu:>7.0f}  " for wall, cpu in (our_times, their_times))
        print(f"{name:<58}{numbers}{'yes' if ours == theirs else 'NO'}", flush=True)
    return 0 if agree else 1


def _questions() -> Iterator[tuple[str, Callable[[Dataset], object]]]:
    for text in COUNTS:
        request = Request.of(text)
        newest = replace(request, order=Order.NEWEST_FIRST, limit=100, columns=("seq",))
        yield f"count {text}", lambda dataset, request=request: dataset.count(request)  # type: ignore[misc]
        yield f"newest {text}", lambda dataset, newest=newest: _numbers(dataset.records(newest))  # type: ignore[misc]
    for text in TABLES:
        request = Request.of(text)
        yield text, lambda dataset, request=request: _rows(dataset.table(request))  # type: ignore[misc]


def _rows(frames: Iterator[pl.DataFrame]) -> list[tuple[object, ...]]:
    return [row for frame in frames for row in frame.rows()]


def _numbers(frames: Iterator[pl.DataFrame]) -> list[int]:
    return [number for frame in frames for number in frame["seq"]]


def _answer(dataset: Dataset, question: Callable[[Dataset], object]) -> tuple[object, tuple[float, float]]:
    """The answer, and the wall and CPU seconds of the better of two askings."""
    times = []
    for _ in range(2):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = question(dataset)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return answer, min(times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
