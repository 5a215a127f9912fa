"""A place in the order from the newest record to the oldest, at which the next page begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import polars as pl


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last record of a page; by descending `timestamp`, source and place, those without a time at the end.

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
        """The cursor as one text, which `read` reads."""
        parts = ["" if self.time is None else str(self.time), str(self.place)]
        return ",".join(parts if self.source is None else [*parts, self.source])

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor that a text states.

        Raises:
            ValueError: If it states none.
        """
        time, place, *source = text.split(",", 2)
        return cls(int(time) if time else None, source[0] if source else None, int(place))

    @classmethod
    def of(cls, records: pl.DataFrame) -> Self:
        """The cursor behind the last of some records."""
        time, source, place = records.tail(1).select(pl.col("timestamp").cast(pl.Int64), "source", _PLACE).row(0)
        return cls(time, source, place)

    @property
    def precedes(self) -> pl.Expr:
        """Whether a record stands behind the cursor."""
        time, source, own = pl.col("timestamp").cast(pl.Int64), pl.col("source").fill_null(""), self.source or ""
        is_behind = (source < own) | ((source == own) & (self.place > _PLACE))
        if self.time is None:
            return time.is_null() & is_behind
        return time.is_null() | (time < self.time) | ((time == self.time) & is_behind)


_PLACE: Final = pl.coalesce("offset", "seq").fill_null(0)


def newest_first(records: pl.DataFrame) -> pl.DataFrame:
    """Records in the order that cursors are places in."""
    keys = [pl.col("timestamp"), pl.col("source").fill_null(""), _PLACE]
    return records.sort(*keys, descending=True, nulls_last=True, maintain_order=True)
