"""`Dataset`: one interface for every question to every place that holds records."""

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
        is_exact: Whether it is that, rather than "at least".
    """

    count: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Intake:
    """What the inputs of a dataset did not give.

    Attributes:
        notices: A line for each input that could not be read, not to its end, or only with a guess.
        has_failed: Whether an input could not be read, or not to its end.
        main_formats: The format of each source, by its name, as far as it is known.
    """

    notices: tuple[str, ...] = ()
    has_failed: bool = False
    main_formats: Mapping[str, str] = field(default_factory=dict)


class Dataset(Protocol):
    """Records that can be asked, wherever they are kept.

    Attributes:
        can_repeat: Whether it can be asked more than once; a pipe cannot.
    """

    can_repeat: bool

    def pieces(self, request: Request) -> Iterator[Piece]:
        """What is wanted of each part: for those who keep what they make of a part, by the part's id."""

    def records(self, request: Request) -> Answer:
        """The records that match, in the request's order."""

    def table(self, request: Request) -> Answer:
        """What the request's pipes make of the records that match."""

    def count(self, request: Request) -> Bound:
        """How many records match."""

    def histogram(self, request: Request, width: int) -> Histogram:
        """How the records that match spread over time, in buckets of `width` nanoseconds, and over levels."""

    def facets(self, request: Request, fields: Sequence[str] | None = None) -> Facets:
        """The commonest values of some columns, or of all fields; of very many records only the first are looked at."""

    def explain(self, request: Request) -> Explanation:
        """How the request is understood and what has to be read for it."""

    def suggest(self, request: Request) -> Suggestions:
        """Less strict requests that match something."""

    def anchored(self, request: Request) -> Request:
        """The request with the day of its clocks and the newest time, if it refers to them."""

    def first_day(self) -> datetime | None:
        """A time of the day on which the log begins, None if that is not known."""

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""

    def sample(self) -> pl.DataFrame:
        """Some of the first records, whatever they are, with every field that has been seen."""

    def intake(self) -> Intake:
        """What the inputs have not given so far."""


class Searched(ABC):
    """A dataset of which only the pieces have to be known; everything else is the one execution over them."""

    can_repeat: bool = True

    @abstractmethod
    def pieces(self, request: Request) -> Iterator[Piece]:
        """What is wanted of each part."""

    @abstractmethod
    def sample(self) -> pl.DataFrame:
        """Some of the first records."""

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """The records that match, as `frames_of` gives them."""
        return frames_of(request, self.pieces(request), also)

    def records(self, request: Request) -> Answer:
        """The records that match, in the request's order."""
        return self.table(request.without_pipes())

    def table(self, request: Request) -> Answer:
        """What the request's pipes make of the records that match; the records themselves without pipes."""
        return Answer(request, self.frames(request))

    def count(self, request: Request) -> Bound:
        """How many records match."""
        return Bound(*number_of(request, self.pieces(request)))

    def histogram(self, request: Request, width: int) -> Histogram:
        """How the records that match spread over time and levels."""
        from logtui.engine.search.tally import spread
        from logtui.engine.summaries.histogram import histogram_by  # these four cost 8 ms, and a query needs none

        return histogram_by(width, spread(request, self.pieces(request.without_pipes()), width))

    def facets(self, request: Request, fields: Sequence[str] | None = None) -> Facets:
        """The commonest values of some columns, or of all fields."""
        from logtui.engine.summaries.facets import MOST_ROWS, facets_of

        columns = None if fields is None else tuple(fields)
        looked_at = replace(request.without_pipes(), columns=columns, limit=MOST_ROWS)
        return facets_of(list(self.records(looked_at)), self.count(request).count)

    def explain(self, request: Request) -> Explanation:
        """How the request is understood and what has to be read for it."""
        from logtui.engine.search.explanation import explained

        return explained(request, self.sample(), self.shares(request))

    def shares(self, _request: Request) -> list[StoredShare]:
        """What is read of each store, none by default."""
        return []

    def suggest(self, request: Request) -> Suggestions:
        """Less strict requests that match something."""
        from logtui.engine.search.suggestions import suggested

        return suggested(self, request)

    def anchored(self, request: Request) -> Request:
        """The request with the day of its clocks and the newest time, if it refers to them."""
        return anchored(self, request)

    def first_day(self) -> datetime | None:
        """A time of the day on which the log begins, None if that is not known."""
        return first_day(self)

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""
        latest = [piece.newest for piece in self.pieces(Request.everything())]
        known = [time for time in latest if time is not None]
        return pl.Series([max(known)]).cast(pl.Datetime("ns", "UTC")).dt.cast_time_unit("us")[0] if known else None

    def intake(self) -> Intake:
        """Nothing is missing."""
        return Intake()
