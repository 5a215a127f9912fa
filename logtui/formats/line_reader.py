"""Reads lines by the cascade of their source and gives the readings typed times and levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from logtui.formats.cascade import Cascade
from logtui.formats.normalised import normalise
from logtui.formats.object_borders import with_objects_apart

if TYPE_CHECKING:
    from logtui.formats.base import OverLines
    from logtui.formats.moments import Orders


@dataclass(frozen=True, slots=True)
class LineReader:
    """Reads the lines of one source.

    Attributes:
        cascade: The source's formats.
        orders: The order of year, month and day in numeric dates, by shape.
        is_timed: Whether times are wanted; without them a fifth of the time that syslog takes is saved.
    """

    cascade: Cascade = field(default=Cascade(()))
    orders: Orders | None = None
    is_timed: bool = True

    def read(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read consecutive lines.

        Args:
            lines: Physical lines: `text`, `line`, `offset`, `bytes`.

        Returns:
            The lines with their normalised readings; one that holds several objects becomes several of its number.
        """
        reading = self.cascade.read(lines["text"])
        parts = with_objects_apart(lines, self.cascade.is_no_object(reading))
        if parts is not None:
            lines, reading = parts, self.cascade.read(parts["text"])
        if not self.is_timed:
            reading = reading.drop("time_text", strict=False)
        return lines.hstack(normalise(reading, self.orders).get_columns())

    def read_again(self, messages: pl.Series) -> pl.DataFrame:
        """Read messages that were joined from several lines.

        Args:
            messages: String.

        Returns:
            A normalised reading.
        """
        return normalise(self.cascade.read_again(messages), self.orders)

    def read_whole(self, over_lines: OverLines, records: pl.Series) -> pl.DataFrame:
        """Read records of several lines by the format that read their first lines.

        Args:
            over_lines: The format.
            records: String.

        Returns:
            A normalised reading, `format` null where the first line told all.
        """
        reading = over_lines.read_whole(records)
        return normalise(reading.with_columns(format=pl.when("read").then(pl.lit(over_lines.name))), self.orders)

    def read_objects(self, objects: pl.Series) -> pl.DataFrame:
        """Read records that are objects over several lines.

        Args:
            objects: String.

        Returns:
            A normalised reading, `format` null where a text is no object.
        """
        return normalise(self.cascade.read_objects(objects), self.orders)
