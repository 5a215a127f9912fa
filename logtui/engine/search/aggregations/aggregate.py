"""Computes many aggregations in one pass over the records that match."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.engine.search.aggregations.computation import Computation
from logtui.engine.search.aggregations.results import Aggregated
from logtui.engine.search.aggregations.specs import inner_of
from logtui.engine.search.answer_order import Order
from logtui.query import All, PipeScope, Query, reads_of
from logtui.query.syntax.pipes.aggregate import Aggregate
from logtui.query.syntax.pipes.keys import Bucket
from logtui.query.syntax.pipes.stats import Stats as StatsPipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from logtui.engine.search.aggregations.fold import Fold
    from logtui.engine.search.aggregations.specs import Spec
    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece, Planner
    from logtui.engine.search.request import Request

MOST_VALUES: Final = 5_000_000
"""Groups and different values in them that all aggregations of a request keep together, about 50 bytes each. Beyond
that numbers are rounded for percentiles, cardinalities are estimated, and terms leave out rare values."""

_SETTLED_ROWS: Final = 65_536
"""Parts with so many records are merged no more, or not soon."""

_TOGETHER_ROWS: Final = 262_144
"""Adding a frame to a fold costs 4 ms however short it is, and a store has hundreds of segments. Only frames with the
same columns are put together, since the columns that there are decide what a name means."""


def aggregate(dataset: Dataset, request: Request, specs: Mapping[str, Spec]) -> Aggregated:
    """Compute aggregations of all records that match; rollups answer the parts of the data that they decide.

    Args:
        dataset: The records.
        request: The request; its pipes, limit and cursor are left out of account.
        specs: The aggregations by name.

    Returns:
        The results by the same names; partial if the request's deadline has passed or it was cancelled.

    Raises:
        QueryError: If statistics of times or levels are asked for, or fields differ only in case.
        LogtuiError: If a histogram has more than 10,000 intervals; it names an interval that fits.
    """
    if not specs:
        return Aggregated({}, is_partial=False)
    nested = [inner for spec in specs.values() for inner in inner_of(spec).values()]
    scope = PipeScope(request.zone, most_values=MOST_VALUES // max(1, len(specs) + len(nested)))
    computations = {name: Computation(spec, scope, request) for name, spec in specs.items()}
    is_whole = _read(dataset, request, [fold for each in computations.values() for fold in each.folds()])
    return Aggregated({name: each.result() for name, each in computations.items()}, is_partial=not is_whole)


def _read(dataset: Dataset, request: Request, folds: Sequence[Fold]) -> bool:
    """Send all matches through folds; returns whether they could be read to the end."""
    asked = _asked(request, folds)
    for frame, takers in _shares(dataset.pieces(asked), folds, asked):
        for fold in takers:
            fold.push(frame)
    return not asked.has_ended()


def _asked(request: Request, folds: Sequence[Fold]) -> Request:
    """The request for all that the folds need, in any order."""
    query = replace(request.query, pipes=(_pipe_of(folds),))
    return replace(request, query=query, order=Order.NEWEST_FIRST, limit=None, after=None, columns=None)


def _pipe_of(folds: Sequence[Fold]) -> StatsPipe:
    """A pipe that reads what all folds read."""
    names = dict.fromkeys(name for fold in folds for name, _ in fold.pipe.names)
    buckets = [key for fold in folds for key in fold.pipe.by if isinstance(key, Bucket)]
    return StatsPipe(tuple(Aggregate("count_distinct", name) for name in names), tuple(buckets[:1]))


def _shares(
    pieces: Iterable[Piece], folds: Sequence[Fold], request: Request
) -> Iterator[tuple[pl.DataFrame, Sequence[Fold]]]:
    """Read pieces until the request has ended.

    Yields:
        A frame of records, or a weighed frame, and the folds that it is for.
    """
    waiting, rows = defaultdict[_Alike, list[pl.DataFrame]](list), defaultdict[_Alike, int](int)
    columns_of = cache(_columns)
    for piece in pieces:
        if request.has_ended():
            break
        is_settled = piece.part.rows >= _SETTLED_ROWS
        for frame, takers in _shares_of(piece, folds, request, columns_of):
            alike = _Alike(takers, tuple(frame.columns), piece.part.planner, is_settled)
            waiting[alike].append(frame)
            rows[alike] += len(frame)
            if rows[alike] >= _TOGETHER_ROWS:
                yield alike.together(waiting.pop(alike)), takers
                rows[alike] = 0
    for alike, frames in waiting.items():
        yield alike.together(frames), alike.takers


class _Alike(NamedTuple):
    """What frames have in common that can be put together.

    Attributes:
        takers: The folds that they are for.
        columns: Their columns.
        planner: The planner of their parts.
        is_settled: Whether their parts are so large that they rarely change, so that a sum of them can be used again.
    """

    takers: tuple[Fold, ...]
    columns: tuple[str, ...]
    planner: Planner
    is_settled: bool

    def together(self, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """One frame of all."""
        if self.is_settled and not any(fold.sums for fold in self.takers):
            return self.planner.together(frames)
        return pl.concat(frames)


def _shares_of(
    piece: Piece,
    folds: Sequence[Fold],
    request: Request,
    columns_of: Callable[[tuple[Fold, ...], tuple[str, ...]], list[str]],
) -> Iterator[tuple[pl.DataFrame, tuple[Fold, ...]]]:
    """Read one piece for the folds that its counts answer, and for the others."""
    known = tuple(piece.part.columns)
    counting = tuple(fold for fold in folds if fold.counts(piece, request.zone))
    counted = piece.counted_by(columns_of(counting, known)) if counting else None
    if counted is not None:
        yield counted, counting
    reading = tuple(fold for fold in folds if fold not in counting)
    if reading:
        # Numbers with weights are multiplied, and their sums rounded in another way than one by one.
        is_counting = not any(fold.sums for fold in reading)
        for frame in piece.values(columns_of(reading, known), weighed=is_counting):
            yield frame, reading


def _columns(folds: tuple[Fold, ...], known: tuple[str, ...]) -> list[str]:
    """The columns that folds read of those that there are."""
    reads = reads_of(Query(All(), (_pipe_of(folds),)), known).columns
    return list(reads) or ["timestamp"]  # without a column the records could not be counted
