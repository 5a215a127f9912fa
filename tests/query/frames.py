"""Record frames out of a few words: what is not given is null."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from logtui.model.record import CORE_SCHEMA, field_column
from logtui.query import compile_filter, parse_filter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.query.syntax.tree import Node

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def record_frame(records: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Records with core and field names as keys, as a frame; `raw` is the message if not given."""
    names = dict.fromkeys(name for record in records for name in record if name not in CORE_SCHEMA)
    core = [_core(name, dtype, records) for name, dtype in CORE_SCHEMA.items()]
    fields = [pl.Series(field_column(name), [r.get(name) for r in records], dtype=pl.String) for name in names]
    return pl.DataFrame([*core, *fields])


def _core(name: str, dtype: pl.DataType, records: Sequence[Mapping[str, object]]) -> pl.Series:
    default = {"format": "generic"}
    values = [r.get(name, default.get(name, (r.get("message") or "") if name == "raw" else None)) for r in records]
    if name in ("timestamp", "order_time"):
        moments = [None if v is None else datetime.fromisoformat(str(v)).astimezone(UTC) for v in values]
        return pl.Series(name, moments, dtype=pl.Datetime("us", "UTC")).cast(dtype)
    return pl.Series(name, values, dtype=dtype)


def mask(node: Node, frame: pl.DataFrame, zone: tzinfo = UTC) -> list[bool]:
    """The compiled filter as one boolean for each row; nulls would fail the type."""
    expr = compile_filter(node, frame.columns, now=NOW, zone=zone)
    column = frame.select(pl.col("raw").alias("_"), wanted=expr).get_column("wanted")
    assert column.dtype == pl.Boolean
    assert column.null_count() == 0
    return column.to_list()


def rows(query: str, frame: pl.DataFrame, zone: tzinfo = UTC) -> list[int]:
    """The numbers of the records that a query matches, counted from 1."""
    return [number for number, found in enumerate(mask(parse_filter(query), frame, zone), start=1) if found]
