"""A connection to a ClickHouse server over HTTP, by clickhouse-connect."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import clickhouse_connect
import polars as pl
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from urllib3.exceptions import HTTPError

from logtui.errors import StoreConnectionError
from logtui.store.clickhouse.connection import INSERT_SETTINGS, READ_SETTINGS, arrow_of, store_error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from logtui.errors import StoreError

# These also log what they raise, at each attempt: that would go to the terminal, on which a screen may be, and fill the
# log of a server while ClickHouse is away.
for _name in ("clickhouse_connect", "urllib3.connectionpool"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


class ServerConnection:
    """A `Connection` to a server.

    Args:
        name: Its address without the password, for errors.
        host: Where it is.
        port: Of its HTTP interface.
        database: The database, which exists.
        user: Who asks.
        password: Empty if there is none.
        is_secure: Whether it speaks TLS.

    Raises:
        StoreError: If it refuses.
        StoreConnectionError: If it cannot be reached.
    """

    def __init__(
        self, name: str, *, host: str, port: int, database: str, user: str, password: str, is_secure: bool
    ) -> None:
        self.name = name
        with self._one_line():
            self._client = clickhouse_connect.get_client(
                host=host,
                port=port,
                username=user,
                password=password,
                database=database,
                secure=is_secure,
                # Arrow is compressed already.
                compress=False,
                # A session refuses a second query at the same time.
                autogenerate_session_id=False,
                show_clickhouse_errors="scrub",
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def query_arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Run a query; see `Connection`."""
        with self._one_line():
            answer = self._client.raw_query(
                sql, dict(parameters or {}), settings=dict(READ_SETTINGS), fmt="ArrowStream"
            )
            return pl.read_ipc_stream(answer)

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[pl.DataFrame]:
        """Run a query and read its answer in blocks; see `Connection`."""
        settings = dict(READ_SETTINGS)
        with self._one_line(), self._client.query_arrow_stream(sql, dict(parameters or {}), settings) as blocks:
            for block in blocks:
                yield pl.DataFrame(block)

    def insert(self, table: str, rows: pl.DataFrame, token: str = "") -> None:
        """Insert rows; see `Connection`."""
        # Without waiting the server may say that all is well before it is.
        settings = INSERT_SETTINGS | {"wait_end_of_query": "1"} | _token(token)
        with self._one_line():
            self._client.raw_insert(table, rows.columns, arrow_of(rows), settings, "ArrowStream")

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement; see `Connection`."""
        with self._one_line():
            self._client.command(sql, dict(parameters or {}))

    def close(self) -> None:
        """Let go of the server."""
        self._client.close()

    @contextmanager
    def _one_line(self) -> Iterator[None]:
        """Turn errors of the library, of HTTP and of an answer that breaks off into ours."""
        try:
            yield
        except ClickHouseError as error:
            raise self._told(error) from error
        # The last two are what pyarrow and Polars say of an answer that is cut.
        except (HTTPError, OSError, ValueError, pl.exceptions.ComputeError) as error:
            raise self._lost(error) from error

    def _told(self, error: ClickHouseError) -> StoreError:
        """What the server says; the library has no code of its own for a server that says nothing."""
        is_answer = getattr(error, "code", None) is not None or not isinstance(error, OperationalError)
        return store_error(self.name, str(error)) if is_answer else self._lost(error)

    def _lost(self, error: Exception) -> StoreConnectionError:
        return StoreConnectionError(f"{self.name}: the connection failed: {_reason(error)}")


def _token(token: str) -> dict[str, str]:
    return {"insert_deduplication_token": token} if token else {}


def _reason(error: BaseException) -> str:
    """The innermost cause that the system names: the texts around it hold whole requests."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        error, cause = cause, cause.__cause__ or cause.__context__
    return " ".join(str(error).split()) or type(error).__name__
