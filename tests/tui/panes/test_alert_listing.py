"""Small lines of values in the alerts pane."""

from __future__ import annotations

import pytest
from rich.style import Style

from logtui.alerts.conditions import Absence, Change, Count
from logtui.tui.panes.alert_listing import trend

STYLES = {"bar": Style(color="blue"), "bad": Style(color="red")}


@pytest.mark.parametrize(
    ("values", "condition", "bars", "bad"),
    [
        ((0, 5, 10, 20), Count(10, ">"), "▁▃▅█", "█"),
        ((1, None, 2), Count(100), "▁ ▁", ""),
        ((3, 0), Absence(), "█▁", "▁"),
        ((-50, 0, 100, 200), Change(100), "▁▂▅█", "█"),
        ((0, 0), Count(0), "▁▁", ""),
        ((), Count(0), "", ""),
    ],
)
def test_bars_are_scaled_to_the_threshold_and_those_beyond_it_have_the_colour_of_bad(
    values: tuple[float | None, ...], condition: Count | Absence | Change, bars: str, bad: str
) -> None:
    text = trend(values, condition, STYLES)
    assert text.plain == bars
    assert "".join(text.plain[span.start : span.end] for span in text.spans if span.style == STYLES["bad"]) == bad
