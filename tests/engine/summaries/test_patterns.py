"""Patterns are counted with their level and trend, however the records are chunked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.summaries.patterns import TREND_BUCKETS, PatternRow, pattern_table
from logtui.model.masks import MASK
from tests.engine.window.test_row_window import cut, window_of
from tests.tui.fakes import START, records


def row(second: int, message: str, level: str | None = "info") -> dict[str, Any]:
    return {"timestamp": START + timedelta(seconds=second), "message": message, "level": level}


ROWS = [
    row(0, "served in 7 ms"),
    row(1, "served in 9 ms"),
    row(60, "refused", "warn"),
    row(61, "refused", "error"),
    row(62, "served in 8 ms", None),
    row(119, "x" * 300, None),
]


@given(st.lists(st.integers(0, 5), max_size=5))
def test_patterns_come_the_commonest_first_with_their_most_severe_level(borders: list[int]) -> None:
    table = pattern_table(window_of(cut(records(ROWS), borders), filtered=False))
    assert [(each.pattern, each.count, each.level, each.is_cut) for each in table] == [
        (f"served in {MASK} ms", 3, "info", False),
        ("refused", 2, "error", False),
        ("x" * 256, 1, None, True),
    ]
    assert all(len(each.trend) == TREND_BUCKETS and sum(each.trend) == each.count for each in table)
    assert table[0].trend[0] == 2


def test_counts_before_and_after_a_moment_add_up() -> None:
    window = window_of([records(ROWS)], filtered=False)
    table = pattern_table(window, START + timedelta(seconds=61))
    assert [(each.before, each.after) for each in table] == [(2, 1), (1, 1), (0, 1)]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [(0, 3, "new"), (3, 0, "gone"), (2, 4, "more"), (2, 3, ""), (4, 2, "less"), (3, 2, ""), (5, 5, "")],
)
def test_a_change_is_told_from_twice_as_many_on(before: int, after: int, change: str) -> None:
    assert PatternRow("x", before + after, None, (), is_cut=False, before=before, after=after).change == change


def test_of_no_records_or_when_cancelled_there_are_no_patterns() -> None:
    assert pattern_table(window_of([records(ROWS)], filtered=False), cancelled=lambda: True) == []
    assert pattern_table(window_of([], filtered=False)) == []
