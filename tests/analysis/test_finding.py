"""Findings are said as people say them: one line, few digits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.analysis.finding import SEVERITIES, Kind, duration_text, pattern_text
from logtui.model.masks import MASK


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.25, "0.25 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "1.5 min"),
        (3_600, "1 h"),
        (5_000, "1.39 h"),
        (86_399, "24 h"),
        (86_400, "1 d"),
        (10 * 86_400, "10 d"),
    ],
)
def test_a_duration_has_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert duration_text(timedelta(seconds=seconds)) == text


@given(st.text(st.sampled_from(f"ab \n\t{MASK}"), max_size=60), st.integers(2, 80))
def test_a_pattern_is_one_line_of_at_most_so_many_characters(pattern: str, cells: int) -> None:
    text = pattern_text(pattern, cells)
    assert len(text) <= cells
    assert "\n" not in text
    assert MASK not in text
    whole = " ".join(pattern.replace(MASK, "<*>").split())
    assert text == whole if len(whole) <= cells else text.endswith("…") and whole.startswith(text[:-1])


def test_severities_and_kinds_go_by_plain_names() -> None:
    assert SEVERITIES == ("error", "warn", "info")
    assert all(kind == kind.name.lower() for kind in Kind)
