"""The context in which leaves are resolved: the columns, the present and the zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

import msgspec
import polars as pl

from logtui.model.twins import Twin


class Scope(msgspec.Struct, frozen=True):
    """The context of one compilation.

    Attributes:
        schema: The columns of the record frame and their types; the type of a field column may differ from segment to
            segment.
        now: The zoned present, the same for the whole query.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, which `end-15m` counts back from; None if it is not known.
        twins: The field columns beside which the frame holds their values as numbers.
    """

    schema: Mapping[str, pl.DataType]
    now: datetime
    zone: tzinfo
    newest: datetime | None = None
    twins: Mapping[str, Twin] = msgspec.field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self.schema)
