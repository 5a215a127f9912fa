"""`Dataset`: the one interface through which records are searched, wherever they are kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import polars as pl

from logtui.engine.search.anchor import anchored, first_day
from logtui.engine.search.executor import Answer, frames_of, number_of
from logtui.engine.search.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from logtui.engine.search.explanation import Explanation, StoredShare
    from logtui.engine.search.part import Piece
    from logtui.engine.search.suggestions import Suggestions
    from logtui.engine.summaries.facets import Facets
    from logtui.engine.summaries.histogram import Histogram


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of records.

    Attributes:
        count: The number.
        is_exact: Whether the number is exact; if not, there are at least so many.
    """

    count: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Intake:
    """How far the inputs of a dataset could be read.

    Attributes:
        notices: A line for each input that could not be read, not to its end, or only with a guessed encoding.
        has_failed: Whether an input could not be read, or not to its end.
        main_formats: The main format of each source whose format is known, by the source's name.
    """

    notices: tuple[str, ...] = ()
    has_failed: bool = False
    main_formats: Mapping[str, str] = field(default_factory=dict)


class Dataset(Protocol):
    """Records that can be searched, wherever they are kept.

    Attributes:
        can_repeat: Whether more than one request can be answered; a pipe can be read only once.
    """

    can_repeat: bool

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches of each part, for callers that keep results by the part's id and reuse them."""

    def still(self) -> Dataset:
        """The same records without those that come from now on, for several requests that must agree.

        A dataset that cannot leave these out returns itself.
        """

    def records(self, request: Request) -> Answer:
        """Find the records that match, in the request's order."""

    def table(self, request: Request) -> Answer:
        """Find the records that match and send them through the request's pipes."""

    def count(self, request: Request) -> Bound:
        """Count the records that match."""

    def histogram(self, request: Request, width: int) -> Histogram:
        """Count the records that match by level and time, in buckets of `width` nanoseconds."""

    def facets(self, request: Request, fields: Sequence[str] | None = None) -> Facets:
        """Find the commonest values of some columns, or of all fields, among the first records that match."""

    def explain(self, request: Request) -> Explanation:
        """Explain how the request is understood and what has to be read to answer it."""

    def suggest(self, request: Request) -> Suggestions:
        """Find less strict requests that match something."""

    def anchored(self, request: Request) -> Request:
        """Resolve what a request takes from the records: the day of its clock times, and the newest time."""

    def first_day(self) -> datetime | None:
        """A time on the day on which the log begins, None if unknown."""

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""

    def sample(self) -> pl.DataFrame:
        """Some of the first records, whether they match anything or not, with every field that has been seen."""

    def intake(self) -> Intake:
        """How far the inputs could be read until now."""


class Searched(ABC):
    """A dataset that implements only `pieces` and `sample`; the executor answers everything else from the pieces."""

    can_repeat: bool = True

    @abstractmethod
    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches of each part."""

    @abstractmethod
    def sample(self) -> pl.DataFrame:
        """Some of the first records."""

    def still(self) -> Dataset:
        """The same records without those that come from now on; by default, with them."""
        return self

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """The frames of the records that match, as described at `frames_of`."""
        return frames_of(request, self.pieces(request), also)

    def records(self, request: Request) -> Answer:
        """Find the records that match, in the request's order."""
        return self.table(request.without_pipes())

    def table(self, request: Request) -> Answer:
        """Find the records that match and send them through the request's pipes, if it has any."""
        return Answer(request, self.frames(request))

    def count(self, request: Request) -> Bound:
        """Count the records that match."""
        return Bound(*number_of(request, self.pieces(request)))

    def histogram(self, request: Request, width: int) -> Histogram:
        """Count the records that match by time and level."""
        from logtui.engine.search.tally import spread
        from logtui.engine.summaries.histogram import histogram_by  # these four cost 8 ms, and a query needs none

        return histogram_by(width, spread(request, self.pieces(request.without_pipes()), width))

    def facets(self, request: Request, fields: Sequence[str] | None = None) -> Facets:
        """Find the commonest values of some columns, or of all fields."""
        from logtui.engine.summaries.facets import MOST_ROWS, facets_of

        columns = None if fields is None else tuple(fields)
        looked_at = replace(request.without_pipes(), columns=columns, limit=MOST_ROWS)
        return facets_of(list(self.records(looked_at)), self.count(request).count)

    def explain(self, request: Request) -> Explanation:
        """Explain how the request is understood and what has to be read to answer it."""
        from logtui.engine.search.explanation import explained

        return explained(request, self.sample(), self.shares(request))

    def shares(self, _request: Request) -> list[StoredShare]:
        """How much of each store is read for a request; nothing by default."""
        return []

    def suggest(self, request: Request) -> Suggestions:
        """Find less strict requests that match something."""
        from logtui.engine.search.suggestions import suggested

        return suggested(self, request)

    def anchored(self, request: Request) -> Request:
        """Resolve what a request takes from the records: the day of its clock times, and the newest time."""
        return anchored(self, request)

    def first_day(self) -> datetime | None:
        """A time on the day on which the log begins, None if unknown."""
        return first_day(self)

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""
        latest = [piece.newest for piece in self.pieces(Request.everything())]
        known = [time for time in latest if time is not None]
        return pl.Series([max(known)]).cast(pl.Datetime("ns", "UTC")).dt.cast_time_unit("us")[0] if known else None

    def intake(self) -> Intake:
        """How far the inputs could be read; by default, completely."""
        return Intake()
