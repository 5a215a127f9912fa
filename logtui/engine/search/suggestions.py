"""Suggestions: less strict requests that match something, for a request that matches nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.request import Request
from logtui.query import All, Query, canonical, counts_back_from_newest, relaxations

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from logtui.engine.search.executor import Answer
    from logtui.query import Node

_SECONDS: Final = 1.0
"""How long records are counted; the user is waiting for the answer."""

_MOST: Final = 5
"""Suggestions shown at most."""


class Readable(Protocol):
    """Records that can be read, as every `Dataset` is."""

    def records(self, request: Request) -> Answer:
        """The records that match, in the request's order."""

    def newest(self) -> datetime | None:
        """The latest time of all records, None if none has a time."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A less strict request that matches something.

    Attributes:
        text: The text of the query, or the words "without --since and --until".
        count: Records that it matches among those that were looked at.
    """

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The suggestions for one request.

    Attributes:
        found: The suggestions, those closest to the request first.
        looked_at: How many records were looked at.
        is_complete: Whether these were all records of the dataset.
    """

    found: tuple[Suggestion, ...]
    looked_at: int
    is_complete: bool


def suggested(dataset: Readable, request: Request) -> Suggestions:
    """Count what less strict versions of a request match, for up to a second, or until the deadline of the request.

    Args:
        dataset: The records.
        request: A request that matches nothing.

    Returns:
        The versions that match something.
    """
    seconds = min(_SECONDS, (request.deadline or inf) - monotonic())
    wider = _Wider(_dated(dataset, request))
    answer = dataset.records(replace(Request.everything(Order.ANY), deadline=monotonic() + seconds))
    for records in answer:
        wider.look_at(records)
    return Suggestions(wider.found(), wider.looked_at, is_complete=not answer.is_partial)


def _dated(dataset: Readable, request: Request) -> Request:
    """The request with the newest time, if a less strict version counts back from it; all of a file is read for it."""
    if not any(map(counts_back_from_newest, relaxations(request.query.filter))):
        return request
    return replace(request, newest=request.newest or dataset.newest())


class _Wider:
    """The less strict versions of one request, counted together."""

    def __init__(self, request: Request) -> None:
        self.looked_at = 0
        self._request = request
        self._nodes = relaxations(request.query.filter)
        self._counts = [0] * len(self._nodes)
        self._outside = 0

    def look_at(self, records: pl.DataFrame) -> None:
        self.looked_at += len(records)
        request = self._request
        self._outside += self._count(records, [request.query.filter])[0] if request.is_ranged else 0
        inside = request.filtered(All()).matching(records)
        found = self._count(inside, self._nodes)
        self._counts = [before + now for before, now in zip(self._counts, found, strict=True)]

    def _count(self, records: pl.DataFrame, nodes: Sequence[Node]) -> list[int]:
        if records.is_empty() or not nodes:
            return [0] * len(nodes)
        compiled = [self._request.condition.compiled(node, records.columns) for node in nodes]
        masks = [mask.alias(str(place)) for place, mask in enumerate(compiled)]
        hits = records.select(pl.col("raw"), *masks).select(pl.exclude("raw").sum().cast(pl.Int64))
        return [int(count) for count in hits.row(0)]

    def found(self) -> tuple[Suggestion, ...]:
        outside = [Suggestion("without --since and --until", self._outside)] if self._outside else []
        found = [
            Suggestion(canonical(Query(node)), count)
            for node, count in zip(self._nodes, self._counts, strict=True)
            if count
        ]
        return tuple([*outside, *found][:_MOST])
