"""Puts records of a journal into ClickHouse, each exactly once, whenever this process or the server ends.

An insert is no transaction: it may be in some partitions and not in others, and the process that sent it may never
learn. Therefore the range of a batch is noted before the batch is sent, and a batch carries its range as its token.
Whoever comes next sends the batch that was under way again, with the same range: what is stored already is ignored.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import StoreConnectionError, StoreError
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, POSITIONS
from logtui.store.seq_range import SeqRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.store.clickhouse.connection import Connection

_PAUSES: Final = (0.1, 0.2, 0.4, 0.8)
"""Seconds before each further attempt while the server cannot be reached; after the last one the caller is told."""

_POSITION: Final = f"""
SELECT max(first_seq) AS first_seq, max(last_seq) AS last_seq, max(stored) AS stored
FROM {POSITIONS} WHERE journal = {{journal:String}}
"""


class Inserts:
    """Inserts the records of one journal; there is one for each journal at a time.

    Args:
        connection: A database that has been migrated.
        journal: The name of the journal, by which its position is known.

    Attributes:
        position: All records up to this number are stored.
        pending: The batch that was under way when it was last worked on, to be stored before any other; None if none.

    Raises:
        StoreError: If the server refuses or cannot be reached.
    """

    def __init__(self, connection: Connection, journal: str) -> None:
        self._connection = connection
        self._journal: Final = journal
        first, last, stored = connection.query_arrow(_POSITION, {"journal": journal}).row(0)
        self.position: int = stored
        self.pending: SeqRange | None = SeqRange(first, last) if last > stored else None

    def insert(self, records: pl.DataFrame, batch: SeqRange) -> None:
        """Store the records of a batch; if they are stored already, nothing happens.

        Args:
            records: A record frame with a `seq` and an `order_time` in each row; it may have no rows.
            batch: The range of their numbers, after `position`. If there is one that is pending, it is that.

        Raises:
            StoreError: If the server refuses, or another batch is pending.
            StoreConnectionError: If the server cannot be reached for a while; the batch is pending then.
        """
        if batch.last_seq <= self.position:
            return
        if self.pending not in (None, batch):
            raise StoreError(f"{self._connection.name}: {_said(self.pending)} are to be stored before {_said(batch)}")
        rows = rows_of(records)  # before the range is noted: what cannot be encoded is not under way
        patiently(lambda: note(self._connection, self._journal, batch, self.position))
        self.pending = batch
        if rows.height:
            patiently(lambda: self._connection.insert(LOGS, rows, token_of(self._journal, batch)))
        patiently(lambda: note(self._connection, self._journal, batch, batch.last_seq))
        self.position, self.pending = batch.last_seq, None


def note(connection: Connection, journal: str, batch: SeqRange | None, stored: int) -> None:
    """Note how far the records of a journal have come; a number that is below the one that is known changes nothing.

    Args:
        connection: The database.
        journal: The name of the journal.
        batch: What is about to be sent, or was; None for nothing.
        stored: All records up to this number are stored.

    Raises:
        StoreError: If the server refuses or cannot be reached.
    """
    first, last = batch or (0, 0)
    numbers = pl.col("first_seq", "last_seq", "stored").cast(pl.UInt64)
    row = {"journal": [journal], "first_seq": [first], "last_seq": [last], "stored": [stored]}
    connection.insert(POSITIONS, pl.DataFrame(row).with_columns(numbers))


def token_of(journal: str, batch: SeqRange) -> str:
    """What an insert of a batch is known by."""
    return f"{journal}:{batch.first_seq}-{batch.last_seq}"


def patiently(work: Callable[[], None]) -> None:
    """Do what needs the server, and try it again for some seconds while that cannot be reached.

    Raises:
        StoreConnectionError: If it could not be reached in all this time.
    """
    for pause in _PAUSES:
        try:
            return work()
        except StoreConnectionError:
            time.sleep(pause)
    return work()


def _said(batch: SeqRange | None) -> str:
    return f"records {batch.first_seq} to {batch.last_seq}" if batch else "no records"
