"""Cursors for paging: the last record of a page in an order by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from logtui.engine.search.answer_order import Order


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind the last record of a page.

    The order is by `timestamp`, then source, then place; records without a time come last. The source of a record of a
    live store is who has sent it, and does not count: `seq` orders the records of all senders as they have come.

    Attributes:
        time: Its `timestamp`, epoch nanoseconds; None if it has none.
        source: The source that its place is in; None if it has none or is in a live store.
        place: Its offset in the source, or its `seq` in a live store.
    """

    time: int | None
    source: str | None
    place: int

    @property
    def written(self) -> str:
        """The cursor as one text, which `read` parses."""
        parts = ["" if self.time is None else str(self.time), str(self.place)]
        return ",".join(parts if self.source is None else [*parts, self.source])

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse the text of a cursor.

        Raises:
            ValueError: If the text is not a cursor.
        """
        time, place, *source = text.split(",", 2)
        return cls(int(time) if time else None, source[0] if source else None, int(place))

    @classmethod
    def of(cls, records: pl.DataFrame) -> Self:
        """Make the cursor behind the last record of a frame."""
        own = pl.when(pl.col("offset").is_not_null()).then("source")
        time, source, place = records.tail(1).select(pl.col("timestamp").cast(pl.Int64), own, _PLACE).row(0)
        return cls(time, source, place)

    def precedes(self, order: Order) -> pl.Expr:
        """Expression that is true for records behind the cursor in an order, which belong to later pages."""
        is_rising = order is Order.OLDEST_FIRST
        time, own = pl.col("timestamp").cast(pl.Int64), pl.lit(self.source or "")
        is_next = self.place < _PLACE if is_rising else self.place > _PLACE
        is_behind = (own < _SOURCE if is_rising else own > _SOURCE) | ((own == _SOURCE) & is_next)
        if self.time is None:
            return time.is_null() & is_behind
        is_later = time > self.time if is_rising else time < self.time
        return time.is_null() | is_later | ((time == self.time) & is_behind)


_SOURCE: Final = pl.when(pl.col("offset").is_not_null()).then("source").fill_null("")
_PLACE: Final = pl.coalesce("offset", "seq").fill_null(0)


def by_time(records: pl.DataFrame, order: Order) -> pl.DataFrame:
    """Sort records as cursors pass them: the newest first or the oldest first."""
    is_falling = order is Order.NEWEST_FIRST
    return records.sort("timestamp", _SOURCE, _PLACE, descending=is_falling, nulls_last=True, maintain_order=True)
