"""Charts of a field: drawn to scale, opened from the fields pane."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from rich.style import Style

from logtui.engine.summaries.field_series import FieldSeries
from logtui.tui.panes.charts import chart, short
from logtui.tui.screens.text import TextScreen
from tests.tui.fakes import START, records
from tests.tui.panes.test_panes import go_to
from tests.tui.screen import screen

STYLES = dict.fromkeys(("bar", "heading", "quiet"), Style())


def test_bars_are_as_high_as_their_values() -> None:
    series = FieldSeries("took", 0, 10**9, 3, 1, 4, 8, 8, (1, None, 4), (2, None, 8))
    lines = chart(series, 2, UTC, STYLES).plain.splitlines()
    assert lines[0] == "took   3 values   least 1   median 4   95th percentile 8   most 8"
    assert [line[10:] for line in lines[3:5]] == ["  █", "▄ █"]
    assert [line[10:] for line in lines[7:9]] == ["  █", "▄ █"]
    assert [line[:10].strip() for line in lines[3:5]] == ["8", "0"]
    assert "01-01 00:00:00" in lines[-1]
    assert "01-01 00:00:03" in lines[-1]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00012, "0.00012"), (7, "7"), (1234.5, "1,234"), (12_345, "12.3k"), (3.2e6, "3.2M"), (-5e9, "-5G")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


async def test_a_numeric_field_is_drawn_from_its_pane() -> None:
    rows = [
        {"timestamp": START + timedelta(seconds=number), "@took": str(number % 7), "@word": "a"}
        for number in range(200)
    ]
    async with screen(records(rows)) as driver:
        await driver.press("f")
        await go_to(driver, "took")
        await driver.press("v")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert shown.text.plain.startswith("took   200 values   least 0   median 3")
        await driver.press("escape")
        await go_to(driver, "word")
        await driver.press("v")
        await driver.until(lambda: "word has no numbers to draw" in driver.message)
