"""The records of a server as a dataset."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from logtui.engine.search.dataset import Bound, Intake, Searched
from logtui.engine.search.executor import Answer
from logtui.engine.search.explanation import StoredShare
from logtui.engine.search.remote.piece import FetchedPiece
from logtui.engine.search.remote.wire import Ending
from logtui.engine.search.request import Request
from logtui.engine.search.suggestions import Suggestions
from logtui.errors import RemoteError
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.engine.search.part import Piece
    from logtui.engine.search.remote.connection import Connection
    from logtui.engine.summaries.facets import Facets
    from logtui.engine.summaries.histogram import Histogram


class RemoteDataset(Searched):
    """Records that a server searches.

    A failure in the middle of records becomes a notice of `intake`, so that those of other inputs are still read.

    Args:
        connection: The server.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._failures: list[str] = []

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches, one piece for each frame that the server sends."""
        return (FetchedPiece(frame) for frame in self.frames(request))

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """The frames of the records that match, from the server as they are needed; the pipes are not applied."""
        return _ServerAnswer(request, self._received("frames", request, also))

    def table(self, request: Request) -> Answer:
        """Find the records that match and let the server send them through the pipes."""
        return _ServerAnswer(request, self._received("table", request))

    def count(self, request: Request) -> Bound:
        """Count the records that match."""
        return msgspec.convert(self._connection.value("count", request), Bound)

    def histogram(self, request: Request, width: int) -> Histogram:
        """Count the records that match by time and level."""
        from logtui.engine.summaries.histogram import Histogram

        frame, ending = self._connection.frames("histogram", request, width=width)
        assert isinstance(frame, pl.DataFrame)
        assert isinstance(ending, Ending)
        return Histogram(frame, **ending.value)

    def facets(self, request: Request, fields: Sequence[str] | None = None) -> Facets:
        """Find the commonest values of some columns, or of all fields."""
        from logtui.engine.summaries.facets import Facets

        return msgspec.convert(self._connection.value("facets", request, fields), Facets)

    def shares(self, request: Request) -> list[StoredShare]:
        """How much of the server's store is read for a request."""
        shares = msgspec.convert(self._connection.value("shares", request), list[StoredShare])
        return [replace(share, name=self._connection.address) for share in shares]

    def suggest(self, request: Request) -> Suggestions:
        """Find less strict requests that match something."""
        return msgspec.convert(self._connection.value("suggest", request), Suggestions)

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time, or the server has failed."""
        if self._failures:
            return None
        return msgspec.convert(self._connection.value("newest", Request.everything()), datetime | None)

    def sample(self) -> pl.DataFrame:
        """Some of the first records; none of a server that has failed."""
        if self._failures:
            return NO_RECORDS
        frame, _ = self._connection.frames("sample", Request.everything())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def intake(self) -> Intake:
        """Which failures have ended the last answer early."""
        return Intake(tuple(self._failures), has_failed=bool(self._failures))

    def _received(
        self, question: str, request: Request, columns: Sequence[str] = ()
    ) -> Iterator[pl.DataFrame | Ending]:
        self._failures.clear()
        try:
            for item in self._connection.frames(question, request, columns):
                if isinstance(item, Ending) and item.is_partial and request.deadline is None:
                    self._failures.append(f"{self._connection.address}: {_TOO_LONG}")
                yield item
        except RemoteError as error:
            self._failures.append(str(error))


_TOO_LONG = "the time of a search was over before all was found (--max-search-timeout of the server)"


class _ServerAnswer(Answer):
    """An answer whose pipes and limit the server has applied."""

    def __init__(self, request: Request, items: Iterable[pl.DataFrame | Ending]) -> None:
        self._items = items
        super().__init__(replace(request.without_pipes(), limit=None), ())

    def _counted(self) -> Iterator[pl.DataFrame]:
        for item in self._items:
            if isinstance(item, Ending):
                self.matched, self.is_partial = item.matched, item.is_partial
            elif self._request.has_ended():
                self.is_partial = True
                return
            else:
                self.matched += len(item)
                yield item
