"""Parts, in which datasets keep their records, and pieces, which a request makes of them."""

from __future__ import annotations

from itertools import count, groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import polars as pl

from logtui.engine.search.message_fields import with_shown_fields
from logtui.model.masks import pattern_columns
from logtui.model.times import ns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from logtui.engine.search.request import Request
    from logtui.formats.coverage import Covered

part_ids: Final = count(1)
"""Numbers of parts."""


class Part(Protocol):
    """Neighbouring records of one schema, wherever they are kept."""

    @property
    def id(self) -> int:
        """A number that no other part has."""

    @property
    def rows(self) -> int:
        """How many records there are."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Their columns."""

    @property
    def is_complete(self) -> bool:
        """Whether the fields in the messages are among the columns."""

    @property
    def is_kept(self) -> bool:
        """Whether the records stay where they are, rather than being forgotten after one look."""

    @property
    def planner(self) -> Planner:
        """What finds out which of them match; parts of one store share it."""

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame; only the columns and rows that are asked for are read."""

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of the records with these ascending row numbers."""

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns, `pattern` and `is_cut` of some records, or of all, in their order."""


class Fence(NamedTuple):
    """A stretch of a part.

    Attributes:
        start: Its first row.
        rows: How many rows it has.
        first: The `order_time` of the first one, epoch nanoseconds.
        last: That of the last one.
    """

    start: int
    rows: int
    first: int
    last: int


class Extent(NamedTuple):
    """Where the records of one source lie in a part: the smallest and the largest offset."""

    low: int
    high: int


class Around(NamedTuple):
    """Some records of a part, not read yet.

    Attributes:
        frame: Neighbouring records with those that are wanted among them.
        chosen: Their places in the frame, None if it holds no others.
    """

    frame: pl.LazyFrame
    chosen: pl.Series | None


class PlacedPart(Part, Protocol):
    """A part whose records a view can place: in their order, and in their sources."""

    @property
    def extents(self) -> Mapping[str | None, Extent]:
        """Where the records lie in their sources."""

    @property
    def formats(self) -> Mapping[str, int]:
        """Records by format."""

    @property
    def coverage(self) -> Mapping[str | None, Mapping[str, Covered]]:
        """What each format has read of each source."""

    @property
    def fences(self) -> tuple[Fence, ...]:
        """Stretches of them, in order."""

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """All records, with some or all of their columns."""

    def slice(self, start: int, length: int) -> pl.DataFrame:
        """The records `start` to `start + length`, cut at the end of the part."""

    def around(self, rows: pl.Series) -> Around:
        """Where the records with these ascending row numbers are."""


class Cost(NamedTuple):
    """What has to be read of a part.

    Attributes:
        rows: Records that are looked at.
        groups: Row groups in which they are.
        bytes: Bytes of the columns that are read of them, before compression; 0 for records in memory.
    """

    rows: int
    groups: int
    bytes: int


class Piece(Protocol):
    """The records of one part that a request wants."""

    @property
    def part(self) -> Part:
        """The part."""

    @property
    def counted(self) -> pl.DataFrame | None:
        """The records counted without being read, as a weighed frame; None if rows have to be looked at to know."""

    @property
    def step(self) -> int:
        """Nanoseconds of the intervals of UTC by which `counted` counts."""

    @property
    def is_all(self) -> bool:
        """Whether it is known that every record of the part is wanted."""

    @property
    def cost(self) -> Cost:
        """What has to be read of the part to find them."""

    @property
    def newest(self) -> int | None:
        """No record is newer than this `timestamp`, epoch nanoseconds; None if none has a time."""

    @property
    def is_ordered(self) -> bool:
        """Whether runs that `backwards` gives later hold nothing newer, and every record has a time."""

    def runs(self) -> Iterator[pl.Series]:
        """Ascending row numbers in the part, UInt32, from its start to its end."""

    def backwards(self) -> Iterator[pl.Series]:
        """The same, from the end to the start; each run is ascending."""

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The records with some of the part's columns, or all; the others are not read."""


class Planner(Protocol):
    """Finds out what a request wants of parts."""

    def pieces(self, parts: Sequence[Any], request: Request) -> Iterable[Piece]:
        """The pieces of parts, in their order; parts of which nothing is wanted may be left out."""


def pieces_of(parts: Iterable[Part], request: Request) -> Iterator[Piece]:
    """What a request wants of parts, in their order; neighbours that share a planner are planned together."""
    for _, alike in groupby(parts, key=lambda part: id(part.planner)):
        together = list(alike)
        yield from together[0].planner.pieces(together, request)


class _FramePlanner:
    """Plans nothing: every record is looked at when the piece is asked for records."""

    def pieces(self, parts: Sequence[Part], request: Request) -> Iterator[Piece]:
        return (FramePiece(part, request) for part in parts)


LOOKED_THROUGH: Final[Planner] = _FramePlanner()
"""The planner of parts about which nothing is known but their records."""


class FramePart:
    """Records in a frame.

    Args:
        frame: The records.
        is_complete: Whether the fields in their messages are among the columns.
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
        """Some columns of the records with these ascending row numbers."""
        return self._frame.select(columns)[rows]

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns, `pattern` and `is_cut` of some records, or of all, in their order."""
        return patterns_of(self, rows, columns)


class FramePiece:
    """The records of a part that a request wants, found by looking at all of them.

    Args:
        part: The part.
        request: The request.
    """

    counted: Final = None
    step: Final = 1
    is_all: Final = False
    is_ordered: Final = False

    def __init__(self, part: Part, request: Request) -> None:
        self.part: Final = part
        self._request = request

    @property
    def cost(self) -> Cost:
        """All records of the part."""
        return Cost(self.part.rows, 1, 0)

    @property
    def newest(self) -> int | None:
        """No record is newer than this `timestamp`, epoch nanoseconds; None if none has a time."""
        latest = self.part.lazy().select(pl.col("timestamp").max()).collect().item()
        return None if latest is None else ns_of(latest)

    def runs(self) -> Iterator[pl.Series]:
        """Ascending row numbers in the part, UInt32."""
        wanted = self._request.expression(self.part.columns).alias("wanted")
        # An expression without a column would give one row; the offset makes it as high as the part.
        yield self.part.lazy().select("offset", wanted).collect()["wanted"].arg_true()

    def backwards(self) -> Iterator[pl.Series]:
        """The same."""
        return self.runs()

    def frames(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """The records with some of the part's columns, or all."""
        found = self.part.lazy().filter(self._request.expression(self.part.columns))
        if columns is not None:
            found = found.select(name for name in columns if name in self.part.columns)
        records = found.collect()
        yield records if self.part.is_complete else with_shown_fields(records, self._request)


def patterns_of(part: Part, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns, `pattern` and `is_cut` of records whose messages have to be masked."""
    wanted = list(dict.fromkeys([*columns, "message"]))
    frame = part.lazy().select(wanted).collect() if rows is None else part.take(rows, wanted)
    return frame.select(*columns, *pattern_columns(pl.col("message")))


def read_all(places: Sequence[Around]) -> list[pl.DataFrame]:
    """Read records of several parts at once."""
    frames = pl.collect_all([place.frame for place in places])
    return [frame if place.chosen is None else frame[place.chosen] for frame, place in zip(frames, places, strict=True)]


def neighbours(part: Part, rows: pl.Series) -> Around:
    """Rows of a part, cut out together with those between them."""
    first, last = (int(rows[0]), int(rows[-1])) if len(rows) else (0, -1)
    is_whole = last - first + 1 == len(rows)
    return Around(part.lazy().slice(first, last - first + 1), None if is_whole else rows - first)
