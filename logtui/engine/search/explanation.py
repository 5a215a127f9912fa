"""How a request is understood, and what has to be read for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.query import canonical, clauses_of, notation

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.engine.search.request import Request
    from logtui.query import Hint, Needle, Reads, TimeRange


@dataclass(frozen=True, slots=True)
class StoredShare:
    """How far a store answers without reading.

    Attributes:
        name: The input that the store holds.
        records: Records in the store.
        segments: Segments in the store.
        pruned: Records that times, values and message patterns rule out.
        pruned_segments: Segments in which they rule out all records.
        known: Records in segments that are answered by rollups.
        known_segments: Those segments.
        looked_at: Records that are looked at.
        groups: The row groups that hold these.
        bytes: Bytes of the columns that are read of them, before compression.
    """

    name: str
    records: int
    segments: int
    pruned: int
    pruned_segments: int
    known: int
    known_segments: int
    looked_at: int
    groups: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """An account of a request.

    Attributes:
        canonical: The query in its one spelling.
        tree: The shape of the query, a line for each node.
        reads: The columns that it reads, and the names that nothing has.
        is_sampled: Whether records were looked at to know that.
        times: The event times that can match.
        clauses: Texts of which every record that matches has one of each.
        hints: What the query probably should have said.
        shares: What is read of each store.
    """

    canonical: str
    tree: str
    reads: Reads
    is_sampled: bool
    times: TimeRange
    clauses: tuple[tuple[Needle, ...], ...]
    hints: tuple[Hint, ...]
    shares: tuple[StoredShare, ...]


def explained(request: Request, sample: pl.DataFrame, shares: Sequence[StoredShare]) -> Explanation:
    """The account of a request over records of which some are known."""
    condition = request.condition
    return Explanation(
        canonical=canonical(request.query),
        tree=notation(request.query),
        reads=condition.reads(sample.columns),
        is_sampled=len(sample) > 0,
        times=condition.times(),
        clauses=clauses_of(request.query.filter),
        hints=tuple(condition.hints(sample if len(sample) else None)),
        shares=tuple(shares),
    )
