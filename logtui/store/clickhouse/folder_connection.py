"""A connection to ClickHouse in this process, by chdb, with its data in a folder."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Self

import chdb
import polars as pl
from clickhouse_connect.driver.binding import bind_query

from logtui.errors import StoreBusyError, StoreError
from logtui.store.clickhouse.connection import INSERT_SETTINGS, arrow_of, store_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chdb.state.sqlitelike import Connection as Engine

_DATABASE: Final = "logtui"
_opening: Final = Lock()
_open_here: Final = Counter[str]()
"""How often this process has each folder open, which does not disturb it."""


class FolderConnection:
    """A `Connection` to the data in a folder, which belongs to one process.

    Args:
        name: Its address, for errors.
        path: The folder; it is made if it does not exist.

    Raises:
        StoreBusyError: If another process has the folder open.
        StoreError: If the folder cannot be used, or this process has another one open.
    """

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path: Final = str(path.resolve())
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.name}: cannot be made: {error.strerror}") from error
        with _opening:
            self._engine = self._opened()
        self.command(f"CREATE DATABASE IF NOT EXISTS {_DATABASE}")
        self.command(f"USE {_DATABASE}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query_arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Run a query; see `Connection`."""
        query, values = _bound(sql, parameters)
        with self._one_line():
            return pl.read_ipc_stream(self._engine.query(query, "ArrowStream", params=values).bytes())

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[pl.DataFrame]:
        """Run a query and read its answer in blocks; see `Connection`."""
        query, values = _bound(sql, parameters)
        with self._one_line(), self._engine.send_query(query, "ArrowStream", params=values) as blocks:
            for block in blocks:
                yield pl.read_ipc_stream(block.bytes())

    def insert(self, table: str, rows: pl.DataFrame, token: str = "") -> None:
        """Insert rows; see `Connection`."""
        settings = INSERT_SETTINGS | ({"insert_deduplication_token": token} if token else {})
        given = ", ".join(f"{name} = {_quoted(value)}" for name, value in settings.items())
        statement = f"INSERT INTO {table} ({', '.join(rows.columns)}) SETTINGS {given}"
        with self._one_line(), self._engine.send_insert(statement, "ArrowStream") as target:
            target.append(arrow_of(rows))
            target.finish()

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement; see `Connection`."""
        query, values = _bound(sql, parameters)
        with self._one_line():
            self._engine.query(query, params=values)

    def close(self) -> None:
        """Let go of the folder."""
        self._engine.close()
        _open_here[self._path] -= 1

    def _opened(self) -> Engine:
        # chdb would say on stderr that it is locked, and to us nothing at all.
        if not _open_here[self._path] and _is_locked(Path(self._path, "status")):
            raise StoreBusyError(f"{self.name}: another process has this store open")
        try:
            engine: Engine = chdb.connect(self._path)  # type: ignore[no-untyped-call]
        except RuntimeError as error:
            # For a folder that another process has locked since, it says nothing at all.
            if "different path" not in str(error) and os.access(self._path, os.W_OK):
                raise StoreBusyError(f"{self.name}: another process has this store open") from error
            raise store_error(self.name, str(error)) from error
        _open_here[self._path] += 1
        return engine

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            raise store_error(self.name, str(error)) from error


def _is_locked(file: Path) -> bool:
    """Whether another process has locked a file; one that is missing or may not be read nobody has locked."""
    try:
        with file.open("rb") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _bound(sql: str, parameters: Mapping[str, Any] | None) -> tuple[str, dict[str, str]]:
    """A query, and its parameters as texts of ClickHouse."""
    query, values = bind_query(sql, dict(parameters or {}))
    return str(query), {name.removeprefix("param_"): value for name, value in values.items()}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
