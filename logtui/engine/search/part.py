"""Parts, in which datasets keep their records, and pieces, which are the records of a part that a request matches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, Self

import polars as pl

from logtui.engine.search.message_fields import with_shown_fields
from logtui.model.masks import pattern_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from logtui.engine.search.answer_order import Order
    from logtui.engine.search.request import Request
    from logtui.formats.coverage import Covered

part_ids: Final = count(1)
"""Source of the unique ids of parts."""


class Part(Protocol):
    """Consecutive records with one schema, in memory or in a file."""

    @property
    def id(self) -> int:
        """A number that is unique among the parts of the process."""

    @property
    def rows(self) -> int:
        """The number of records."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the records."""

    @property
    def is_complete(self) -> bool:
        """Whether the fields in messages have been extracted to columns."""

    @property
    def is_kept(self) -> bool:
        """Whether the records can be read again, and are not dropped after they were read once."""

    @property
    def planner(self) -> Planner:
        """The planner of the part; parts of one store share it."""

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame, which reads only the columns and rows that are needed."""

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns of the records with these ascending row numbers."""

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns, `pattern` and `is_cut` of some records, or of all, in order."""


class Fence(NamedTuple):
    """The position and the range of times of consecutive rows of a part.

    Attributes:
        start: The first row.
        rows: The number of rows.
        first: The `order_time` of the first row, epoch nanoseconds.
        last: The `order_time` of the last row, epoch nanoseconds.
    """

    start: int
    rows: int
    first: int
    last: int


class Extent(NamedTuple):
    """The smallest and the largest byte offset that the records of one source have in a part."""

    low: int
    high: int


class Around(NamedTuple):
    """Some records of a part, which have not been read yet.

    Attributes:
        frame: Consecutive records, which include the wanted ones.
        chosen: The row numbers of the wanted records in the frame; None if all of its records are wanted.
    """

    frame: pl.LazyFrame
    chosen: pl.Series | None


class PlacedPart(Part, Protocol):
    """A part that also knows the order and the sources of its records, as windows need."""

    @property
    def extents(self) -> Mapping[str | None, Extent]:
        """The ranges of byte offsets by source."""

    @property
    def formats(self) -> Mapping[str, int]:
        """The number of records by format."""

    @property
    def coverage(self) -> Mapping[str | None, Mapping[str, Covered]]:
        """What each format has read of each source, by source and format."""

    @property
    def fences(self) -> tuple[Fence, ...]:
        """The fences of consecutive rows, in order."""

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Read all records, with some or all of their columns."""

    def slice(self, start: int, length: int) -> pl.DataFrame:
        """Read `length` records from `start` on, or fewer at the end of the part."""

    def around(self, rows: pl.Series) -> Around:
        """Locate the records with these ascending row numbers, without reading them."""


class Cost(NamedTuple):
    """The cost of reading a piece.

    Attributes:
        rows: The number of records to read.
        groups: The number of row groups that hold them.
        bytes: Bytes of the columns to read, before compression; 0 for records in memory.
    """

    rows: int
    groups: int
    bytes: int


class Strip(Protocol):
    """Some of the records of one part that match a request, few enough to be read at once."""

    @property
    def part(self) -> Part:
        """The part."""

    @property
    def newest(self) -> int | None:
        """An upper bound of the timestamps, epoch nanoseconds; None if no record has a time."""

    @property
    def oldest(self) -> int | None:
        """A lower bound of the timestamps, epoch nanoseconds; None if no record has a time."""

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records with some or all of the columns, until the request has ended; no other column is read."""


class Piece(Strip, Protocol):
    """The records of one part that match a request."""

    def strips(self) -> Sequence[Strip]:
        """The same records in several strips, which may overlap in time."""

    @property
    def counted(self) -> pl.DataFrame | None:
        """The counts of the records, as a weighed frame; None if rows have to be read to know them."""

    def counted_by(self, columns: Sequence[str]) -> pl.DataFrame | None:
        """The counts of the records by some of the columns of `counted`, at least; None if there are no counts."""

    @property
    def step(self) -> int:
        """Width in nanoseconds of the time intervals of `counted`, which are aligned to UTC."""

    @property
    def is_all(self) -> bool:
        """Whether it is known that every record of the part matches."""

    @property
    def cost(self) -> Cost:
        """The cost of reading the piece."""

    @property
    def is_ordered(self) -> bool:
        """Whether every record has a time, and no record in `runs_along` belongs before an earlier run."""

    def runs(self) -> Iterator[pl.Series]:
        """Find the ascending row numbers in the part, UInt32, from its start to its end."""

    def counts(self) -> Iterator[int]:
        """Count the records of `runs`, or of all of them at once where their number is known."""

    def runs_along(self, order: Order) -> Iterator[pl.Series]:
        """Find the row numbers from the end of the part to its start, or for the oldest first from its start on.

        Each run is ascending; the first ones are short, since few records may be needed.
        """

    def values(self, columns: Sequence[str], *, weighed: bool) -> Iterator[pl.DataFrame]:
        """Read some columns of the records, in any order.

        Args:
            columns: The columns.
            weighed: Whether frames may be weighed, in which a row stands for several records.
        """


class Planner(Protocol):
    """Finds the pieces of parts that match a request."""

    def pieces(self, parts: Sequence[Any], request: Request) -> Iterable[Piece]:
        """Make the pieces of parts, in order; parts without matching records may be left out."""

    def together(self, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """Put frames of pieces with the same columns together; equal rows may become one with a weight."""


def pieces_of(parts: Iterable[Part], request: Request) -> Iterator[Piece]:
    """Make the pieces of parts, in order; consecutive parts with the same planner are planned together."""
    for _, alike in groupby(parts, key=lambda part: id(part.planner)):
        together = list(alike)
        yield from together[0].planner.pieces(together, request)


class _FramePlanner:
    """A planner without statistics: every piece filters all records of its part."""

    def pieces(self, parts: Sequence[Part], request: Request) -> Iterator[Piece]:
        return (FramePiece(part, request) for part in parts)

    def together(self, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        return pl.concat(frames)


LOOKED_THROUGH: Final[Planner] = _FramePlanner()
"""The planner of parts that have no statistics."""


class FramePart:
    """A part whose records are in a frame.

    Args:
        frame: The records.
        is_complete: Whether the fields in messages have been extracted to columns.
    """

    planner: Final = LOOKED_THROUGH
    is_kept: Final = False

    def __init__(self, frame: pl.DataFrame, *, is_complete: bool) -> None:
        self.id: Final = next(part_ids)
        self.rows: Final = frame.height
        self.columns: Final = tuple(frame.columns)
        self.is_complete: Final = is_complete
        self._frame: Final = frame

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame."""
        return self._frame.lazy()

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns of the records with these ascending row numbers."""
        return self._frame.select(columns)[rows]

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Read some columns, `pattern` and `is_cut` of some records, or of all, in order."""
        return patterns_of(self, rows, columns)


class OneRun(ABC):
    """What pieces have in common that find their records at once, without statistics of the part.

    Args:
        part: The part.

    Attributes:
        counted: None, or the records themselves if they are a weighed frame.
    """

    counted: pl.DataFrame | None = None
    step: Final = 1
    is_ordered: Final = False

    def __init__(self, part: Part) -> None:
        self.part: Final = part

    @property
    def cost(self) -> Cost:
        """The cost of reading all records of the part."""
        return Cost(self.part.rows, 1, 0)

    @property
    def newest(self) -> int | None:
        """An upper bound of the timestamps, epoch nanoseconds; None if no record has a time."""
        return self._time_of(pl.col("timestamp").max())

    @property
    def oldest(self) -> int | None:
        """A lower bound of the timestamps, epoch nanoseconds; None if no record has a time."""
        return self._time_of(pl.col("timestamp").min())

    def _time_of(self, wanted: pl.Expr) -> int | None:
        found: int | None = self.part.lazy().select(wanted.cast(pl.Int64)).collect().item()
        return found

    def strips(self) -> list[Self]:
        """All records in one strip."""
        return [self]

    def counted_by(self, _columns: Sequence[str]) -> pl.DataFrame | None:
        """All counts that there are."""
        return self.counted

    @abstractmethod
    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records with some or all of the columns."""

    def values(self, columns: Sequence[str], *, weighed: bool) -> Iterator[pl.DataFrame]:  # noqa: ARG002 -- may be
        """Read some columns of the records, each of which is a row."""
        return self.frames(columns)

    @abstractmethod
    def runs(self) -> Iterator[pl.Series]:
        """Find the ascending row numbers in the part, UInt32, in one run."""

    def counts(self) -> Iterator[int]:
        """Count the records of the single run."""
        return map(len, self.runs())

    def runs_along(self, _order: Order) -> Iterator[pl.Series]:
        """Find the same single run as `runs`."""
        return self.runs()


class FramePiece(OneRun):
    """The records of a part that match a request, found by filtering all of them.

    Args:
        part: The part.
        request: The request.
    """

    is_all: Final = False

    def __init__(self, part: Part, request: Request) -> None:
        super().__init__(part)
        self._request = request

    def runs(self) -> Iterator[pl.Series]:
        """Find the ascending row numbers in the part, UInt32, in one run."""
        wanted = self._request.expression(self.part.columns).alias("wanted")
        # An expression without a column would give one row; the offset makes it as high as the part.
        yield self.part.lazy().select("offset", wanted).collect()["wanted"].arg_true()

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read the records with some or all of the columns."""
        found = self.part.lazy().filter(self._request.expression(self.part.columns))
        if columns is not None:
            # Without a column the records could not be counted.
            found = found.select([name for name in columns if name in self.part.columns] or "offset")
        records = found.collect()
        is_whole = self.part.is_complete or "message" not in records.columns
        yield records if is_whole else with_shown_fields(records, self._request)


def patterns_of(part: Part, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
    """Read some columns of records, and compute `pattern` and `is_cut` by masking their messages."""
    wanted = list(dict.fromkeys([*columns, "message"]))
    frame = part.lazy().select(wanted).collect() if rows is None else part.take(rows, wanted)
    return frame.select(*columns, *pattern_columns(pl.col("message")))


def read_all(places: Sequence[Around]) -> list[pl.DataFrame]:
    """Read records of several parts at the same time."""
    frames = pl.collect_all([place.frame for place in places])
    return [frame if place.chosen is None else frame[place.chosen] for frame, place in zip(frames, places, strict=True)]


def neighbours(part: Part, rows: pl.Series) -> Around:
    """Locate rows of a part, as a slice that includes the rows between them."""
    first, last = (int(rows[0]), int(rows[-1])) if len(rows) else (0, -1)
    is_whole = last - first + 1 == len(rows)
    return Around(part.lazy().slice(first, last - first + 1), None if is_whole else rows - first)
