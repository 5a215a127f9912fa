"""Tables are made once, and are not touched if a newer program has made them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import StoreError, StoreVersionError
from logtui.model.record import CORE_SCHEMA
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import FIELD_VALUES, TEXTS, VERSION, keep_for, migrate, version_of
from tests.store.records import frame_of

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection


def test_a_database_is_migrated_once(empty: Connection) -> None:
    migrate(empty)
    empty.insert("logs", rows_of(frame_of([{"message": "kept"}])))
    migrate(empty)
    assert version_of(empty) == VERSION
    versions = empty.query_arrow("SELECT version FROM logtui_migrations ORDER BY version")
    assert versions["version"].to_list() == [*range(1, VERSION + 1)]
    assert empty.query_arrow("SELECT message FROM logs").item() == "kept"


def test_a_migration_that_was_interrupted_is_completed(empty: Connection) -> None:
    migrate(empty)
    empty.command("DROP TABLE positions")
    empty.command("TRUNCATE TABLE logtui_migrations")
    migrate(empty)
    assert empty.query_arrow("SELECT count() FROM positions").item() == 0
    assert version_of(empty) == VERSION


def test_a_newer_database_is_refused_and_left_as_it_is(connection: Connection) -> None:
    connection.command(f"INSERT INTO logtui_migrations (version) VALUES ({VERSION + 1})")
    with pytest.raises(StoreVersionError, match=f"written by a newer logtui .version {VERSION + 1}, this one reads"):
        migrate(connection)
    assert connection.query_arrow("SELECT max(version) FROM logtui_migrations").item() == VERSION + 1


def test_a_database_without_tables_has_no_version(empty: Connection) -> None:
    with pytest.raises(StoreError, match="logtui_migrations"):
        version_of(empty)


def test_the_table_has_a_column_for_each_column_of_records(connection: Connection) -> None:
    assert connection.query_arrow("SELECT * FROM logs").columns == [*CORE_SCHEMA, "fields"]


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        (f"{TEXTS['message']} LIKE '%eedle 7%'", "messages"),
        (f"{TEXTS['raw']} LIKE '%eedle 7%'", "raws"),
        (f"hasAny({FIELD_VALUES}, ['v77777', '['])", "field_values"),
        ("seq = 77777", "seqs"),
        ("timestamp = '2025-01-01 00:12:57.770'", "times"),
    ],
)
def test_an_index_leads_to_the_granule_of_a_record(connection: Connection, condition: str, index: str) -> None:
    connection.insert("logs", rows_of(_many()))
    connection.command("OPTIMIZE TABLE logs FINAL")
    assert connection.query_arrow(f"SELECT count() FROM logs WHERE {condition}").item() == 1
    plan = connection.query_arrow(f"EXPLAIN indexes = 1 SELECT * FROM logs WHERE {condition}")["explain"].to_list()
    at = next(number for number, line in enumerate(plan) if line.strip() == f"Name: {index}")
    granules = next(line.split()[1] for line in plan[at:] if "Granules" in line)
    read, _, every = granules.partition("/")
    assert int(read) <= 2 < int(every)


def test_records_are_kept_for_some_days_after_they_arrived(connection: Connection) -> None:
    now = pl.lit(datetime.now(UTC)).cast(CORE_SCHEMA["ingest_time"])
    ages = [pl.duration(days=0), pl.duration(days=9), None]
    arrivals = [pl.lit(None, CORE_SCHEMA["ingest_time"]) if age is None else now - age for age in ages]
    for number, arrival in enumerate(arrivals):
        record = frame_of([{"message": str(number)}]).with_columns(ingest_time=arrival, seq=pl.lit(number, pl.UInt64))
        connection.insert("logs", rows_of(record))
    for days in (30, 7, 7):
        keep_for(connection, days)
    connection.command("OPTIMIZE TABLE logs FINAL")
    assert _messages(connection) == ["0", "2"]


def test_records_may_be_kept_for_ever_again(connection: Connection) -> None:
    for days in (None, 7, None, None):
        keep_for(connection, days)
    old = pl.lit(datetime(2001, 1, 1, tzinfo=UTC)).cast(CORE_SCHEMA["ingest_time"])
    connection.insert("logs", rows_of(frame_of([{"message": "old"}]).with_columns(ingest_time=old)))
    connection.command("OPTIMIZE TABLE logs FINAL")
    assert _messages(connection) == ["old"]


def _messages(connection: Connection) -> list[str]:
    return connection.query_arrow("SELECT message FROM logs ORDER BY seq")["message"].to_list()


def _many() -> pl.DataFrame:
    """Records in ten granules, each with a text, a field and a time of its own."""
    number = pl.int_range(81_920, dtype=pl.UInt64)
    text = pl.when(number == 77_777).then(pl.lit("the NEEDLE 7")).otherwise(pl.lit("hay"))
    start = pl.lit(datetime(2025, 1, 1, tzinfo=UTC)).cast(CORE_SCHEMA["timestamp"])
    return frame_of([{}]).drop("@code", "@id").select(pl.all().repeat_by(81_920).explode()).with_columns(
        seq=number, message=text, raw=text, timestamp=start + pl.duration(milliseconds=10 * number),
        order_time=start + pl.duration(milliseconds=10 * number),
        **{"@field": pl.lit("V") + number.cast(pl.String)},
    )  # fmt: skip
