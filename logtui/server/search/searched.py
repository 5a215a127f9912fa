"""`Searched`: the records of a server for those who search them, wherever they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request


class Searched(Protocol):
    """What a front searches. Any thread may use it."""

    def dataset(self) -> Dataset:
        """The records that are stored now and later.

        Raises:
            StoreError: If the store cannot be opened.
        """

    def position(self) -> int:
        """The `seq` up to which all records are stored; 0 if there are none.

        Raises:
            StoreError: If the store cannot be opened, or not be reached.
        """

    def pieces_between(self, request: Request, after: int, upto: int) -> Iterable[Piece]:
        """The matches of each part; those with a `seq` not above `after`, or above `upto`, may be left out.

        Raises:
            StoreError: If the store cannot be opened, or not be reached.
        """

    def close(self) -> None:
        """Let go of the store."""
