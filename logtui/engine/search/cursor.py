"""Cursors for paging: the last record of a page in the order from the newest record to the oldest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import polars as pl


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place behind the last record of a page.

    The order is by descending `timestamp`, then source, then place; records without a time come last.

    Attributes:
        time: Its `timestamp`, epoch nanoseconds; None if it has none.
        source: Its source, None if it has none.
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
        time, source, place = records.tail(1).select(pl.col("timestamp").cast(pl.Int64), "source", _PLACE).row(0)
        return cls(time, source, place)

    @property
    def precedes(self) -> pl.Expr:
        """Expression that is true for records behind the cursor, which belong to later pages."""
        time, source, own = pl.col("timestamp").cast(pl.Int64), pl.col("source").fill_null(""), self.source or ""
        is_behind = (source < own) | ((source == own) & (self.place > _PLACE))
        if self.time is None:
            return time.is_null() & is_behind
        return time.is_null() | (time < self.time) | ((time == self.time) & is_behind)


_PLACE: Final = pl.coalesce("offset", "seq").fill_null(0)


def newest_first(records: pl.DataFrame) -> pl.DataFrame:
    """Sort records in the order of cursors."""
    keys = [pl.col("timestamp"), pl.col("source").fill_null(""), _PLACE]
    return records.sort(*keys, descending=True, nulls_last=True, maintain_order=True)
