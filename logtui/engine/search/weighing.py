"""A cache of the values of a few columns in the matches of segments, in which equal rows are one row with a weight."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import ref

import polars as pl

from logtui.model.lru import Lru
from logtui.query import WEIGHT, weight_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from logtui.engine.search.planner import SegmentPlan
    from logtui.engine.search.request import Request

_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_FRAME_BYTES: Final = 4 * 1024 * 1024
"""Of one segment; what is larger is read again, since few of them would fit."""

_FEW_TOGETHER: Final = 2
"""A sum is kept if it has at most one row in this many."""

_SAMPLE_ROWS: Final = 4_096
_FEW: Final = 4
"""Rows are weighed if a sample has at most one distinct row in this many: weighing others costs more than it saves."""


class _Key(NamedTuple):
    """What some values are kept under.

    Attributes:
        matches: The key of the condition that the records match.
        segment: The number of their segment.
        step: Width in nanoseconds of the time intervals of counts; None for values.
        columns: The columns.
    """

    matches: str
    segment: int
    step: int | None
    columns: tuple[str, ...]


class WeighedValues:
    """Caches columns of the matches of plans, and of their counts."""

    def __init__(self) -> None:
        self._known: Final = Lru[_Key, tuple[pl.DataFrame, ...]](_MOST_BYTES, _size)

    def forget(self, gone: Container[int]) -> None:
        """Forget what is known of segments with these numbers."""
        self._known.drop(lambda key: key.segment in gone)

    def counts(self, plan: SegmentPlan, columns: Sequence[str]) -> pl.DataFrame | None:
        """The counts of a plan by some of their columns; None if it has no counts."""
        if plan.counted is None:
            return None
        key = _Key(plan.matches, plan.segment.number, plan.step, tuple(columns))
        known = self._known.get(key)
        if known is None:
            wanted = [name for name in plan.counted.columns if name in columns and name != WEIGHT]
            known = (_weighed(plan.counted, wanted),)
            self._known.put(key, known)
        return known[0]

    def values(
        self, plan: SegmentPlan, columns: Sequence[str], request: Request, frames: Iterable[pl.DataFrame]
    ) -> Iterator[pl.DataFrame]:
        """The values of the matches.

        Args:
            plan: The plan.
            columns: The columns.
            request: The request that the plan answers.
            frames: Reads these columns of the matches, if they are not known, as long as the request has not ended.
        """
        key = _Key(plan.matches, plan.segment.number, None, tuple(columns))
        known = self._known.get(key)
        if known is not None:
            yield from known
            return
        kept, size = list[pl.DataFrame](), 0
        for frame in frames:
            weighed = _weighed(frame, frame.columns) if _is_repetitive(frame) else frame
            size += int(weighed.estimated_size())
            if size <= _MOST_FRAME_BYTES:
                kept.append(weighed)
            yield weighed
        if size <= _MOST_FRAME_BYTES and not request.has_ended():
            self._known.put(key, tuple(kept))


class Sums:
    """Caches the sums of frames that are put together again and again, as those of settled segments are."""

    def __init__(self) -> None:
        self._known: Final = Lru[tuple[int, ...], _Sum](_MOST_BYTES, lambda known: known.size)

    def of(self, frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """Put frames together, weighed or not; those that were together before as one weighed frame, if it is shorter.

        Args:
            frames: Frames with the same columns.
        """
        key = tuple(map(id, frames))
        known = self._known.get(key)
        if known is None or not known.is_of(frames):  # another frame may have the id of one that is gone
            self._known.put(key, _Sum.unknown(frames))
            return pl.concat(frames)
        if known.total is not None:
            return known.total
        rows = pl.concat(frames)
        if known.is_long:
            return rows
        total = _weighed(rows, [name for name in rows.columns if name != WEIGHT])
        is_long = len(total) * _FEW_TOGETHER > len(rows)
        self._known.put(key, replace(known, is_long=True) if is_long else replace(known, total=total))
        return rows if is_long else total


@dataclass(frozen=True, slots=True)
class _Sum:
    """Frames that were put together once, or several times.

    Attributes:
        frames: References to the frames, which do not keep them.
        total: Their sum; None if it is not known.
        is_long: Whether their sum is too long to be of use, so that it need not be made again.
    """

    frames: tuple[ref[pl.DataFrame], ...]
    total: pl.DataFrame | None = None
    is_long: bool = False

    @classmethod
    def unknown(cls, frames: Sequence[pl.DataFrame]) -> _Sum:
        return cls(tuple(map(ref, frames)))

    def is_of(self, frames: Sequence[pl.DataFrame]) -> bool:
        """Whether it is the sum of these frames."""
        return all(known() is frame for known, frame in zip(self.frames, frames, strict=True))

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        return 1_024 + (0 if self.total is None else int(self.total.estimated_size()))


def _size(frames: tuple[pl.DataFrame, ...]) -> int:
    return 1_024 + sum(int(frame.estimated_size()) for frame in frames)


def _is_repetitive(frame: pl.DataFrame) -> bool:
    sample = frame.head(_SAMPLE_ROWS)
    return sample.n_unique() * _FEW <= len(sample)


def _weighed(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    weight = pl.col(WEIGHT).sum()
    weighted = frame.select(*columns, weight_of(frame))
    return weighted.group_by(columns).agg(weight) if columns else weighted.select(weight)
