"""Counts the years or days of a column of times; only rows at a step are handled one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.formats.turns import stated

if TYPE_CHECKING:
    from logtui.formats.turns import Steps, Track


def turned(track: Track, times: pl.Series, known: pl.Series, steps: Steps) -> tuple[pl.Series, Track]:
    """Find the years or days of the next times of a source.

    Args:
        track: The track after the times before these.
        times: The times within their years or days, nanoseconds.
        known: The years or days that times state, null where they state none.
        steps: The limits of the steps between neighbours.

    Returns:
        The year or day of each time, and the track after them.
    """
    given = known.is_not_null()
    latest = pl.select(pl.when(given).then(pl.int_range(len(times)))).to_series().forward_fill()
    gaps = times.diff().fill_null(int(times[0]) - track.last).abs() > steps.gap
    start, done = track.turn, 0
    breaks = (gaps & ~given).arg_true().to_list()
    found: list[int] = []
    for row in breaks:
        track = _at(track, done, row, times, known, latest).then(int(times[row]), steps)
        found.append(track.turn)
        done = row + 1
    turns = known.clone().scatter(breaks, found) if breaks else known
    return turns.forward_fill().fill_null(start), _at(track, done, len(times), times, known, latest)


def _at(track: Track, done: int, end: int, times: pl.Series, known: pl.Series, latest: pl.Series) -> Track:
    """The track before a row; there is no step from the row `done` on."""
    if end == done:
        return track
    row = latest[end - 1]
    if row is not None and row >= done:
        track, done = stated(int(known[row]), int(times[row])), row + 1
    return track.passed(int(times[end - 1]), end - done)
