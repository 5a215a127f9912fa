"""Puts records of a journal into ClickHouse that several processes share, each exactly once, whichever of them ends.

A range of the journal is given to one process, and to another if that one ends, or seems to. Before records are sent,
the database is asked which of the range it has, and these are left out. What another process sends at this moment has
the same token, so that it is ignored by whichever part comes second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.store.clickhouse.inserts import note, patiently, token_of
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, POSITIONS

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection
    from logtui.store.seq_range import SeqRange

_STORED: Final = f"SELECT max(stored) AS stored FROM {POSITIONS} WHERE journal = {{journal:String}}"
_PRESENT: Final = f"SELECT seq FROM {LOGS} WHERE seq BETWEEN {{first:UInt64}} AND {{last:UInt64}}"


class SharedInserts:
    """Inserts records of a journal; any number of processes have one at once.

    Args:
        connection: A database that has been migrated.
        journal: The name of the journal.

    Attributes:
        position: All records up to this number are stored, as far as this process knows.
        pending: None: whoever gives ranges of the journal knows those that are not stored yet.

    Raises:
        StoreError: If the server refuses or cannot be reached.
    """

    pending: Final = None

    def __init__(self, connection: Connection, journal: str) -> None:
        self._connection = connection
        self._journal: Final = journal
        self.position: int = connection.query_arrow(_STORED, {"journal": journal}).item()

    def insert(self, records: pl.DataFrame, batch: SeqRange) -> None:
        """Store those records of a batch that are not stored yet.

        Args:
            records: A record frame with a `seq` and an `order_time` in each row; it may have no rows.
            batch: The range of their numbers.

        Raises:
            StoreError: If the server refuses.
            StoreConnectionError: If the server cannot be reached for a while; a part of the batch may be stored then.
        """
        if batch.last_seq <= self.position or records.is_empty():
            return
        rows = rows_of(records)
        # A journal that is begun again gives no numbers that records in the table may have.
        patiently(lambda: note(self._connection, self._journal, batch, self.position))
        patiently(lambda: self._send(rows, batch))

    def advance(self, position: int) -> None:
        """Note that all records up to a number are stored, by whomever; nothing if that is known.

        Raises:
            StoreError: If the server refuses or cannot be reached.
        """
        if position > self.position:
            patiently(lambda: note(self._connection, self._journal, None, position))
            self.position = position

    def _send(self, rows: pl.DataFrame, batch: SeqRange) -> None:
        present = self._connection.query_arrow(_PRESENT, {"first": batch.first_seq, "last": batch.last_seq})
        missing = rows.filter(~pl.col("seq").is_in(present["seq"].implode()))
        if missing.height:
            self._connection.insert(LOGS, missing, token_of(self._journal, batch))
