"""The storage of a worker whose records go to ClickHouse."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.clickhouse_mark import ClickHouseMark, named_mark, read_mark, write_mark
from logtui.engine.ingest.storage import Extent
from logtui.errors import StoreBusyError, StoreConnectionError, StoreError
from logtui.store.clickhouse.claim import claim, position_in
from logtui.store.clickhouse.inserts import Inserts
from logtui.store.clickhouse.schema import LOGS, keep_for, migrate
from logtui.store.clickhouse.shared_inserts import SharedInserts

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from logtui.engine.ingest.chores import Chores
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.store.clickhouse.connection import Connection
    from logtui.store.seq_range import SeqRange

_NOTE_SECONDS: Final = 0.2
_COUNT_SECONDS: Final = 5.0
_EXTENT: Final = f"""
SELECT count() AS segments, countIf(level = 0) AS unmerged, sum(rows) AS rows FROM system.parts
WHERE database = currentDatabase() AND table = '{LOGS}' AND active
"""


class ClickHouseStorage:
    """A `Storage` in the tables of a database. One process has it for each data folder.

    Args:
        connect: Connects to the database.
        folder: The data folder, which `join` has given a mark.
        days: How many days after their arrival records are kept; None for ever.

    Attributes:
        merging_seconds: None of this process.

    Raises:
        StoreBusyError: If another worker runs on the data folder.
        StoreError: If the database refuses, or gets the records of another server. One that cannot be reached now is
            reached by `ready`.
    """

    merging_seconds: Final = 0.0

    def __init__(self, connect: Callable[[], Connection], folder: DataFolder, days: int | None) -> None:
        self._connect = connect
        self._file = folder.clickhouse
        self._days = days
        self._mark: ClickHouseMark = read_mark(self._file) or ClickHouseMark("")
        self._connection: Connection | None = None
        self._inserts: Inserts | SharedInserts | None = None
        self._extent: Extent | None = None
        self._lock = _locked(folder)
        try:
            with suppress(StoreConnectionError):
                self.ready()
        except BaseException:
            self._let_go()
            raise

    @property
    def name(self) -> str:
        """The name of the data folder's journal."""
        return self._mark.name

    @property
    def position(self) -> int:
        """All records of the journal up to this number are stored."""
        return self._inserts.position if self._inserts else self._mark.position or 0

    @property
    def pending(self) -> SeqRange | None:
        """The batch that was under way when a process ended; None if there is none."""
        return self._inserts.pending if self._inserts else None

    @property
    def extent(self) -> Extent | None:
        """How much it held some seconds ago; None before it was first asked."""
        return self._extent

    def ready(self) -> None:
        """Reach the database, bring its tables to the present version, and find out how far it has come."""
        if self._inserts:
            return
        connection = self._connection = self._connection or self._connect()
        migrate(connection)
        claim(connection, self._mark.name)
        keep_for(connection, self._days)
        self._inserts = self._inserts_into(connection)

    def seal(self, records: pl.DataFrame, batch: SeqRange, *, lost: int, arrived: int) -> None:  # noqa: ARG002 -- counted elsewhere
        """Store the records of a batch; see `Storage`."""
        self.ready()
        if self._inserts:
            self._inserts.insert(records, batch)

    def upkeep(self, chores: Chores) -> None:
        """Add noting the position, for those who see the data folder, and counting."""
        chores.add("noting", self._note, _NOTE_SECONDS)
        chores.add("counting", self._count, _COUNT_SECONDS)

    def close(self) -> None:
        """Note how far it has come, and let go of the database."""
        with suppress(OSError):  # what is stored and not noted is not stored again
            self._note()
        self._let_go()

    def _inserts_into(self, connection: Connection) -> Inserts | SharedInserts:
        return Inserts(connection, self._mark.name)

    def _note(self) -> None:
        if self._inserts and self._inserts.position != self._mark.position:
            self._mark = ClickHouseMark(self._mark.name, self._inserts.position)
            write_mark(self._file, self._mark)

    def _count(self) -> None:
        if self._connection and self._inserts:
            self._extent = Extent(*self._connection.query_arrow(_EXTENT).row(0))

    def _let_go(self) -> None:
        if self._connection:
            self._connection.close()
        os.close(self._lock)


class SharedClickHouseStorage(ClickHouseStorage):
    """A `Storage` in tables that the workers of several data folders fill at once.

    Their records come from one queue, whose name all the folders have, and which says what each of them stores.
    """

    def advance(self, position: int) -> None:
        """Note that all records up to a number are stored, by whomever; nothing if that is known.

        Raises:
            StoreError: If the database cannot be reached.
        """
        self.ready()
        if isinstance(self._inserts, SharedInserts):
            self._inserts.advance(position)

    def _inserts_into(self, connection: Connection) -> SharedInserts:
        return SharedInserts(connection, self._mark.name)


def join(connect: Callable[[], Connection], folder: DataFolder, new_name: Callable[[], str]) -> None:
    """Have a data folder and a database belong together, once; a journal begins behind what the database has.

    Args:
        connect: Connects to the database.
        folder: The data folder.
        new_name: Makes a name of a journal that no other has.

    Raises:
        StoreError: If the folder holds records itself, the database gets those of another server, or cannot be reached.
    """
    if folder.holds_records:
        raise StoreError(
            f"{folder.path} holds records in a store of its own",
            hint="use another data folder, or serve without --store",
        )
    mark = named_mark(folder.clickhouse, new_name)
    if mark.position is not None:
        return
    with connect() as connection:
        migrate(connection)
        claim(connection, mark.name)
        try:
            write_mark(folder.clickhouse, ClickHouseMark(mark.name, position_in(connection)))
        except OSError as error:
            raise StoreError(f"{folder.clickhouse}: {error.strerror}") from error


def _locked(folder: DataFolder) -> int:
    """A descriptor that holds the lock of the folder's worker until it is closed."""
    try:
        file = os.open(folder.path / "worker.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"{folder.path}: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise StoreBusyError(f"another worker runs on {folder.path}") from error
    return file
