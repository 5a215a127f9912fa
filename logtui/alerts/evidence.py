"""Finds the record that made a rule change its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.alerts.conditions import NewValue
from logtui.engine.search.request import Request
from logtui.model.keys import KEY_COLUMNS, RecordKey, key_of
from logtui.model.record import CORE_SCHEMA, resolve_name

if TYPE_CHECKING:
    from logtui.alerts.rules import Rule
    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece

_PLACE: Final[dict[str, pl.DataType]] = {"time": pl.Int64(), **{name: CORE_SCHEMA[name] for name in KEY_COLUMNS}}
_VALUE: Final = "value"


class Evidence(NamedTuple):
    """The record to show for a change.

    Attributes:
        key: The record's key.
        is_counted: Whether the rule counted the record in its window. If the rule counted none there, the record is the
            newest of all records before the change.
    """

    key: RecordKey
    is_counted: bool


def evidence(dataset: Dataset, rule: Rule, at: int) -> Evidence | None:
    """Find the record to show for a change.

    Args:
        dataset: The records.
        rule: The rule.
        at: The time of the change, epoch nanoseconds: the exclusive end of the window.

    Returns:
        The newest counted record of the window; of a rule for new values, the first record with the newest value. None
        if there is no record before the change.
    """
    counted = _newest([_counted(piece, rule, at) for piece in dataset.pieces(Request.of(rule.counted))])
    if counted.height and counted["time"][0] >= at - rule.condition.span:
        return Evidence(_key(counted), is_counted=True)
    seen = _newest([_newest([_timed(piece, [], at)]) for piece in dataset.pieces(Request.everything())])
    return Evidence(_key(seen), is_counted=False) if seen.height else None


def _counted(piece: Piece, rule: Rule, at: int) -> pl.DataFrame:
    """The newest counted record of a part; of a rule for new values, the first record of each value."""
    field = rule.condition.field if isinstance(rule.condition, NewValue) else None
    column = None if field is None else resolve_name(field, list(piece.part.columns))
    if field is not None and column not in piece.part.columns:
        return _newest([])
    frame = _timed(piece, [] if column is None else [column], at)
    if column is None:
        return _newest([frame])
    return _firsts(frame.with_columns(pl.col(column).cast(pl.String).alias(_VALUE)).drop_nulls(_VALUE))


def _timed(piece: Piece, columns: list[str], at: int) -> pl.DataFrame:
    """Time, key and the given columns of a part's records before a moment."""
    wanted = ["timestamp", *KEY_COLUMNS, *columns]
    empty = pl.DataFrame(schema={name: CORE_SCHEMA.get(name, pl.String()) for name in wanted})
    frame = pl.concat([empty, *piece.frames(wanted)], how="vertical_relaxed")
    return frame.with_columns(pl.col("timestamp").cast(pl.Int64).alias("time")).filter(pl.col("time") < at)


def _firsts(frame: pl.DataFrame) -> pl.DataFrame:
    first = frame.sort("time", maintain_order=True).unique(_VALUE, keep="first", maintain_order=True)
    return first.select(*_PLACE, _VALUE)


def _newest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The newest record of several frames; if they have a value column, the newest first record of a value."""
    joined = pl.concat([pl.DataFrame(schema=_PLACE), *frames], how="diagonal")
    joined = _firsts(joined) if _VALUE in joined.columns else joined
    return joined.sort("time", maintain_order=True).select(*_PLACE).tail(1)


def _key(frame: pl.DataFrame) -> RecordKey:
    return key_of(*frame.select(KEY_COLUMNS).row(0))
