"""Adds to the matches of a window the records around them in the same run."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.window.matches import Matches
from logtui.engine.window.row_window import RowWindow
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.search.part import PlacedPart
    from logtui.model.keys import RecordKey


def with_context(window: RowWindow, records: int) -> RowWindow:
    """Add the records near every match to a window.

    Args:
        window: The matches.
        records: How many records to add before and behind each of them.

    Returns:
        A window whose `core` is the given one; the given one itself if `records` is 0.
    """
    if not records:
        return window
    widened: dict[int, Matches] = {}
    first = 0
    for run in window.snapshot.runs:
        numbers = range(first, first + len(run.all_parts))
        widened.update(_widened(window, numbers, run.all_parts, records))
        first = numbers.stop
    return window.widened(widened)


def _widened(
    window: RowWindow, numbers: Sequence[int], parts: Sequence[PlacedPart], records: int
) -> Iterator[tuple[int, Matches]]:
    """The matches of a run's parts with their neighbours, which may be in other parts."""
    starts = list(accumulate((part.rows for part in parts), initial=0))
    known = {start: number for number, start in zip(numbers, starts, strict=False) if number in window.parts}
    found = [_rows_of(window.parts[number]) + start for start, number in known.items()]
    near = _near(pl.concat([pl.Series(dtype=pl.Int64), *found]), records, starts[-1])
    for start, number in known.items():
        matches = window.parts[number]
        inside = near.filter(near.is_between(start, start + matches.part.rows, closed="left")) - start
        yield number, Matches(matches.part, inside.cast(pl.UInt32))


def _rows_of(matches: Matches) -> pl.Series:
    return matches.at(0, matches.count).cast(pl.Int64)


def _near(rows: pl.Series, records: int, stop: int) -> pl.Series:
    """All rows, ascending, that are at most `records` rows away from one of some ascending rows."""
    if not len(rows):
        return rows
    row = pl.col("row")
    is_apart = (row.diff() > 2 * records + 1).fill_null(value=False)
    bounds = (
        rows.alias("row")
        .to_frame()
        .group_by(is_apart.cum_sum(), maintain_order=True)
        .agg(low=(row.min() - records).clip(lower_bound=0), high=(row.max() + records + 1).clip(upper_bound=stop))
    )
    return bounds.select(pl.int_ranges("low", "high").explode()).to_series()


def around(window: RowWindow, key: RecordKey, records: int) -> pl.DataFrame:
    """Read a record with its neighbours in the same run, whether they match a filter or not.

    Args:
        window: Any window of the snapshot that the record is in.
        key: The record.
        records: How many records before and how many behind it.

    Returns:
        Up to `2 * records + 1` records; none if the key is unknown.
    """
    snapshot = window.snapshot
    place = RowWindow.of_all(snapshot).place_of(key)
    if place is None:
        return NO_RECORDS
    part, row = place
    alone = {
        number: Matches(each, pl.Series([row] if number == part else [], dtype=pl.UInt32))
        for number, each in enumerate(snapshot.parts)
    }
    near = with_context(RowWindow(snapshot, alone), records)
    return near.page(0, near.count)
