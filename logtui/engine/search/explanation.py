"""Explains a request: how it is understood, and how much has to be read to answer it."""

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
    """How much of a store is pruned, pre-aggregated and read for a request.

    Attributes:
        name: The input that the store holds.
        records: Records in the store.
        segments: Segments in the store.
        pruned: Records in pruned segments, which cannot match by their times, values and message patterns.
        pruned_segments: Number of pruned segments.
        known: Records in segments that rollups answer for without reading.
        known_segments: Number of these segments.
        looked_at: Records that are read.
        groups: Row groups that are read.
        bytes: Bytes of the columns that are read, before compression.
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
    """The explanation of a request.

    Attributes:
        canonical: The canonical text of the query.
        tree: The tree of the query, one line per node.
        reads: The columns that it reads, and the names that no record has.
        is_sampled: Whether `reads` comes from real records; if not, only core columns are known.
        times: The event times that can match.
        clauses: Texts that matching records must contain: at least one text of each clause.
        hints: Likely mistakes in the query, with a better text.
        shares: How much of each store is read.
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
    """Explain a request.

    Args:
        request: The request.
        sample: Some records of the dataset; it may be empty.
        shares: How much of each store is read.
    """
    condition = request.condition
    return Explanation(
        canonical=canonical(request.query),
        tree=notation(request.query),
        reads=condition.reads(sample.columns),
        is_sampled=len(sample) > 0,
        times=condition.times(),
        clauses=clauses_of(condition.query.filter),
        hints=tuple(condition.hints(sample if len(sample) else None)),
        shares=tuple(shares),
    )
