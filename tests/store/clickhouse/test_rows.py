"""Records come back from ClickHouse as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.model.record import CORE_SCHEMA
from logtui.store.clickhouse.rows import records_of, rows_of
from tests.store.records import ROWS, frame_of

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection

_EVERY = "SELECT * FROM logs ORDER BY seq"
_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
_FIELDS = st.dictionaries(_TEXTS.map("@{}".format), st.none() | _TEXTS, max_size=4)


def test_an_empty_table_gives_the_columns_of_records(connection: Connection) -> None:
    records = records_of(connection.query_arrow(_EVERY))
    assert records.schema == pl.Schema(CORE_SCHEMA)
    assert records.is_empty()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, first=st.integers(0, 2**63))
def test_records_come_back(connection: Connection, rows: list[dict[str, Any]], first: int) -> None:
    records = frame_of(rows).with_columns(seq=pl.col("seq") + first)
    _assert_comes_back(connection, records)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(_FIELDS, min_size=1, max_size=5), text=_TEXTS)
def test_fields_and_texts_of_any_characters_come_back(
    connection: Connection, fields: list[dict[str, str | None]], text: str
) -> None:
    base = frame_of([{"message": text, "raw": text, "service": text}] * len(fields))
    columns = pl.DataFrame(fields, schema=dict.fromkeys({name for row in fields for name in row}, pl.String()))
    _assert_comes_back(connection, pl.concat([base.drop("@code", "@id"), columns], how="horizontal"))


@pytest.mark.parametrize("year", [1700, 1950, 2025, 2150, 2261])
def test_odd_times_come_back(connection: Connection, year: int) -> None:
    time = pl.lit(datetime(year, 7, 1, tzinfo=UTC)).cast(CORE_SCHEMA["timestamp"]) + pl.duration(nanoseconds=1)
    records = frame_of([{"message": "odd"}]).with_columns(timestamp=time, order_time=time, ingest_time=time)
    _assert_comes_back(connection, records)


def test_many_days_are_stored_at_once(connection: Connection) -> None:
    days = pl.datetime_range(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC), "1d", eager=True)
    times = days.cast(CORE_SCHEMA["timestamp"])
    _assert_comes_back(connection, frame_of([{}] * len(days)).with_columns(order_time=times))


def _assert_comes_back(connection: Connection, records: pl.DataFrame) -> None:
    """Put records into an empty table; fields of which no record has one cannot be told from no field."""
    connection.command("TRUNCATE TABLE logs")
    connection.insert("logs", rows_of(records))
    found = records_of(connection.query_arrow(_EVERY))
    kept = [name for name in records.columns if name in CORE_SCHEMA or records[name].null_count() < records.height]
    assert_frame_equal(found, records.select(kept), check_column_order=False)
