"""Executes requests over pieces, which are the matches of one part each, and yields records, tables and counts.

Pieces that a rollup has counted are not read if only counts are wanted. For the newest records, only as many pieces are
read as hold enough of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.cursor import newest_first
from logtui.engine.search.part import Piece
from logtui.engine.search.request import Order
from logtui.model.keys import KEY_COLUMNS
from logtui.model.record import NO_RECORDS
from logtui.query import WEIGHT, count_keys, weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.engine.search.request import Request

_NO_TIME: Final = -(2**63)
_ORDERING: Final = ("timestamp", *KEY_COLUMNS)
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


def piped(request: Request, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Send records through the pipes of a request.

    Args:
        request: The request.
        frames: The records that match; only as many frames are taken as the pipes want.

    Yields:
        The output of the last pipe; the records themselves if there are no pipes.
    """
    pipeline = request.condition.pipeline()
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
    if request.order is Order.NEWEST_FIRST:
        return _newest(request, pieces)
    return _as_read(request, pieces, also)


def number_of(request: Request, pieces: Iterable[Piece]) -> tuple[int, bool]:
    """Count the records of pieces; also returns whether all were counted before the request's deadline."""
    total = 0
    for piece in pieces:
        if request.has_ended():
            return total, False
        total += weight(piece.counted) if piece.counted is not None else sum(map(len, piece.runs()))
    return total, True


def weight(counted: pl.DataFrame) -> int:
    """How many records a weighed frame stands for."""
    return int(counted[WEIGHT].sum())


def _as_read(request: Request, pieces: Iterable[Piece], also: Sequence[str]) -> Iterator[pl.DataFrame]:
    is_counting = count_keys(request.condition.pipes) is not None
    for piece in pieces:
        if piece.counted is not None and is_counting:
            yield piece.counted
        else:
            wanted = wanted_columns(request, piece)
            yield from piece.frames(wanted if wanted is None else list(dict.fromkeys([*wanted, *also])))


def wanted_columns(request: Request, piece: Piece) -> list[str] | None:
    """The columns of a piece that the answer needs, None for all."""
    condition = request.condition
    if condition.makes_table:
        return list(dict.fromkeys([*condition.reads(piece.part.columns).columns, "timestamp"]))
    if request.columns is None or condition.pipes:
        return None
    return [name for name in piece.part.columns if name in request.columns or name in _ORDERING]


def _newest(request: Request, pieces: Iterable[Piece]) -> Iterator[pl.DataFrame]:
    """Yield records from the newest to the oldest; older pieces are not read once there are enough."""
    wants = request.limit if not request.condition.pipes else None
    waiting, left = _passing(request, pieces, wants)
    left.sort(key=_latest, reverse=True)
    following: list[Piece | None] = [*left, None]
    for piece in following:
        # Records that are not newer than this piece's newest have to wait: the piece may hold records between them.
        border = pl.col("timestamp").cast(pl.Int64) > (_NO_TIME if piece is None else _latest(piece))
        ready = waiting if piece is None else waiting.filter(border.fill_null(value=False))
        yield ready
        waiting = waiting[len(ready) :]
        wants = None if wants is None else wants - len(ready)
        if piece is None or (wants is not None and wants <= 0):
            return
        found = pl.concat([waiting, *_last(piece, request, wants)], how="diagonal_relaxed")
        waiting = _best(found, wants)


def _passing(request: Request, pieces: Iterable[Piece], wants: int | None) -> tuple[pl.DataFrame, list[Piece]]:
    """The newest records of pieces that can be read only once, as those of a stream, and the list of other pieces."""
    best, kept = NO_RECORDS, list[Piece]()
    for piece in pieces:
        if piece.part.is_kept:
            kept.append(piece)
        else:
            best = _best(pl.concat([best, *_last(piece, request, wants)], how="diagonal_relaxed"), wants)
    return best, kept


def _best(records: pl.DataFrame, wants: int | None) -> pl.DataFrame:
    ordered = newest_first(records)
    return ordered if wants is None else ordered.head(wants)


def _latest(piece: Piece) -> int:
    return _NO_TIME if piece.newest is None else piece.newest


def _last(piece: Piece, request: Request, wants: int | None) -> list[pl.DataFrame]:
    """Read records of a piece that include its newest `wants`: from the last runs of matching rows that hold enough."""
    if wants is None:
        return list(piece.frames(wanted_columns(request, piece)))
    rows = _NO_ROWS
    for run in piece.backwards():
        rows = pl.concat([run, rows])
        if len(rows) >= wants and piece.is_ordered:
            break
    rows = _newest_rows(piece, rows, wants)
    return [_shown(piece, request, rows)] if len(rows) else []


def _newest_rows(piece: Piece, rows: pl.Series, wants: int) -> pl.Series:
    """Choose the rows of the newest records by their keys, so that all other columns are read for few rows only."""
    if len(rows) <= wants:
        return rows
    keys = piece.part.take(rows, _ORDERING).with_columns(rows.alias("\0row"))
    return newest_first(keys).head(wants)["\0row"].sort()


def _shown(piece: Piece, request: Request, rows: pl.Series) -> pl.DataFrame:
    columns: Sequence[str] | None = wanted_columns(request, piece)
    return piece.part.take(rows, piece.part.columns if columns is None else columns)
