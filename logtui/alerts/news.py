"""New records of a store that grows, as they are counted for alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeAlias

    from logtui.engine.search.part import PlacedPart

    Needed: TypeAlias = Callable[[Sequence[str]], Sequence[str]]
    """Which of the columns that there are to read."""

_SEQ: Final = pl.col("seq")


class News(Protocol):
    """A store that grows."""

    def position(self) -> int:
        """The largest `seq` up to which all records are in the store."""

    def behind(self, after: int, upto: int, needed: Needed) -> Iterator[pl.DataFrame]:
        """The records whose `seq` is above `after` and not above `upto`."""

    def since(self, first: int, upto: int, needed: Needed) -> Iterator[pl.DataFrame]:
        """The records whose time or arrival is not before a moment, epoch nanoseconds, and `seq` not above `upto`."""


class NewsOfParts:
    """The `News` of a store of parts. Parts that hold nothing new are not read again.

    Args:
        parts: Returns the parts of the store that exist now.
        position: Returns the largest `seq` up to which all records are in the store.
    """

    def __init__(self, parts: Callable[[], Sequence[PlacedPart]], position: Callable[[], int]) -> None:
        self._parts = parts
        self.position = position
        self._finished: set[int] = set()

    def behind(self, after: int, upto: int, needed: Needed) -> Iterator[pl.DataFrame]:
        """The records between two numbers."""
        parts = self._parts()
        rest = [part for part in parts if part.id not in self._finished]
        yield from _read(rest, lambda _: (after < _SEQ) & (upto >= _SEQ), needed)
        self._finished = {part.id for part in parts if part.id in self._finished or _is_finished(part, upto)}

    def since(self, first: int, upto: int, needed: Needed) -> Iterator[pl.DataFrame]:
        """The records from a moment on."""
        return _read(self._parts(), lambda part: (upto >= _SEQ) & _is_recent(part, first), needed)


def _read(
    parts: Iterable[PlacedPart], wanted: Callable[[PlacedPart], pl.Expr], needed: Needed
) -> Iterator[pl.DataFrame]:
    return (part.lazy().filter(wanted(part)).select(needed(part.columns)).collect() for part in parts)


def _is_recent(part: PlacedPart, since: int) -> pl.Expr:
    """Expression that is true for records from a moment on, epoch nanoseconds, by their time or their arrival."""
    times = [pl.col(name).cast(pl.Int64) for name in ("timestamp", "ingest_time") if name in part.columns]
    return pl.max_horizontal(times) >= since


def _is_finished(part: PlacedPart, upto: int) -> bool:
    """Whether a part has no record behind a place."""
    return not int(part.lazy().filter(upto < _SEQ).select(pl.len()).collect().item())
