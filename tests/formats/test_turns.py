"""Years and days follow from the times before, and a column is followed like its times one by one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.anchor import HOUR_NS
from logtui.formats.turn_columns import turned
from logtui.formats.turns import CLOCKS, YEARS, Steps, Track, started, stated

QUARTER_HOUR = HOUR_NS // 4
times = st.sampled_from([0, 1, 2, 40, 41, 42, 60, 94, 95]).map(lambda quarters: quarters * QUARTER_HOUR)
rows = st.lists(st.tuples(times, st.none() | st.integers(3, 5)), min_size=1, max_size=60)


def one_by_one(track: Track, given_rows: list[tuple[int, int | None]], steps: Steps) -> tuple[list[int], Track]:
    turns = []
    for time, known in given_rows:
        track = track.then(time, steps) if known is None else stated(known, time)
        turns.append(track.turn)
    return turns, track


def as_column(track: Track, given_rows: list[tuple[int, int | None]], steps: Steps) -> tuple[list[int], Track]:
    column = pl.DataFrame(given_rows, {"time": pl.Int64, "known": pl.Int64}, orient="row")
    turns, track = turned(track, column["time"], column["known"], steps)
    return turns.to_list(), track


@pytest.mark.parametrize("steps", [CLOCKS, YEARS])
@given(rows=rows, cut=st.integers(0, 60))
def test_a_column_in_two_blocks_is_followed_like_its_times_one_by_one(
    steps: Steps, rows: list[tuple[int, int | None]], cut: int
) -> None:
    if steps is YEARS:
        rows = [(time * 365, None) for time, _ in rows]
    start = started(7, rows[0][0])
    expected = one_by_one(start, rows, steps)
    turns: list[int] = []
    track = start
    for block in (rows[:cut], rows[cut:]):
        if block:
            more, track = as_column(track, block, steps)
            turns += more
    assert (turns, track) == expected


@pytest.mark.parametrize(("count", "turn"), [(1, 0), (15, 0), (16, 1), (100, 1)])
def test_a_step_back_counts_for_good_once_enough_times_have_stayed_there(count: int, turn: int) -> None:
    before = started(0, 10 * HOUR_NS).passed(10 * HOUR_NS, 5)
    stepped = before.then(3 * HOUR_NS, CLOCKS).passed(3 * HOUR_NS, count - 1)
    assert stepped.turn == 1
    assert stepped.then(10 * HOUR_NS, CLOCKS).turn == turn


def test_a_lone_time_is_nothing_to_go_back_to() -> None:
    track = started(0, HOUR_NS).passed(HOUR_NS, 1)
    for time in (14 * HOUR_NS, HOUR_NS, 14 * HOUR_NS, HOUR_NS):
        track = track.then(time, CLOCKS)
    assert track.turn == 2
