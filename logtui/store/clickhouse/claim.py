"""Which journal the records of a database come from: two would use the same numbers, and miss each other's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import StoreError
from logtui.store.clickhouse.schema import POSITIONS

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection

_POSITION: Final = f"SELECT max(stored) AS stored FROM {POSITIONS}"
_REACHED: Final = f"SELECT greatest(max(last_seq), max(stored)) AS reached FROM {POSITIONS}"


def claim(connection: Connection, journal: str) -> None:
    """Have a database get the records of one journal, now and later.

    Args:
        connection: A database that has been migrated.
        journal: The name of the journal.

    Raises:
        StoreError: If it gets those of another one, or the server refuses.
    """
    if not journals_of(connection):
        numbers = dict.fromkeys(("first_seq", "last_seq", "stored"), pl.Series([0], dtype=pl.UInt64))
        connection.insert(POSITIONS, pl.DataFrame({"journal": [journal], **numbers}))
    # Looked at again, since another server may have done the same meanwhile.
    for other in journals_of(connection):
        if other != journal:
            raise StoreError(
                f"{connection.name}: gets the records of another server, {other}",
                hint="use another database; or, if that server is gone for good, go on in its place with"
                f' {{"name": "{other}"}} in DIR/clickhouse.json',
            )


def position_in(connection: Connection) -> int:
    """All records of the journal up to this number are in a database.

    Raises:
        StoreError: If there are no tables, or the server refuses.
    """
    return int(connection.query_arrow(_POSITION).item())


def reached_in(connection: Connection) -> int:
    """No record above this number of the journal has ever been sent to a database.

    Raises:
        StoreError: If there are no tables, or the server refuses.
    """
    return int(connection.query_arrow(_REACHED).item())


def journals_of(connection: Connection) -> list[str]:
    """The names of the journals whose records a database gets: none or one, but for servers that are refused.

    Raises:
        StoreError: If there are no tables, or the server refuses.
    """
    found: list[str] = connection.query_arrow(f"SELECT DISTINCT journal FROM {POSITIONS}")["journal"].to_list()
    return found
