"""Tallies: records counted by step of time and by the values of some fields; every condition is computed from one."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.engine.search.request import Request
from logtui.model.names import CORE_NAMES
from logtui.model.written_columns import with_written
from logtui.model.written_names import core_written_as
from logtui.query import WEIGHT, weight_of
from logtui.query.pipes.columns import column_of, number_of, text_of
from logtui.store import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.alerts.rules import Rule, TimeBasis
    from logtui.engine.search.part import Piece

MOST_ROWS: Final = 200_000
"""Rows of a tally that are kept: a field with more different values in a window is not counted to the end."""

_EARLIEST: Final = 946_684_800 * 10**9
"""2000-01-01, epoch nanoseconds: an earlier time comes from a clock that was never set, which starts in 1970."""

STEP: Final = "step"
COUNT: Final = "count"
NUMBER: Final = "number"


class Tally(NamedTuple):
    """What is counted; rules that count the same share it.

    Attributes:
        query: The query for the records.
        step: Nanoseconds of a step of time.
        by: The fields by whose values is counted, as users name them.
        number: The field by whose numbers is counted too; empty for none. Records without a number are left out.
        basis: Which time of a record decides on its step.
        lateness: Records that arrive later than so many nanoseconds after the end of their step are left out; None for
            none.
    """

    query: str
    step: int
    by: tuple[str, ...] = ()
    number: str = ""
    basis: TimeBasis = "event"
    lateness: int | None = None

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of its counts: the number of the step since the epoch, the values, and the number of records."""
        values = {value_column(place): pl.String() for place in range(len(self.by))}
        numbers = {NUMBER: pl.Float64()} if self.number else {}
        return {STEP: pl.Int64(), **values, **numbers, COUNT: pl.UInt32()}

    @property
    def request(self) -> Request:
        """The request for the records."""
        return _request(self.query, uses_fields=bool(self.by or self.number))


@lru_cache(maxsize=4_096)
def _request(query: str, *, uses_fields: bool) -> Request:
    # The pairs in messages are not extracted for counts that need none of them.
    return Request.of(query) if uses_fields else replace(Request.of(query), columns=CORE_NAMES)


def value_column(place: int) -> str:
    """The name of the column that holds the values of the field at a place of `Tally.by`."""
    return f"by {place}"


class RuleTallies(NamedTuple):
    """What a rule needs to be counted.

    Attributes:
        wanted: The records that the rule counts.
        whole: The records without which there is no data; of a percentage, what makes 100 %.
    """

    wanted: Tally
    whole: Tally


def tallies_of(rule: Rule, *, lateness: int | None = None) -> RuleTallies:
    """What is counted for a rule.

    Args:
        rule: The rule.
        lateness: How late records may come; None counts all of them.
    """
    condition = rule.condition
    kind = condition.__struct_config__.tag
    basis = rule.time_basis if lateness is not None else "event"
    late = lateness if basis == "event" else None
    is_number = kind == "aggregate"
    by = rule.group_by if is_number else (*rule.group_by, *condition.fields)
    number = condition.fields[0] if is_number else ""
    wanted = Tally(rule.counted, rule.step, by, number, basis, late)
    if is_number:
        return RuleTallies(wanted, wanted)
    whole_by = rule.group_by if kind == "percentage" else ()
    return RuleTallies(wanted, Tally(rule.scope, rule.step, whole_by, "", basis, late))


def counted(tally: Tally, records: pl.DataFrame) -> pl.DataFrame:
    """Count records.

    Args:
        tally: What is counted.
        records: Records that match its query, with the columns that it needs; a weighed frame stands for several.

    Returns:
        A frame of the tally's schema, without records that have no time, or one before 2000.
    """
    moment = _moment(tally)
    records = with_written(records, filter(None, (*tally.by, tally.number)))
    keys: list[pl.Expr] = [(moment // tally.step).alias(STEP)]
    for place, name in enumerate(tally.by):
        values = text_of(records, column_of(name, records.columns)).fill_null("")
        keys.append(values.alias(value_column(place)))
    if tally.number:
        keys.append(number_of(records, column_of(tally.number, records.columns)).alias(NUMBER))
    frame = records.lazy().filter(moment >= _EARLIEST, ~is_late(tally, records.columns))
    by = frame.select(*keys, weight_of(records)).drop_nulls([NUMBER] if tally.number else [STEP])
    found = by.group_by(_values_of(tally)).agg(pl.col(WEIGHT).sum().alias(COUNT))
    return found.select(pl.col(name).cast(kind) for name, kind in tally.schema.items()).collect()


def _values_of(tally: Tally) -> list[str]:
    return [name for name in tally.schema if name != COUNT]


def _moment(tally: Tally) -> pl.Expr:
    return pl.col("ingest_time" if tally.basis == "ingest" else "timestamp").cast(pl.Int64)


def is_late(tally: Tally, columns: Sequence[str]) -> pl.Expr:
    """Expression that is true for records that came too late to be counted."""
    if tally.lateness is None or "ingest_time" not in columns:
        return pl.lit(value=False)
    end = (pl.col("timestamp").cast(pl.Int64) // tally.step + 1) * tally.step
    return (pl.col("ingest_time").cast(pl.Int64) > end + tally.lateness).fill_null(value=False)


def columns_of(tally: Tally, columns: Sequence[str]) -> list[str]:
    """The columns that counting needs, besides those of the query."""
    names = [name for name in (*tally.by, tally.number) if name]
    named = [column_of(name, columns) for name in names]
    cores = [core for name in names if (core := core_written_as(name))]
    named += [*cores, "raw"] if cores else []
    wanted = ["timestamp", "ingest_time", *(name for name in named if name is not None)]
    return [name for name in dict.fromkeys(wanted) if name in columns]


def counted_piece(tally: Tally, piece: Piece) -> pl.DataFrame:
    """Count the matching records of a part; its rollups are used where they are fine enough."""
    if piece.counted is not None and not tally.by and not tally.number and tally.step % MINUTE == 0:
        return counted(tally, piece.counted)
    # Where the pairs in messages are no columns yet, they are made of whole records.
    is_whole = (tally.by or tally.number) and not piece.part.is_complete
    frames = piece.frames(None if is_whole else columns_of(tally, piece.part.columns))
    return together(tally, [counted(tally, frame) for frame in frames])


def together(tally: Tally, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Add up counts.

    Args:
        tally: What was counted.
        frames: Frames of its schema.

    Returns:
        A frame of its schema, ordered by step.
    """
    names = _values_of(tally)
    joined = pl.concat([pl.DataFrame(schema=tally.schema), *frames]).lazy()
    return joined.group_by(names).agg(pl.col(COUNT).sum()).sort(names).collect()
