"""A database on SQLite or PostgreSQL: transactions, and errors that say what is wrong in a line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from logtui.alerts.keeping.migrations.upgrade import upgrade
from logtui.errors import AlertError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import URL, Table
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

BUSY_SECONDS: Final = 10.0
"""How long a transaction waits for those of other processes."""

_POSTGRES: Final = {
    "connect_timeout": 5,
    # A machine that has gone away is noticed in 15 s, not in the minutes or hours that the system would wait.
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}
_DRIVERS: Final = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_READS: Final = "logtui_reads"
_CLOCKS: Final = {
    "sqlite": "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000000",
    # Not now(), which stands still in a transaction, also while that waits for a lock.
    "postgresql": "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) * 1000000",
}
"""Ask for the present in epoch nanoseconds, to the millisecond."""


class Database:
    """The tables of alerts, and of keys that servers share, in a database, at the newest version.

    Args:
        url: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`.
        busy_seconds: How long a transaction waits for others.

    Raises:
        AlertError: If the database cannot be opened, or a newer logtui has made the tables.
    """

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        parsed = _parsed(url)
        self._place = parsed.database or "" if parsed.drivername == "sqlite" else parsed.render_as_string()
        self._engine = _engine(parsed, busy_seconds)
        self._reader = self._engine.execution_options(**{_READS: True})
        try:
            with self.writing() as connection:
                upgrade(connection, self._place)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for nobody.

        Raises:
            AlertError: If the database cannot be reached.
        """
        with self._explained(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that changes the tables, wholly or not at all.

        Raises:
            AlertError: If the database cannot be reached, or others write for too long.
        """
        with self._explained(), self._engine.begin() as connection:
            yield connection

    def now(self, connection: Connection) -> int:
        """The present by the clock of the database, which all who use it share; epoch nanoseconds.

        Args:
            connection: In a transaction.
        """
        now: int = connection.exec_driver_sql(_CLOCKS[connection.dialect.name]).scalar_one()
        return now

    def insert(self, table: Table) -> PostgresInsert | SqliteInsert:
        """An insertion that can say what happens to a row that is there already."""
        return sqlite.insert(table) if self._engine.dialect.name == "sqlite" else postgresql.insert(table)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            raise AlertError(f"{self._place}: {_reason(error)}", hint=_hint(error)) from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise AlertError("expected the URL of a database", hint="such as postgresql://USER@HOST/NAME") from error
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise AlertError(f"alerts are kept in SQLite or PostgreSQL, not in {parsed.get_backend_name()}")
    return parsed.set(drivername=driver)


def _engine(url: URL, busy_seconds: float) -> Engine:
    try:
        if url.drivername == "sqlite":
            return _sqlite(url, busy_seconds)
        options = f"-c lock_timeout={int(busy_seconds * 1000)}"
        return create_engine(url, connect_args={**_POSTGRES, "options": options}, pool_pre_ping=True)
    except (ImportError, NoSuchModuleError) as error:
        raise AlertError("psycopg is not installed", hint="pip install 'logtui[postgres]'") from error


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver of Python begins transactions by itself, but not before reading or changing tables.
    connection.isolation_level = None
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes is refused if another one has written in between.
    is_reading = connection.get_execution_options().get(_READS, False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split()) or type(cause).__name__


def _hint(error: SQLAlchemyError) -> str | None:
    is_busy = any(word in _reason(error) for word in ("database is locked", "lock timeout"))
    return "another process writes to it for a long time" if is_busy else None
