"""The record at which a rule changed its state: what a look at its window saw last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.alerts.rules import NewValue, Rule
from logtui.engine.search.predicate import TextPredicate
from logtui.engine.window.matches import hits
from logtui.engine.window.row_window import RecordKey
from logtui.model.record import resolve_name

if TYPE_CHECKING:
    from logtui.engine.live.snapshot import Part, Snapshot

_PLACE: Final[dict[str, pl.DataType]] = {"time": pl.Int64(), "source": pl.String(), "offset": pl.Int64()}
_VALUE: Final = "value"


class Evidence(NamedTuple):
    """A record that a change is about.

    Attributes:
        key: The record.
        is_counted: Whether the rule counted it in its window; if the rule counted none, it is the newest of all
            records before the change.
    """

    key: RecordKey
    is_counted: bool


def evidence(snapshot: Snapshot, rule: Rule, at: int) -> Evidence | None:
    """Find the record that brought a change about.

    Args:
        snapshot: The records.
        rule: The rule.
        at: The time of the change, epoch nanoseconds: the end of the window that was looked at.

    Returns:
        The newest counted record of the window, for new values the first one with the newest value; None if there is
        no record before the change.
    """
    parts = [part for run in snapshot.runs for part in run.parts]
    counted = _newest([_counted(part, rule, at) for part in parts])
    if counted.height and counted["time"][0] >= at - rule.steps * rule.step:
        return Evidence(_key(counted), is_counted=True)
    seen = _newest([_newest([_timed(part, [], at)]) for part in parts])
    return Evidence(_key(seen), is_counted=False) if seen.height else None


def _counted(part: Part, rule: Rule, at: int) -> pl.DataFrame:
    """The newest counted record of a part, or the first one of each value of the field that the rule watches."""
    field = rule.condition.field if isinstance(rule.condition, NewValue) else None
    column = None if field is None else resolve_name(field, list(part.columns))
    if field is not None and column not in part.columns:
        return _newest([])
    frame = _timed(part, [] if column is None else [column], at, rule.counted)
    if column is None:
        return _newest([frame])
    return _firsts(frame.with_columns(pl.col(column).cast(pl.String).alias(_VALUE)).drop_nulls(_VALUE))


def _timed(part: Part, columns: list[str], at: int, query: str = "") -> pl.DataFrame:
    """Time and place of a part's records before a moment."""
    frame = part.read(["timestamp", "source", "offset", *columns])
    frame = frame[hits(part, TextPredicate(query))] if query.strip() else frame
    offset = pl.col("offset").fill_null(0).cast(pl.Int64)
    return frame.with_columns(pl.col("timestamp").cast(pl.Int64).alias("time"), offset).filter(pl.col("time") < at)


def _firsts(frame: pl.DataFrame) -> pl.DataFrame:
    first = frame.sort("time", maintain_order=True).unique(_VALUE, keep="first", maintain_order=True)
    return first.select(*_PLACE, _VALUE)


def _newest(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The newest record of some frames, of those with values the newest that has a value for the first time."""
    joined = pl.concat([pl.DataFrame(schema=_PLACE), *frames], how="diagonal")
    joined = _firsts(joined) if _VALUE in joined.columns else joined
    return joined.sort("time", maintain_order=True).select(*_PLACE).tail(1)


def _key(frame: pl.DataFrame) -> RecordKey:
    return RecordKey(*frame.select("source", "offset").row(0))
