"""Draws the values of a field over time as text: bars of the 95th percentile above bars of the median. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from logtui.model.times import moment_of
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from rich.style import Style

    from logtui.engine.summaries.field_series import FieldSeries

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_EIGHTHS: Final = 8
_LABEL: Final = 10
_UNITS: Final = ((1e9, "G"), (1e6, "M"), (1e4, "k"))


def chart(series: FieldSeries, height: int, zone: tzinfo, styles: Mapping[str, Style]) -> Text:
    """Draw a chart of a series.

    Args:
        series: Statistics of the field by time span.
        height: Height of each of the two rows of bars, in lines.
        zone: Zone of the times on the axis.
        styles: Styles named `bar`, `heading`, `quiet`.

    Returns:
        Lines with one cell per span of the series, after ten cells for the scale.
    """
    summary = (
        f"{series.count:,} values   least {short(series.least)}   median {short(series.median)}   "
        f"95th percentile {short(series.late)}   most {short(series.most)}"
    )
    if series.elsewhere:
        summary += f"   {series.elsewhere:,} at far-away times"
    text = Text(no_wrap=True)
    text.append(harmless_line(series.field), styles["heading"]).append(f"   {summary}\n", styles["quiet"])
    for title, values in (("95th percentile", series.lates), ("median", series.medians)):
        top = max((value for value in values if value is not None), default=0.0)
        text.append(f"\n{'':>{_LABEL}}{title}\n", styles["quiet"])
        for line in range(height, 0, -1):
            label = short(top) if line == height else "0" if line == 1 and top > 0 else ""
            text.append(f"{label:>{_LABEL - 1}} ", styles["quiet"])
            text.append("".join(_cell(value, top, line, height) for value in values) + "\n", styles["bar"])
    return text.append(_axis(series, zone), styles["quiet"])


def short(value: float) -> str:
    """Shorten a number to a few characters, such as `12.5k`."""
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / (1e3 if unit == 'k' else size):.3g}{unit}"
    return f"{value:,.4g}"


def _cell(value: float | None, top: float, line: int, height: int) -> str:
    if value is None or value <= 0 or top <= 0:
        return " "
    eighths = max(1, round(value / top * height * _EIGHTHS))
    return _BLOCKS[max(0, min(_EIGHTHS, eighths - (line - 1) * _EIGHTHS))]


def _axis(series: FieldSeries, zone: tzinfo) -> str:
    first, last = (_moment(series.start + series.step * number, zone) for number in (0, len(series.lates)))
    gap = max(1, len(series.lates) - cell_len(first) - cell_len(last))
    return " " * _LABEL + first + " " * gap + last


def _moment(nanoseconds: int, zone: tzinfo) -> str:
    return f"{moment_of(nanoseconds).astimezone(zone):%m-%d %H:%M:%S}"


def spans_for(width: int) -> int:
    """The number of time spans that fit into a chart of some width in cells."""
    return max(10, width - _LABEL - 1)


def drawn_height(lines: int) -> int:
    """The height of each row of bars on a screen with so many lines."""
    return max(2, min(8, (lines - 12) // 2))
