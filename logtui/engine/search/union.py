"""Datasets made of several others: one behind the other, or merged by time."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.search.answer_order import Order
from logtui.engine.search.dataset import Bound, Intake, Searched
from logtui.model.record import NO_RECORDS
from logtui.query import count_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from logtui.engine.search.explanation import StoredShare
    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request
    from logtui.engine.summaries.histogram import Histogram

_RANK: Final = "\0rank"


class Chained(Searched):
    """Datasets that follow one another, such as the index of a file and the rest of that file.

    Args:
        datasets: The datasets.
    """

    def __init__(self, datasets: Sequence[Searched]) -> None:
        self.can_repeat = all(dataset.can_repeat for dataset in datasets)
        self._datasets = datasets

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches of each part, one dataset after the other."""
        return chain.from_iterable(dataset.pieces(request) for dataset in self._datasets)

    def sample(self) -> pl.DataFrame:
        """Some of the first records of each dataset."""
        return pl.concat([NO_RECORDS, *(dataset.sample() for dataset in self._datasets)], how="diagonal_relaxed")

    def count(self, request: Request) -> Bound:
        """Count the records that match, each dataset in its own way: a server counts without sending records."""
        bounds = [dataset.count(request) for dataset in self._datasets]
        return Bound(sum(bound.count for bound in bounds), all(bound.is_exact for bound in bounds))

    def histogram(self, request: Request, width: int) -> Histogram:
        """Count the records that match by time and level, each dataset in its own way."""
        from logtui.engine.summaries.histogram import joined  # a query needs none

        return joined([dataset.histogram(request, width) for dataset in self._datasets], width)

    def newest(self) -> datetime | None:
        """The latest time of all records."""
        latest = [dataset.newest() for dataset in self._datasets]
        return max((time for time in latest if time is not None), default=None)

    def shares(self, request: Request) -> list[StoredShare]:
        """How much of each store is read for a request."""
        return [share for dataset in self._datasets for share in dataset.shares(request)]

    def intake(self) -> Intake:
        """How far the inputs of all datasets could be read."""
        each = [dataset.intake() for dataset in self._datasets]
        return Intake(
            tuple(notice for one in each for notice in one.notices),
            any(one.has_failed for one in each),
            {name: main for one in each for name, main in one.main_formats.items()},
        )


class Union(Chained):
    """Datasets whose times overlap, so that their records are merged by time.

    Args:
        datasets: The datasets.
        sources: The names of their sources; records of equal `order_time` come in this order.
    """

    def __init__(self, datasets: Sequence[Searched], sources: Sequence[str] = ()) -> None:
        super().__init__(datasets)
        self._ranks = {name: rank for rank, name in enumerate(sources)}

    def frames(self, request: Request, also: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """Read the records that match, merged by `order_time`; weighed frames if the pipes only count them."""
        if request.order is not Order.AS_READ or count_keys(request.condition.pipes) is not None:
            return super().frames(request, also)
        merging = (*also, "order_time", "source")
        return merged([dataset.frames(request, merging) for dataset in self._datasets], self._ranks)


class _Inlet:
    """The answer of one dataset, and those of its records that wait to be merged."""

    def __init__(self, frames: Iterator[pl.DataFrame], number: int, ranks: dict[str, int]) -> None:
        self.waiting: pl.DataFrame | None = None
        self._frames = frames
        self._rank = pl.col("source").replace_strict(ranks, default=number, return_dtype=pl.Int64).alias(_RANK)

    def pull(self) -> bool:
        """Read a frame if no records are waiting; returns false at the end of the answer."""
        if self.waiting is None:
            found = next((frame for frame in self._frames if len(frame)), None)
            self.waiting = None if found is None else found.with_columns(self._rank)
        return self.waiting is not None

    @property
    def border(self) -> tuple[datetime, int]:
        """Order time and rank of the last waiting record."""
        assert self.waiting is not None
        return self.waiting["order_time"][-1], self.waiting[_RANK][-1]

    def take(self, border: tuple[datetime, int]) -> pl.DataFrame:
        """Remove and return the records up to a border."""
        assert self.waiting is not None
        time, rank = border
        is_ready = (pl.col("order_time") < time) | ((pl.col("order_time") == time) & (pl.col(_RANK) <= rank))
        size = int(self.waiting.select(is_ready.sum()).item())
        taken, rest = self.waiting.head(size), self.waiting[size:]
        self.waiting = rest if len(rest) else None
        return taken


def merged(answers: Sequence[Iterator[pl.DataFrame]], ranks: dict[str, int]) -> Iterator[pl.DataFrame]:
    """Merge answers by `order_time`, then by the rank of the source; records equal in both keep their order.

    Args:
        answers: Record frames; within an answer `order_time` never decreases.
        ranks: Rank of each source by name; a source without one gets the number of its answer.

    Yields:
        Record frames; one frame per answer is in memory.
    """
    inlets = [_Inlet(frames, number, ranks) for number, frames in enumerate(answers)]
    while inlets := [inlet for inlet in inlets if inlet.pull()]:
        border = min(inlet.border for inlet in inlets)
        ready = pl.concat([inlet.take(border) for inlet in inlets], how="diagonal_relaxed")
        yield ready.sort("order_time", _RANK, maintain_order=True).drop(_RANK)
