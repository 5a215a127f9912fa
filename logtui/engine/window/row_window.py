"""The row window: the rows of a snapshot that match a filter, for a view; it keeps no Python object per row."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.part import read_all
from logtui.engine.search.request import Request
from logtui.engine.summaries.facets import MOST_ROWS, Facets, facets_of
from logtui.engine.summaries.histogram import Histogram, histogram_of
from logtui.engine.window.blocks import Block
from logtui.engine.window.counts import counts_of
from logtui.engine.window.matches import Matches, all_of, hits, matches_of
from logtui.engine.window.order import Order, order_of
from logtui.model.keys import KEY_COLUMNS, FileKey, key_of
from logtui.model.record import NO_RECORDS
from logtui.query import not_before, with_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from logtui.engine.live.snapshot import Snapshot
    from logtui.engine.search.part import PlacedPart
    from logtui.model.keys import RecordKey


_PLACE: Final = "\0place"
_PAGE_ROWS: Final = 65_536
_STRETCHES: Final = 20
"""Stretches, spread over all rows, that facets of very many rows are counted in."""

_ROWS: Final = {"part": pl.Int32(), "row": pl.UInt32()}


class RowWindow:
    """The matching rows of a snapshot, immutable.

    Args:
        snapshot: The records.
        parts: The matches of each part that has been evaluated, by the part's number in the snapshot.
        order: The order of the snapshot's rows.
        generation: The number of the filter request that this window answers.
        error: Why the filter could not be evaluated; None if it could.
        core: The window of the matches alone, if this one also shows the records near them.
        request: What overviews are asked, for runs of which not all records are there; None asks none.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        parts: Mapping[int, Matches],
        order: Order | None = None,
        *,
        generation: int = 0,
        error: str | None = None,
        core: RowWindow | None = None,
        request: Request | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.parts = parts
        self.generation = generation
        self.error = error
        self.core: Final = core or self
        self.exact = len(parts) == len(snapshot.parts)
        self.counts: Final = counts_of(snapshot, parts, request)
        self._order = order or order_of(snapshot.runs)
        known = takewhile(lambda slices: all(piece.part in parts for piece in slices), self._order.blocks)
        self._blocks = [Block(slices, parts) for slices in known]
        self._starts = tuple(accumulate((block.count for block in self._blocks), initial=0))

    @classmethod
    def of_all(cls, snapshot: Snapshot) -> RowWindow:
        """Make the window of all records."""
        parts = {number: all_of(part) for number, part in enumerate(snapshot.parts)}
        return cls(snapshot, parts, request=Request.everything())

    @classmethod
    def of(cls, snapshot: Snapshot, request: Request) -> RowWindow:
        """Make the window of the records that match a request."""
        return cls(snapshot, dict(enumerate(matches_of(snapshot.parts, request))), request=request)

    def widened(self, parts: Mapping[int, Matches]) -> RowWindow:
        """Make a window that shows more records of the same parts, with this one as its `core`."""
        return RowWindow(self.snapshot, parts, self._order, generation=self.generation, error=self.error, core=self)

    @property
    def count(self) -> int:
        """Number of rows, those near matches included; a lower bound unless `exact`."""
        return self._starts[-1]

    @cached_property
    def evaluated(self) -> float:
        """Share of the records, as far as they are known, that have been evaluated."""
        seen = sum(matches.part.rows for matches in self.parts.values())
        return seen / self.snapshot.counted if self.snapshot.counted else 1.0

    @property
    def is_complete(self) -> bool:
        """Whether all that was there when the inputs were opened has been read and evaluated."""
        has_begun = bool(self.snapshot.rows) or self.snapshot.done or self.snapshot.caught_up
        return self.exact and has_begun and self.snapshot.state != "reading"

    def page(self, start: int, length: int) -> pl.DataFrame:
        """Read rows as a frame.

        Args:
            start: The first row.
            length: How many rows; fewer are returned at the end.

        Returns:
            Their records; columns that only some of them have are null in the others.
        """
        rows = self._rows(start, length)
        return self._fetched(pl.concat(rows)) if rows else NO_RECORDS

    def are_matches(self, start: int, length: int) -> list[bool] | None:
        """Which rows of a page match by themselves, and are not just near a match; None if all rows match."""
        if self.core is self:
            return None
        rows = pl.concat([pl.DataFrame(schema=_ROWS), *self._rows(start, length)])
        return [self.core.parts[part].holds(row) for part, row in rows.iter_rows()]

    def _rows(self, start: int, length: int) -> list[pl.DataFrame]:
        """The part and the row in it of each row of a page, a frame per block."""
        rows = []
        index = self._block_at(start)
        while index < len(self._blocks) and self._starts[index] < start + length:
            skip = max(0, start - self._starts[index])
            wanted = start + length - max(start, self._starts[index])
            rows.append(self._blocks[index].rows(skip, wanted))
            index += 1
        return rows

    def key_of(self, row: int) -> RecordKey | None:
        """The key of a row's record, None if there is no such row."""
        frame = self.page(row, 1) if row >= 0 else NO_RECORDS
        return key_of(*frame.select(KEY_COLUMNS).row(0)) if frame.height else None

    def row_of(self, key: RecordKey) -> int | None:
        """The row of a record, None if it does not match or has not been evaluated."""
        found = self._position(key)
        return found[0] if found and found[1] else None

    def nearest(self, key: RecordKey) -> int | None:
        """The row of a record, or of the next match behind it if it does not match; None if not evaluated yet."""
        found = self._position(key)
        return None if found is None else max(0, min(found[0], self.count - 1))

    def place_of(self, key: RecordKey) -> tuple[int, int] | None:
        """Find the part of a record and its row in that part, whether it matches or not; None if unknown."""
        wanted = Request.asking(with_key(key))
        for number, matches in self.parts.items():
            if not _may_hold(matches.part, key):
                continue
            found = hits(matches.part, wanted)
            if len(found):
                return number, int(found[0])
        return None

    def find(
        self,
        row: int,
        request: Request,
        *,
        forward: bool = True,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int | None:
        """Find the next row of the window that also matches another request.

        Args:
            row: Where to start; this row itself is not considered.
            request: The other request.
            forward: Search towards the end, else towards the start.
            cancelled: Called between blocks; true ends the search.

        Returns:
            The row, None if there is none.
        """
        known: dict[int, pl.Series] = {}
        for index in self._blocks_from(row, forward=forward):
            if cancelled():
                return None
            block = self._blocks[index]
            for piece in block.slices:
                if piece.part not in known:
                    known[piece.part] = hits(self.parts[piece.part].part, request)
            at = block.positions({piece.part: known[piece.part] for piece in block.slices}) + self._starts[index]
            beyond = at.filter(at > row) if forward else at.filter(at < row)
            if len(beyond):
                return int(beyond[0] if forward else beyond[-1])
        return None

    def row_at(self, moment: datetime) -> int | None:
        """The first row that is not older than a moment."""
        return self.find(-1, Request.asking(not_before(moment)))

    def histogram(self, buckets: int, *, whole: bool = False) -> Histogram:
        """Count the matching rows by time and level.

        Args:
            buckets: How many buckets at most.
            whole: Whether to show all times; if not, the few that are far from most are left out.

        Returns:
            The counts by bucket and level.
        """
        counted = self.core.counts.counted
        histogram = histogram_of([each.tally for each in counted], buckets, whole=whole)
        if all(each.fits(histogram.step) for each in counted):
            return histogram
        return histogram_of([matches.fine_tally for matches in self.core.parts.values()], buckets, whole=whole)

    def facets(self, cancelled: Callable[[], bool] = lambda: False) -> Facets:
        """Count the fields of the rows and their commonest values; of very many rows, only of a spread sample.

        Args:
            cancelled: Called between stretches of rows; true ends the work early.
        """
        stretches = (self.page(start, length) for start, length in self._stretches())
        return facets_of([frame for frame in stretches if not cancelled()], self.count)

    def _stretches(self) -> list[tuple[int, int]]:
        """First row and length of each stretch that facets are counted in."""
        if self.count <= MOST_ROWS:
            return [(start, _PAGE_ROWS) for start in range(0, self.count, _PAGE_ROWS)]
        length = MOST_ROWS // _STRETCHES
        return [(index * (self.count - length) // (_STRETCHES - 1), length) for index in range(_STRETCHES)]

    def frames(self, rows: int = _PAGE_ROWS) -> Iterator[pl.DataFrame]:
        """Read all rows, in frames of at most `rows` rows."""
        for start in range(0, self.count, rows):
            yield self.page(start, rows)

    def _fetched(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Read the records at some rows of parts, reading each part once."""
        placed = rows.with_row_index(_PLACE)
        by_part = placed.sort("part", "row").partition_by("part", as_dict=True)
        frames = read_all([self.parts[part].part.around(chosen["row"]) for (part,), chosen in by_part.items()])
        if not frames:
            return NO_RECORDS
        if len(frames) == 1:
            return frames[0]
        joined = [frame.with_columns(chosen[_PLACE]) for frame, chosen in zip(frames, by_part.values(), strict=True)]
        return pl.concat(joined, how="diagonal_relaxed").sort(_PLACE).drop(_PLACE)

    def _block_at(self, row: int) -> int:
        return max(0, bisect_right(self._starts, row) - 1)

    def _blocks_from(self, row: int, *, forward: bool) -> Iterator[int]:
        last = len(self._blocks) - 1
        if forward:
            return iter(range(self._block_at(max(row, 0)), last + 1))
        return iter(range(min(self._block_at(row), last), -1, -1))

    def _position(self, key: RecordKey) -> tuple[int, bool] | None:
        """The row of a record, or of the next match behind it, and whether it is the record itself."""
        place = self.place_of(key)
        if place is None:
            return None
        part, at = place
        for start, block in zip(self._starts, self._blocks, strict=False):
            if any(piece.part == part and piece.start <= at < piece.stop for piece in block.slices):
                position, is_there = block.position(part, at)
                return start + position, is_there
        return None


def _may_hold(part: PlacedPart, key: RecordKey) -> bool:
    """Whether a record can be in a part, judged by the offsets of the part's records in that source."""
    if not isinstance(key, FileKey):
        return True
    extent = part.extents.get(key.source)
    return extent is not None and extent.low <= key.offset <= extent.high
