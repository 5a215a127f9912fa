"""Executes requests over pieces, which are the matches of one part each, and yields records, tables and counts.

Pieces that a rollup has counted are not read if only counts are wanted. For the newest or the oldest records, only
as many pieces are read as hold enough of them.
"""

from __future__ import annotations

from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import by_time
from logtui.engine.search.part import Piece, Strip
from logtui.model.keys import KEY_COLUMNS
from logtui.model.record import NO_RECORDS
from logtui.query import WEIGHT, count_keys, weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.engine.search.request import Request

_BEFORE_ALL: Final = -(2**63)
_AFTER_ALL: Final = 2**63 - 1
_ORDERING: Final = ("timestamp", *KEY_COLUMNS)
_MOST_ROWS_TOGETHER: Final = 65_536
_MOST_SECONDS: Final = 0.1
"""So long small frames wait for others: those that wait when a deadline ends an answer are lost for it."""

_NO_ROWS: Final = pl.Series(dtype=pl.UInt32)


class Answer:
    """The answer to a request: an iterator of frames, with the pipes and the limit applied.

    Args:
        request: The request.
        frames: Frames of records that match, or weighed frames, whose rows stand for several records.

    Attributes:
        matched: How many records have matched so far.
        is_partial: Whether the answer was ended early by the deadline or by cancelling.
    """

    def __init__(self, request: Request, frames: Iterable[pl.DataFrame]) -> None:
        self.matched = 0
        self.is_partial = False
        self._request = request
        self._wanted = frames
        self._frames = self._limited()

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return self

    def __next__(self) -> pl.DataFrame:
        return next(self._frames)

    def _limited(self) -> Iterator[pl.DataFrame]:
        left = self._request.limit
        for frame in piped(self._request, self._counted()):
            wanted = frame if left is None else frame.head(left)
            yield wanted
            if left is not None:
                left -= len(wanted)
                if left <= 0:
                    return

    def _counted(self) -> Iterator[pl.DataFrame]:
        for frame in self._wanted:
            if self._request.has_ended():
                self.is_partial = True
                return
            if len(frame):
                self.matched += int(frame.select(weight_of(frame).sum()).item())
                yield frame
        self.is_partial = self._request.has_ended()  # pieces end early then


def piped(request: Request, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Send records through the pipes of a request.

    Args:
        request: The request.
        frames: The records that match; only as many frames are taken as the pipes want.

    Yields:
        The output of the last pipe; the records themselves if there are no pipes.
    """
    pipeline = request.condition.pipeline(most=request.limit, memory=request.memory)
    if pipeline is None:
        yield from frames
        return
    if pipeline.wants_more():
        for records in frames:
            result = pipeline.push(records)
            if result is not None and len(result):
                yield result
            if not pipeline.wants_more():
                break
    yield from pipeline.finish()


def frames_of(request: Request, pieces: Iterable[Piece], also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
    """Read the records of pieces, in the request's order; weighed frames if the pipes only count them.

    Args:
        request: The request.
        pieces: The matches of each part.
        also: Columns to read besides those that the answer needs.
    """
    if request.order in (Order.AS_READ, Order.ANY):
        return _as_read(request, pieces, also)
    return _by_time(request, pieces)


def number_of(request: Request, pieces: Iterable[Piece]) -> tuple[int, bool]:
    """Count the records of pieces; also returns whether all were counted before the request's deadline."""
    total = 0
    for piece in pieces:
        if request.has_ended():
            return total, False
        if piece.counted is not None:
            total += weight(piece.counted)
            continue
        for count in piece.counts():
            total += count
            if request.has_ended():
                return total, False
    return total, True


def weight(counted: pl.DataFrame) -> int:
    """How many records a weighed frame stands for."""
    return int(counted[WEIGHT].sum())


def _as_read(request: Request, pieces: Iterable[Piece], also: Sequence[str]) -> Iterator[pl.DataFrame]:
    keys = count_keys(request.condition.pipes)
    if keys is None:
        return chain.from_iterable(_read(request, piece, also) for piece in pieces)
    is_timed = keys.width is not None
    return _together(chain.from_iterable(_counts_of(request, piece, also, is_timed=is_timed) for piece in pieces))


def _together(counts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Put small consecutive frames together: one by one, sending them through the pipes takes 0.8 ms for each."""
    waiting, rows, since = list[pl.DataFrame](), 0, monotonic()
    for frame in counts:
        is_full = rows + len(frame) > _MOST_ROWS_TOGETHER or monotonic() - since > _MOST_SECONDS
        if waiting and (is_full or frame.columns != waiting[0].columns):
            yield pl.concat(waiting, how="vertical_relaxed")
            waiting, rows, since = [], 0, monotonic()
        waiting.append(frame)
        rows += len(frame)
    if waiting:
        yield pl.concat(waiting, how="vertical_relaxed")


def _read(request: Request, piece: Piece, also: Sequence[str]) -> Iterator[pl.DataFrame]:
    wanted = wanted_columns(request, piece.part.columns)
    return piece.frames(wanted if wanted is None else list(dict.fromkeys([*wanted, *also])))


def _counts_of(request: Request, piece: Piece, also: Sequence[str], *, is_timed: bool) -> Iterator[pl.DataFrame]:
    """Weighed frames of what the pipes count by, where there are any; no record is read if that is nothing."""
    if piece.counted is not None:
        yield piece.counted
    elif is_timed or also:
        yield from _read(request, piece, also)
    elif columns := request.condition.reads_of_pipes(piece.part.columns):
        yield from piece.values(columns, weighed=True)
    else:
        yield pl.DataFrame({WEIGHT: [sum(piece.counts())]})


def wanted_columns(request: Request, columns: Sequence[str]) -> list[str] | None:
    """The columns of some records that the answer needs, None for all."""
    condition = request.condition
    if condition.makes_table:
        return list(dict.fromkeys([*condition.reads_of_pipes(columns), "timestamp"]))
    if request.columns is None or condition.pipes:
        return None
    return [name for name in columns if name in request.columns or name in _ORDERING]


def _by_time(request: Request, pieces: Iterable[Piece]) -> Iterator[pl.DataFrame]:
    """Yield records from one end of time on; pieces further away are not read once there are enough."""
    order, wants = request.order, request.limit if not request.condition.pipes else None
    waiting, left = _passing(request, pieces, wants)
    if wants is None:
        yield from _merged(waiting, [strip for piece in left for strip in piece.strips()], request)
        return
    left.sort(key=lambda piece: _edge(piece, order), reverse=order is Order.NEWEST_FIRST)
    for some in _in_growing_groups(left):
        ready = waiting.filter(_is_before(some[0], order))
        yield ready
        waiting, wants = waiting[len(ready) :], wants - len(ready)
        if wants <= 0:
            return
        found = [frame for piece in some for frame in _nearest(piece, request, wants)]
        if found:
            waiting = _first(pl.concat([waiting, *found], how="diagonal_relaxed"), order, wants)
    yield waiting


def _in_growing_groups(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """One piece, then two, four and so on: putting many pieces of few records together one by one costs too much."""
    start, size = 0, 1
    while start < len(pieces):
        yield pieces[start : start + size]
        start, size = start + size, 2 * size


def _merged(waiting: pl.DataFrame, strips: list[Strip], request: Request) -> Iterator[pl.DataFrame]:
    """Yield all records from one end of time on; in memory are only those of strips that overlap."""
    order = request.order
    strips.sort(key=lambda strip: _edge(strip, order), reverse=order is Order.NEWEST_FIRST)
    for strip in strips:
        ready = waiting.filter(_is_before(strip, order))
        yield ready
        found = pl.concat([waiting[len(ready) :], *_all_of(strip, request)], how="diagonal_relaxed")
        waiting = by_time(found, order)
    yield waiting


def _passing(request: Request, pieces: Iterable[Piece], wants: int | None) -> tuple[pl.DataFrame, list[Piece]]:
    """The first records of pieces that can be read only once, as those of a stream, and the list of other pieces."""
    first, kept = NO_RECORDS, list[Piece]()
    for piece in pieces:
        if not piece.part.is_kept:
            found = _all_of(piece, request) if wants is None else _nearest(piece, request, wants)
            first = _first(pl.concat([first, *found], how="diagonal_relaxed"), request.order, wants)
        elif not _is_on_earlier_pages(piece, request):
            kept.append(piece)
    return first, kept


def _first(records: pl.DataFrame, order: Order, wants: int | None) -> pl.DataFrame:
    ordered = by_time(records, order)
    return ordered if wants is None else ordered.head(wants)


def _edge(piece: Strip, order: Order) -> int:
    """The time, epoch nanoseconds, before which a piece has no record in an order."""
    if order is Order.NEWEST_FIRST:
        return _BEFORE_ALL if piece.newest is None else piece.newest
    return _AFTER_ALL if piece.oldest is None else piece.oldest


def _is_before(piece: Strip, order: Order) -> pl.Expr:
    """Expression that is true for records before all those of a piece; others may have some of its records between."""
    time, edge = pl.col("timestamp").cast(pl.Int64), _edge(piece, order)
    return (time > edge if order is Order.NEWEST_FIRST else time < edge).fill_null(value=False)


def _is_on_earlier_pages(piece: Piece, request: Request) -> bool:
    """Whether it is known without reading a piece that the request's cursor has passed all its records."""
    reached = None if request.after is None else request.after.time
    is_dated = piece.is_ordered or request.is_ranged
    if reached is None or not is_dated or piece.oldest is None or piece.newest is None:
        return False
    return piece.oldest > reached if request.order is Order.NEWEST_FIRST else piece.newest < reached


def _all_of(strip: Strip, request: Request) -> Iterator[pl.DataFrame]:
    return strip.frames(wanted_columns(request, strip.part.columns))


def _nearest(piece: Piece, request: Request, wants: int) -> list[pl.DataFrame]:
    """Read records of a piece that include its first `wants`: from as many runs of matching rows as hold enough."""
    rows = _NO_ROWS
    for run in piece.runs_along(request.order):
        rows = pl.concat([rows, run])
        if request.has_ended() or (len(rows) >= wants and piece.is_ordered):
            break
    rows = _first_rows(piece, rows.sort(), request.order, wants)
    return [_shown(piece, request, rows)] if len(rows) else []


def _first_rows(piece: Piece, rows: pl.Series, order: Order, wants: int) -> pl.Series:
    """Choose the rows of the first records by their keys, so that all other columns are read for few rows only."""
    if len(rows) <= wants:
        return rows
    rows = _with_first_times(rows, piece.part.take(rows, ["timestamp"])["timestamp"], order, wants)
    keys = piece.part.take(rows, _ORDERING).with_columns(rows.alias("\0row"))
    return by_time(keys, order).head(wants)["\0row"].sort()


def _with_first_times(rows: pl.Series, times: pl.Series, order: Order, wants: int) -> pl.Series:
    """Leave out rows whose times lie behind those of the first `wants`; those of the same time stay."""
    known = times.drop_nulls()
    if len(known) < wants:
        return rows
    if order is Order.NEWEST_FIRST:
        return rows.filter(times >= known.top_k(wants).min())
    return rows.filter(times <= known.bottom_k(wants).max())


def _shown(piece: Piece, request: Request, rows: pl.Series) -> pl.DataFrame:
    columns: Sequence[str] | None = wanted_columns(request, piece.part.columns)
    return piece.part.take(rows, piece.part.columns if columns is None else columns)
