"""What is asked of ClickHouse, wherever it runs, and how its errors become one line."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import polars as pl

from logtui.errors import StoreConnectionError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

READ_SETTINGS: Final = {"output_format_arrow_string_as_string": "1"}
"""Settings of each query: older servers send texts as bytes otherwise."""

INSERT_SETTINGS: Final = {
    # Newer servers put inserts off by default, and deduplicate none of those.
    "async_insert": "0",
    # One block after another: the tokens of the blocks of an insert are numbered.
    "max_insert_threads": "1",
    # Records with odd times are on odd days, and none is refused for its time.
    "max_partitions_per_insert_block": "0",
    # Merging makes the indexes of texts: an insert of 65,000 records takes 6 us of CPU for each without, 16 with them.
    "exclude_materialize_skip_indexes_on_insert": "messages, raws",
}
"""Settings of each insert."""

_PASSING: Final = frozenset({159, 202, 203, 209, 210, 236, 241, 252, 319, 425})
"""Codes of ClickHouse for what passes: timeouts, too many queries or parts at the moment, a connection or a disk that
has failed, a server that ends (`ErrorCodes.cpp`)."""

_ERROR: Final = re.compile(r"Code: (?P<code>\d+)\. (?:DB::Exception: )?(?P<text>.*)", re.DOTALL)
_VERSION: Final = re.compile(r"\s*\(version [^()]*(?:\([^()]*\))?\)")
_LONGEST: Final = 300


class Connection(Protocol):
    """A connection to the tables of one database; any thread may use it.

    Values of `parameters` are bound to `{name:Type}` in the SQL by ClickHouse.

    Attributes:
        name: The address without the password, for errors.
    """

    name: str

    def query_arrow(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pl.DataFrame:
        """Run a query.

        Args:
            sql: One SELECT, without FORMAT.
            parameters: Values by name.

        Returns:
            The answer; a frame without rows has the columns too. An Enum is the number of its value.

        Raises:
            StoreError: If the query is refused.
            StoreConnectionError: If the server cannot be reached or breaks off.
        """
        ...

    def stream(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Iterator[pl.DataFrame]:
        """Run a query, and read its answer block by block.

        Args:
            sql: One SELECT, without FORMAT.
            parameters: Values by name.

        Yields:
            Parts of the answer, each with rows; nothing if there are none.

        Raises:
            StoreError: If the query is refused.
            StoreConnectionError: If the server cannot be reached or breaks off.
        """
        ...

    def insert(self, table: str, rows: pl.DataFrame, token: str = "") -> None:
        """Insert rows, which are in the table when this returns.

        Args:
            table: The name of the table.
            rows: A frame with columns of the table.
            token: What this insert is known by: another one with this token does nothing. Empty for none.

        Raises:
            StoreError: If the insert is refused.
            StoreConnectionError: If the server cannot be reached or breaks off; the rows may be in the table or not.
        """
        ...

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a statement that has no answer.

        Args:
            sql: One statement.
            parameters: Values by name.

        Raises:
            StoreError: If the statement is refused.
            StoreConnectionError: If the server cannot be reached or breaks off.
        """
        ...

    def close(self) -> None:
        """Let go of the server, or of the folder."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def arrow_of(rows: pl.DataFrame) -> bytes:
    """The stream of Arrow with rows, as one block and compressed."""
    target = BytesIO()
    # ClickHouse does not know the newer layout of texts.
    rows.rechunk().write_ipc_stream(target, compression="lz4", compat_level=pl.CompatLevel.oldest())
    return target.getvalue()


def store_error(name: str, said: str) -> StoreError:
    """What ClickHouse says of an error, as an error of one line.

    Args:
        name: The address, without a password.
        said: Its text.

    Returns:
        A `StoreConnectionError` if the same may go well at another time.
    """
    found = _ERROR.search(said)
    text = " ".join(_VERSION.sub("", found["text"] if found else said).split())
    kind = StoreConnectionError if found and int(found["code"]) in _PASSING else StoreError
    return kind(f"{name}: {text if len(text) <= _LONGEST else text[:_LONGEST] + ' ...'}")
