"""Records in ClickHouse are found, counted and paged through as those in memory are."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.answer_order import Order
from logtui.engine.search.clickhouse.dataset import ClickHouseDataset
from logtui.engine.search.cursor import Cursor
from logtui.engine.search.datasets import dataset_of_runs
from logtui.engine.search.request import Request
from logtui.errors import QueryError
from logtui.model.keys import KEY_COLUMNS
from logtui.model.record import CORE_SCHEMA
from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, POSITIONS, migrate
from tests.clickhouse_server import ClickHouse
from tests.engine.search.test_conformance import placed
from tests.examples import examples
from tests.query.frames import NOW
from tests.query.samples import RECORDS, TREES
from tests.query.test_pipes import table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from logtui.engine.search.dataset import Dataset
    from logtui.query import Node
    from logtui.store.clickhouse.connection import Connection

TIMES: Final = (
    "2026-11-23T10:00:00+00:00",
    "2026-11-23T10:00:00.5+00:00",
    "2026-11-22T09:00:00+00:00",
    "1969-12-31T23:59:59+00:00",
    None,
)
MINUTE: Final = 60 * 10**9


class Watched:
    """A connection that notes what is asked, and how many rows come."""

    def __init__(self, connection: Connection) -> None:
        self.name = connection.name
        self.asked: list[str] = []
        self.rows = 0
        self._connection = connection

    def query_arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        self.asked.append(sql)
        return self._connection.query_arrow(sql, parameters)

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[pl.DataFrame]:
        self.asked.append(sql)
        for rows in self._connection.stream(sql, parameters):
            self.rows += rows.height
            yield rows


@pytest.fixture(scope="module", params=["folder", "server"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A database with empty tables: in this process, and of a server."""
    folder = tmp_path_factory.mktemp("clickhouse")
    with ExitStack() as stack:
        is_here = request.param == "folder"
        address = f"chdb://{folder}" if is_here else stack.enter_context(ClickHouse(folder)).address
        connection = stack.enter_context(opened(address))
        migrate(connection)
        yield connection


def stored(database: Connection, frame: pl.DataFrame) -> ClickHouseDataset:
    database.command(f"TRUNCATE TABLE {LOGS}")
    database.insert(LOGS, rows_of(frame))
    return ClickHouseDataset(database)


def minutes(number: int) -> pl.DataFrame:
    """Records of consecutive minutes; every tenth is an error."""
    records: list[dict[str, object]] = [
        {
            "timestamp": f"2026-11-23T{each // 60:02}:{each % 60:02}:00+00:00",
            "level": "info" if each % 10 else "error",
            "message": f"n {each}",
        }
        for each in range(number)
    ]
    return placed(records)


def seqs(dataset: Dataset, request: Request) -> list[int]:
    return [seq for frame in dataset.records(request) for seq in frame["seq"]]


def paged(dataset: ClickHouseDataset, request: Request) -> list[int]:
    """All matches, page by page."""
    found: list[int] = []
    while True:
        pages = [frame for frame in dataset.records(request) if frame.height]
        if not pages:
            return found
        page = pl.concat(pages, how="diagonal_relaxed")
        found.extend(page["seq"])
        assert len(found) == len(set(found))
        request = replace(request, after=Cursor.of(page))


@given(
    records=RECORDS,
    times=st.lists(st.sampled_from(TIMES), min_size=6, max_size=6),
    tree=TREES,
    order=st.sampled_from([Order.NEWEST_FIRST, Order.OLDEST_FIRST]),
)
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_pages_and_counts_are_those_of_the_same_records_in_memory(
    database: Connection, records: list[dict[str, object]], times: list[str | None], tree: Node, order: Order
) -> None:
    frame = placed([{**record, "timestamp": time} for record, time in zip(records, times, strict=False)])
    kept, here = stored(database, frame), dataset_of_runs([[Chunk(frame)]])
    request = Request.asking(tree)
    try:
        expected = seqs(here, replace(request, order=order, limit=100))
    except QueryError:
        with pytest.raises(QueryError):
            kept.count(request)
        return
    assert paged(kept, replace(request, order=order, limit=2)) == expected
    assert seqs(kept, replace(request, order=order)) == expected
    assert sorted(seqs(kept, request)) == sorted(expected)
    assert kept.count(request).count == len(expected)
    assert _drawn(kept, request) == _drawn(here, request)


def _drawn(dataset: Dataset, request: Request) -> tuple[object, ...]:
    histogram = dataset.histogram(request, MINUTE)
    return histogram.frame.rows(), histogram.start, histogram.undated


@pytest.mark.parametrize(
    "query",
    [
        "* | top level",
        "* | stats count() by service, a",
        "a:x | stats count()",
        "* | histogram 1m",
        "* | histogram 7s by a",
        "* | stats count() by bucket(1h)",
        "* | stats count() by timestamp",
        "* | stats avg(a) by level",
        "a:* | top a",
        "* | sort a | fields a,message",
        "* | dedup a",
        "none | stats count()",
    ],
)
def test_tables_are_those_of_the_same_records_in_memory(database: Connection, query: str) -> None:
    frame = placed(
        [
            {"timestamp": TIMES[0], "level": "error", "a": '["x", 1]', "service": "api", "message": "one"},
            {"timestamp": TIMES[1], "level": "error", "a": "x", "message": "two"},
            {"timestamp": TIMES[2], "a": "7", "service": "api", "message": "three"},
            {"timestamp": TIMES[3], "a": "x", "b.c": "y", "message": "four"},
            {"message": "five"},
        ]
    )
    request = Request.of(query, now=NOW)
    here = dataset_of_runs([[Chunk(frame)]])
    assert table_of(list(stored(database, frame).table(request))) == table_of(list(here.table(request)))


def test_what_sql_decides_is_counted_without_reading_records(database: Connection) -> None:
    stored(database, minutes(50))
    watched = Watched(database)
    dataset = ClickHouseDataset(watched)  # type: ignore[arg-type]
    request = Request.of("level:error")
    assert dataset.count(request).count == 5
    assert dataset.histogram(request, MINUTE).frame["count"].sum() == 5
    assert table_of(list(dataset.table(Request.of("level:error | stats count()")))) == [["count"], [5]]
    assert watched.rows == 0


def test_only_records_that_sql_leaves_undecided_are_read_to_count(database: Connection) -> None:
    stored(database, placed([{"a": "x"}, {"a": '["x"]'}, {"a": '["y"]'}, {"a": "y"}]))
    watched = Watched(database)
    assert ClickHouseDataset(watched).count(Request.of("a:x")).count == 2  # type: ignore[arg-type]
    assert watched.rows == 2


@pytest.mark.parametrize(("order", "expected"), [(Order.NEWEST_FIRST, [599, 598]), (Order.OLDEST_FIRST, [0, 1])])
@pytest.mark.parametrize("query", ["*", r"/n \d+/"])
def test_a_page_is_read_from_one_end_of_time(
    database: Connection, query: str, order: Order, expected: list[int]
) -> None:
    stored(database, minutes(600))
    watched = Watched(database)
    dataset = ClickHouseDataset(watched)  # type: ignore[arg-type]
    assert seqs(dataset, replace(Request.of(query), order=order, limit=2)) == expected
    assert watched.rows < 20


def test_records_that_are_only_shown_in_part_are_only_read_in_part(database: Connection) -> None:
    stored(database, minutes(3))
    watched = Watched(database)
    dataset = ClickHouseDataset(watched)  # type: ignore[arg-type]
    (frame,) = dataset.records(replace(Request.of("level:error"), columns=("service",)))
    assert set(frame.columns) == {"timestamp", "service", *KEY_COLUMNS}
    assert not any("message" in sql or "fields" in sql for sql in watched.asked)


def test_a_record_comes_back_as_it_was_stored(database: Connection) -> None:
    frame = placed(
        [{"timestamp": TIMES[0], "level": "warn", "message": "m", "line": 3, "bytes": 7, "a": "1.50", "b.c": ""}]
    )
    (found,) = stored(database, frame).records(Request.everything())
    assert found.sort("seq").select(frame.columns).equals(frame)


def test_the_newest_time_and_the_names_of_all_fields_are_known(database: Connection) -> None:
    dataset = stored(database, placed([{"timestamp": TIMES[2], "odd name": "1"}, {"timestamp": TIMES[0]}, {"b": "2"}]))
    assert str(dataset.newest()) == "2026-11-23 10:00:00+00:00"
    assert [name for name in dataset.sample().columns if name.startswith("@")] == ["@odd name", "@b"]
    database.insert(LOGS, rows_of(placed([{"later": "x"}]).with_columns(seq=pl.lit(9, pl.UInt64))))
    assert "@later" in dataset.sample().columns
    assert dataset.count(Request.of("later:x")).count == 1


def test_a_table_without_records_has_no_newest_time_and_no_matches(database: Connection) -> None:
    dataset = stored(database, placed([{"message": "m"}]).head(0))
    assert dataset.newest() is None
    assert dataset.sample().columns == list(CORE_SCHEMA)
    assert seqs(dataset, replace(Request.of("level:error"), order=Order.NEWEST_FIRST)) == []


def test_a_search_that_has_ended_says_that_there_are_at_least_so_many(database: Connection) -> None:
    dataset = stored(database, minutes(3))
    assert not dataset.count(replace(Request.everything(), cancelled=lambda: True)).is_exact


def test_a_query_whose_units_do_not_fit_is_refused(database: Connection) -> None:
    with pytest.raises(QueryError, match="unit unknown for field a"):
        stored(database, placed([{"a": "5"}])).count(Request.of("a:>5s"))


def test_an_explanation_says_how_many_records_the_indexes_leave_out(database: Connection) -> None:
    dataset = stored(database, minutes(30))
    database.insert(LOGS, rows_of(minutes(10).with_columns(seq=pl.col("seq") + 100)))
    (share,) = dataset.explain(Request.of("seq:>=100")).shares
    assert (share.records, share.pruned, share.looked_at) == (40, 30, 10)
    assert (share.segments, share.pruned_segments) == (2, 1)


def test_what_comes_after_a_look_is_not_in_any_answer_to_it(database: Connection) -> None:
    frame = minutes(20).with_columns(seq=pl.int_range(1, 21, dtype=pl.UInt64))
    dataset = stored(database, frame[:10])
    reach(database, 10)
    look, request = dataset.still(), replace(Request.of(""), order=Order.NEWEST_FIRST)
    database.insert(LOGS, rows_of(frame[10:]))  # seen before its position is
    assert len(seqs(dataset, request)) == 20
    assert dataset.still().count(request).count == 10
    reach(database, 20)
    for each in (look, look.still()):
        assert seqs(each, request) == [*range(10, 0, -1)]
        assert each.count(request).count == 10
        assert each.count(Request.of("level:error")).count == 1
        assert each.histogram(request, MINUTE).records == 10
    assert dataset.still().count(request).count == 20


def reach(database: Connection, position: int) -> None:
    """Say that all records up to a number are stored, as a worker does behind its insert."""
    numbers = dict.fromkeys(("first_seq", "last_seq", "stored"), pl.Series([position], dtype=pl.UInt64))
    database.insert(POSITIONS, pl.DataFrame({"journal": ["own"], **numbers}))
