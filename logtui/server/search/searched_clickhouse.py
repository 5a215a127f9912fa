"""The records of a server that keeps them in ClickHouse, for those who search them."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from logtui.engine.search.datasets import dataset_of_connection
from logtui.query import parse
from logtui.store.clickhouse.claim import position_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from logtui.engine.search.dataset import Searched
    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request
    from logtui.store.clickhouse.connection import Connection


class SearchedClickHouse:
    """Records in ClickHouse, which is reached when it is first asked.

    Args:
        connect: Connects to it.
    """

    def __init__(self, connect: Callable[[], Connection]) -> None:
        self._connect = connect
        self._lock = Lock()
        self._connection: Connection | None = None
        self._dataset: Searched | None = None

    def dataset(self) -> Searched:
        """The records that are stored now and later; see `logtui.server.search.searched`."""
        with self._lock:
            if self._dataset is None:
                self._connection = self._connection or self._connect()
                self._dataset = dataset_of_connection(self._connection)
            return self._dataset

    def position(self) -> int:
        """The `seq` up to which all records are stored; 0 if there are none."""
        self.dataset()
        return position_in(self._connection) if self._connection else 0

    def pieces_between(self, request: Request, after: int, upto: int) -> Iterable[Piece]:
        """The matches with these numbers."""
        # The table has no parts that could be known again, and of what is behind the position it may hold a half.
        return self.dataset().pieces(request.narrowed(parse(f"seq:>{after} seq:<={upto}").filter))

    def close(self) -> None:
        """Let go of ClickHouse."""
        if self._connection:
            self._connection.close()
