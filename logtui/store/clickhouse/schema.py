"""The tables in ClickHouse, and their migrations: one step from each version to the next.

`logs` has a column for each core column of a record frame, and `fields`, which maps the names of the other fields to
their texts; a field that a record lacks is not in its map. Field columns hold texts only, so that nothing is lost.
`positions` has, for each journal, how far its records have come; see `inserts`.

A step, once released, never changes; a new version is a new step at the end.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.errors import StoreVersionError
from logtui.model.levels import LEVELS

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection

LOGS: Final = "logs"
"""The table of records."""

POSITIONS: Final = "positions"
"""The table of positions in journals."""

FIELD_VALUES: Final = "arrayMap(value -> if(startsWith(value, '['), '[', lower(value)), mapValues(fields))"
"""The SQL that is indexed of fields: their lower-case texts, and `[` for each array.

`hasAny(FIELD_VALUES, [wanted, '['])` prunes a search for a whole value by the index: arrays match by their elements, so
that their granules are always read.
"""

TEXTS: Final = {"message": "lower(message)", "raw": "lower(raw)"}
"""The SQL that is indexed of texts, by column: `lower(message) LIKE '%needle%'` prunes by trigrams, of ASCII letters
without regard to case."""

_NEVER: Final = "toDateTime('2100-01-01 00:00:00', 'UTC')"
"""The arrival of records without one, which are kept: their event times say nothing of it."""

_ARRIVAL: Final = f"coalesce(toDateTime(ingest_time, 'UTC'), {_NEVER})"

_MIGRATIONS: Final = "logtui_migrations"

_LEVELS: Final = ", ".join(f"'{level}' = {rank}" for rank, level in enumerate(LEVELS))

# A journal is trimmed up to what is stored, so that records are forced to the disk before an insert is confirmed.
# Texts are indexed by trigrams. Words take half the space, but do not prune a text that begins or ends within one,
# and that is what a search for a text means here.
_CREATE_LOGS: Final = f"""
CREATE TABLE IF NOT EXISTS {LOGS}
(
    timestamp Nullable(DateTime64(9, 'UTC')) CODEC(Delta, ZSTD(1)),
    order_time DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    level Nullable(Enum8({_LEVELS})),
    severity_text LowCardinality(Nullable(String)),
    service LowCardinality(Nullable(String)),
    host LowCardinality(Nullable(String)),
    logger LowCardinality(Nullable(String)),
    message Nullable(String) CODEC(ZSTD(1)),
    raw Nullable(String) CODEC(ZSTD(1)),
    source LowCardinality(Nullable(String)),
    line Nullable(UInt64) CODEC(Delta, ZSTD(1)),
    offset Nullable(UInt64) CODEC(Delta, ZSTD(1)),
    bytes Nullable(UInt64) CODEC(T64, ZSTD(1)),
    seq UInt64 CODEC(Delta, ZSTD(1)),
    ingest_time Nullable(DateTime64(9, 'UTC')) CODEC(Delta, ZSTD(1)),
    format LowCardinality(Nullable(String)),
    fields Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    INDEX messages {TEXTS["message"]} TYPE text(tokenizer = ngrams(3)),
    INDEX raws {TEXTS["raw"]} TYPE text(tokenizer = ngrams(3)),
    INDEX field_values {FIELD_VALUES} TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX times timestamp TYPE minmax GRANULARITY 1,
    INDEX seqs seq TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(order_time)
ORDER BY (order_time, seq)
SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1,
    fsync_after_insert = 1, fsync_part_directory = 1
"""

# A step may be repeated: there is no transaction around it and its version.
# Positions only grow, so that the largest value of each column is the present one.
_CREATE_POSITIONS: Final = f"""
CREATE TABLE IF NOT EXISTS {POSITIONS}
(
    journal String,
    first_seq SimpleAggregateFunction(max, UInt64),
    last_seq SimpleAggregateFunction(max, UInt64),
    stored SimpleAggregateFunction(max, UInt64)
)
ENGINE = AggregatingMergeTree
ORDER BY journal
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
"""

# A process that has asked what is stored may stand still before it sends the rest. An insert of records of a year takes
# 365 places of the window, and each place some 100 bytes of memory.
_WIDEN_DEDUPLICATION: Final = f"ALTER TABLE {LOGS} MODIFY SETTING non_replicated_deduplication_window = 20000"

_CREATE_MIGRATIONS: Final = f"""
CREATE TABLE IF NOT EXISTS {_MIGRATIONS} (version UInt32, migrated DateTime64(3, 'UTC') DEFAULT now64())
ENGINE = MergeTree
ORDER BY version
"""

_STEPS: Final[tuple[tuple[str, ...], ...]] = ((_CREATE_LOGS, _CREATE_POSITIONS), (_WIDEN_DEDUPLICATION,))
VERSION: Final = len(_STEPS)
"""The version that this program reads and writes."""


def migrate(connection: Connection) -> None:
    """Bring the tables of a database to the present version; what is there already stays.

    Args:
        connection: The database; it may be empty.

    Raises:
        StoreVersionError: If a newer logtui has written it; it is left as it is.
        StoreError: If the server refuses.
    """
    connection.command(_CREATE_MIGRATIONS)
    done = version_of(connection)
    for version, statements in enumerate(_STEPS[done:], done + 1):
        for statement in statements:
            connection.command(statement)
        connection.command(f"INSERT INTO {_MIGRATIONS} (version) VALUES ({version})")


def version_of(connection: Connection) -> int:
    """The version of the tables of a database that has been migrated.

    Raises:
        StoreVersionError: If a newer logtui has written it.
        StoreError: If there are no tables, or the server refuses.
    """
    version = int(connection.query_arrow(f"SELECT max(version) AS version FROM {_MIGRATIONS}").item())
    if version > VERSION:
        raise StoreVersionError(
            f"{connection.name}: written by a newer logtui (version {version}, this one reads {VERSION})"
        )
    return version


def keep_for(connection: Connection, days: int | None) -> None:
    """Set how long records are kept after they arrived.

    Args:
        connection: A database that has been migrated.
        days: Whole days, at least one; None for ever.

    Raises:
        StoreError: If the server refuses.
    """
    present = _kept_days(connection)
    # Setting what is set already would look through all records again.
    if present != days:
        change = "REMOVE TTL" if days is None else f"MODIFY TTL {_ARRIVAL} + INTERVAL {days} DAY"
        connection.command(f"ALTER TABLE {LOGS} {change}")


def _kept_days(connection: Connection) -> int | None:
    sql = "SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = {table:String}"
    found = re.search(r" TTL .*toIntervalDay\((\d+)\)", connection.query_arrow(sql, {"table": LOGS}).item())
    return int(found[1]) if found else None
