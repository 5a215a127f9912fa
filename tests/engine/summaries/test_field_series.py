"""A field's numbers over time are those of the records, however these are chunked."""

from __future__ import annotations

import statistics
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.summaries.field_series import field_series
from logtui.errors import LogtuiError
from tests.engine.window.test_row_window import cut, window_of
from tests.tui.fakes import START, records

ROWS = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from(["1", "2.5", "40", "-3", "fast", "NaN", None])), max_size=60
)


@given(
    ROWS.filter(lambda rows: any(took in ("1", "2.5", "40", "-3") for _, took in rows)), st.lists(st.integers(0, 59))
)
def test_each_span_has_the_median_of_its_numbers(rows: list[tuple[int, str | None]], borders: list[int]) -> None:
    frame = records([{"timestamp": START + timedelta(seconds=second), "@took": took} for second, took in rows])
    series = field_series(window_of(cut(frame, borders), filtered=False), "took", 20)
    numbers = [(second, float(took)) for second, took in rows if took in ("1", "2.5", "40", "-3")]
    assert (series.count, series.least, series.most) == (
        len(numbers),
        min(value for _, value in numbers),
        max(value for _, value in numbers),
    )
    assert series.median == statistics.median(value for _, value in numbers)
    start = int(START.timestamp()) * 10**9
    for number, median in enumerate(series.medians):
        low = series.start + number * series.step
        inside = [value for second, value in numbers if low <= start + second * 10**9 < low + series.step]
        assert median == (statistics.median(inside) if inside else None)


@pytest.mark.parametrize("field", ["took", "absent"])
def test_a_field_without_numbers_is_told(field: str) -> None:
    frame = records([{"timestamp": START, "@took": "fast"}])
    with pytest.raises(LogtuiError, match=f"{field} has no numbers to draw"):
        field_series(window_of([frame], filtered=False), field, 20)
