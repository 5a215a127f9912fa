"""What a query did not ask but might have: offers where it found nothing, and an account of how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats import with_message_fields
from logtui.query import Query, canonical, relaxations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from logtui.engine.search.streaming import Search
    from logtui.query import Node

_SECONDS: Final = 1.0
_MOST_OFFERS: Final = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """A less strict question that has answers.

    Attributes:
        text: The query, or in words what to leave out.
        count: How many records it matches, at least.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Offers:
    """What would have been found.

    Attributes:
        offers: The least different questions first.
        looked_at: How many records were looked at.
        is_complete: Whether those were all.
    """

    offers: tuple[Offer, ...]
    looked_at: int
    is_complete: bool


def offers_for(search: Search, frames: Iterable[pl.DataFrame], *, newest: datetime | None) -> Offers:
    """Look where a query that found nothing would have found something.

    Args:
        search: The search that matched nothing.
        frames: The same records again; not all of them are looked at if that takes longer than a second.
        newest: The time of the newest record.

    Returns:
        Offers with their counts.
    """
    started = monotonic()
    wider = _Wider(search, newest)
    for records in frames:
        wider.look_at(records)
        if monotonic() - started > _SECONDS:
            return Offers(wider.offers(), wider.looked_at, is_complete=False)
    return Offers(wider.offers(), wider.looked_at, is_complete=True)


def newest_time(frames: Iterable[pl.DataFrame]) -> datetime | None:
    """The latest time of all records; None if none has a time."""
    latest = [records.select(pl.col("timestamp").max()).item() for records in frames if len(records)]
    return max((time for time in latest if time is not None), default=None)


def early_time(frames: Iterable[pl.DataFrame]) -> datetime | None:
    """A time from the middle of the first records with one; None if none has a time."""
    for records in frames:
        times = records["timestamp"].drop_nulls()
        if len(times):
            middle: datetime = times.dt.cast_time_unit("us")[len(times) // 2]
            return middle
    return None


class _Wider:
    """The less strict versions of one search, counted together."""

    def __init__(self, search: Search, newest: datetime | None) -> None:
        self.looked_at = 0
        self._search = search
        self._predicate = search.predicate.with_newest(newest)
        self._nodes = relaxations(search.predicate.query.filter)
        self._counts = [0] * len(self._nodes)
        self._outside = 0

    def look_at(self, records: pl.DataFrame) -> None:
        records = with_message_fields(records)
        self.looked_at += len(records)
        self._outside += self._count(records, [self._search.predicate.query.filter])[0] if self._is_ranged else 0
        found = self._count(self._search.in_range(records), self._nodes)
        self._counts = [before + now for before, now in zip(self._counts, found, strict=True)]

    @property
    def _is_ranged(self) -> bool:
        return self._search.since is not None or self._search.until is not None

    def _count(self, records: pl.DataFrame, nodes: Sequence[Node]) -> list[int]:
        if records.is_empty() or not nodes:
            return [0] * len(nodes)
        masks = [self._predicate.compiled(node, records.columns).alias(str(place)) for place, node in enumerate(nodes)]
        hits = records.select(pl.col("raw"), *masks).select(pl.exclude("raw").sum().cast(pl.Int64))
        return [int(count) for count in hits.row(0)]

    def offers(self) -> tuple[Offer, ...]:
        outside = [Offer("without --since and --until", self._outside)] if self._outside else []
        found = [
            Offer(canonical(Query(node)), count) for node, count in zip(self._nodes, self._counts, strict=True) if count
        ]
        return tuple([*outside, *found][:_MOST_OFFERS])
