"""Decides from rollups which segments cannot match a request, and counts the matches of those that are certain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.search.group_tables import OWN_PATTERN, SEGMENT
from logtui.model.record import TIME_DTYPE
from logtui.query import WEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.group_tables import GroupTable
    from logtui.engine.search.request import Request
    from logtui.query import Outlines


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rollup decides about a segment that may hold matches.

    Attributes:
        counted: The records that match, as a weighed frame; None if any group is undecided.
        first: The first moment of the groups that may match, epoch nanoseconds; None if they have no time.
        last: The last moment of these groups, epoch nanoseconds.
        undated: Whether any of these groups has no time.
        patterns: UInt32, the numbers of their patterns in the segment, null for a pattern without a number.
        count: The number of records in these groups.
    """

    counted: pl.DataFrame | None
    first: int | None
    last: int | None
    undated: bool
    patterns: pl.Series
    count: int


def decisions(request: Request, table: GroupTable, columns: Sequence[str]) -> dict[int, Decision]:
    """Decide a request for segments.

    Args:
        request: The request.
        table: The groups of the segments.
        columns: The columns of the segments.

    Returns:
        The decisions by the segments' numbers; segments without a match are left out.
    """
    decided = limited(request.condition.decided(table.outlines, columns), table.outlines, request)
    groups = table.outlines.groups.with_columns(
        decided.alias("decided"), table.counts, table.segments, table.own_patterns
    )
    possible = groups.filter(pl.col("decided").fill_null(value=True))
    unknown = set(possible.filter(pl.col("decided").is_null())[SEGMENT].to_list())
    by_segment = possible.partition_by(SEGMENT, as_dict=True, include_key=False)
    return {
        number: Decision(
            None if number in unknown else _weighed(by_segment[number,]),
            first,
            last,
            undated,
            pl.Series(patterns, dtype=pl.UInt32),
            count,
        )
        for number, first, last, undated, patterns, count in _facts_of(possible, table.outlines.step).iter_rows()
    }


def limited(decided: pl.Series, outlines: Outlines, request: Request) -> pl.Series:
    """Combine the decisions with `since` and `until`; groups that only partly lie between them become undecided."""
    if request.since is None and request.until is None:
        return decided
    start = pl.col("start").cast(TIME_DTYPE)
    last = start + timedelta(microseconds=(outlines.step - 1) // 1000)
    inside, outside = [pl.lit(value=True)], [start.is_null()]
    if request.since is not None:
        inside.append(start >= request.since)
        outside.append(last < request.since)
    if request.until is not None:
        inside.append(last < request.until)
        outside.append(start >= request.until)
    within = pl.when(pl.any_horizontal(outside)).then(False).when(pl.all_horizontal(inside)).then(True)
    return outlines.groups.select(decided.alias("decided") & within)["decided"]


def _facts_of(groups: pl.DataFrame, step: int) -> pl.DataFrame:
    """One row per segment: its number and the facts of its groups, in the order of the fields of `Decision`."""
    start = pl.col("start")
    return groups.group_by(SEGMENT).agg(
        start.min().alias("first"),
        (start.max() + (step - 1)).alias("last"),
        start.has_nulls().alias("undated"),
        pl.col(OWN_PATTERN).unique(),
        pl.col(WEIGHT).sum(),
    )


def _weighed(groups: pl.DataFrame) -> pl.DataFrame:
    """Make a weighed frame of groups, whose rows stand for several records each."""
    return groups.select(
        pl.col("start").cast(TIME_DTYPE).alias("timestamp"), "level", "severity_text", "service", WEIGHT
    )
