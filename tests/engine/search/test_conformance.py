"""Every dataset gives the answers that the case tables of the query language state."""

from __future__ import annotations

import tempfile
import tomllib
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from logtui.engine.live.snapshot import Chunk
from logtui.engine.read.batch import Batch, Records
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.answer_order import Order
from logtui.engine.search.clickhouse.dataset import ClickHouseDataset
from logtui.engine.search.datasets import dataset_of_inputs, dataset_of_runs, dataset_of_store
from logtui.engine.search.files import ReadFiles
from logtui.engine.search.request import Request
from logtui.errors import QueryError
from logtui.model.record import TIME_DTYPE
from logtui.store import Store
from logtui.store.clickhouse.address import opened as connected
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, migrate
from tests.query.frames import NOW, record_frame
from tests.query.test_pipes import table_of
from tests.server.running import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from logtui.engine.search.dataset import Dataset
    from logtui.formats.sieve import Sieve
    from logtui.store.clickhouse.connection import Connection

pytestmark = pytest.mark.slow  # a store is sealed for every table of cases

CASES: Final = Path(__file__).parents[2] / "query" / "cases"
DATASETS: Final = ("streamed", "stored", "growing", "union", "clickhouse", "remote", "remote union")


FREE = ("raw", "source", "line", "offset", "bytes", "seq", "ingest_time", "format")
"""Columns that records have whatever is asked for."""


class Frames:
    """Frames in place of open inputs."""

    notices: tuple[str, ...] = ()
    guesses: tuple[str, ...] = ()
    has_failed = False
    sources: tuple[()] = ()
    progress: Any = None

    def __init__(self, *frames: pl.DataFrame) -> None:
        self._frames = frames

    def leave_out(self, is_outside: Callable[[tuple[int, int]], bool]) -> bool:
        """Frames are no files that could be left out."""
        assert not is_outside((-(2**63), 2**63 - 1)), "nothing is outside of all times"
        return False

    def batches(
        self, *, in_order: bool = True, columns: Collection[str] | None = None, sieve: Sieve | None = None
    ) -> Iterator[Batch]:
        """All records, also those that the sieve might leave out."""
        assert in_order in (True, False)
        assert sieve is None or sieve.texts or sieve.heads
        for frame in self._frames:
            names = frame.columns if columns is None else [name for name in frame.columns if name in {*columns, *FREE}]
            yield Records(frame.select(names))

    def close(self) -> None:
        return


def placed(records: list[dict[str, object]]) -> pl.DataFrame:
    """A frame of records that know where they stand."""
    frame = record_frame(records)
    number = pl.int_range(pl.len(), dtype=pl.UInt64)
    known = pl.coalesce("timestamp", pl.lit(NOW, dtype=TIME_DTYPE)).cum_max()
    return frame.with_columns(
        seq=number,
        offset=pl.coalesce("offset", number * 100),
        source=pl.coalesce("source", pl.lit("a.log")),
        order_time=pl.coalesce("order_time", known),
    )


def halves(frame: pl.DataFrame) -> list[pl.DataFrame]:
    middle = (frame.height + 1) // 2
    return [half for half in (frame[:middle], frame[middle:]) if half.height]


@contextmanager
def migrated(folder: str) -> Iterator[Connection]:
    """A new database in this process."""
    with connected(f"chdb://{folder}/clickhouse") as connection:
        migrate(connection)
        yield connection


@contextmanager
def serving(kind: str, frame: pl.DataFrame, folder: str) -> Iterator[Dataset]:
    """A dataset with the records of a frame; one that is remote is asked of a server in another process."""
    if kind == "clickhouse":
        with migrated(folder) as connection:
            for half in halves(frame):
                connection.insert(LOGS, rows_of(half))
            yield ClickHouseDataset(connection)
        return
    if not kind.startswith("remote"):
        yield opened(kind, frame, folder)
        return
    parts = [frame] if kind == "remote" else halves(frame)
    with ExitStack() as stack:
        addresses = []
        for number, part in enumerate(parts):
            data = Path(folder) / str(number)
            opened("stored", part, str(data / "store"))
            server = stack.enter_context(Server(data, "--role", "front"))
            addresses.append(f"http://127.0.0.1:{server.port}")
        yield dataset_of_inputs(addresses, ReadOptions())[0]


def opened(kind: str, frame: pl.DataFrame, folder: str) -> Dataset:
    """A dataset with the records of a frame."""
    if kind == "streamed":
        return ReadFiles(lambda: Frames(*(frame[at : at + 2] for at in range(0, frame.height, 2))))  # type: ignore[arg-type,return-value]
    if kind == "union":
        return dataset_of_runs([[Chunk(half)] for half in halves(frame)])
    store = Store(Path(folder), writable=True, group_rows=2)
    dataset = dataset_of_store(store)
    assert dataset.newest() is None
    for half in halves(frame):
        if kind == "growing":
            assert dataset.count(Request.everything()).is_exact
        segment = store.seal(half, {})
        if kind == "stored":
            store.outline(segment)
    return dataset


def refused(request: Request, frame: pl.DataFrame) -> bool:
    """Whether the units of a query do not fit the first values that a dataset sees, so that it refuses the query."""
    for first in (frame, *halves(frame), frame[:2]):
        try:
            request.condition.check(first)
        except QueryError:
            return True
    return False


def filters() -> Iterator[Any]:
    for table in ("pairs.toml", "matching.toml"):
        for one in tomllib.loads((CASES / table).read_text("utf-8"))["set"]:
            yield pytest.param(one, id=f"{table} {one['name']}")


def pipes() -> Iterator[Any]:
    for one in tomllib.loads((CASES / "pipes.toml").read_text("utf-8"))["set"]:
        yield pytest.param(one, id=one["name"])


def on_datasets(tables: Iterable[Any]) -> Iterator[Any]:
    """Each table with each dataset; with two servers only every sixth, since they take three seconds to start."""
    for number, table in enumerate(tables):
        for kind in DATASETS if number % 6 == 0 else DATASETS[:-1]:
            yield pytest.param(kind, *table.values, id=f"{table.id}-{kind}")


@pytest.mark.parametrize(("kind", "cases"), on_datasets(filters()))
def test_a_dataset_finds_the_records_of_the_table(kind: str, cases: dict[str, Any]) -> None:
    frame = placed(cases["records"])
    with tempfile.TemporaryDirectory() as folder, serving(kind, frame, folder) as dataset:
        for query, expected in cases["cases"].items():
            request = Request.of(query, now=NOW, zone=ZoneInfo(cases.get("zone", "UTC")))
            if refused(request, frame):
                continue
            found = sorted(seq + 1 for records in dataset.records(request) for seq in records["seq"])
            assert (query, found) == (query, expected)
            assert (query, dataset.count(request).count) == (query, len(expected))
            newest = replace(request, order=Order.NEWEST_FIRST, limit=2)
            assert sum(map(len, dataset.records(newest))) == min(2, len(expected))


@pytest.mark.parametrize(("kind", "cases"), on_datasets(pipes()))
def test_a_dataset_makes_the_table_of_the_case(kind: str, cases: dict[str, Any]) -> None:
    frame = placed(cases["records"])
    with tempfile.TemporaryDirectory() as folder, serving(kind, frame, folder) as dataset:
        for case in cases["cases"]:
            request = Request.of(case["query"], now=NOW, zone=ZoneInfo(cases.get("zone", "UTC")))
            if refused(request, frame):
                continue
            assert (case["query"], table_of(list(dataset.table(request)))) == (case["query"], case["table"])
