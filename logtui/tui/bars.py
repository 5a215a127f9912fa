"""A histogram -> strips: one stacked bar per bucket, an axis below. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.histogram import Histogram

STACK: Final = (("fatal", "error"), ("warn",), ("info", None), ("debug", "trace"))
"""Levels of the segments of a bar, from the bottom up."""

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_EIGHTHS: Final = 8
_NO_STYLE: Final = Style()
_UNITS: Final = (
    ("d", 86_400 * 10**9),
    ("h", 3_600 * 10**9),
    ("min", 60 * 10**9),
    ("s", 10**9),
    ("ms", 10**6),
)
_DAY: Final = 86_400 * 10**9
_WIDEST_BAR: Final = 6
_SOLID_BAR: Final = 2


@dataclass(frozen=True, slots=True)
class BarStyles:
    """Styles of the histogram.

    Args:
        base: Background.
        stack: Colours of the segments, as in `STACK`.
        axis: The line of labels.
        cursor: The mark under the cursor's bucket.
        column: Background of the cursor's bucket.
    """

    base: Style = _NO_STYLE
    stack: tuple[Style, ...] = (_NO_STYLE,) * len(STACK)
    axis: Style = _NO_STYLE
    cursor: Style = _NO_STYLE
    column: Style = _NO_STYLE


def bar_strips(
    histogram: Histogram, width: int, height: int, styles: BarStyles, cursor: int | None = None
) -> list[Strip]:
    """Draw a histogram.

    Args:
        histogram: The counts.
        width: Cells.
        height: Lines, the axis included.
        styles: How it looks.
        cursor: Epoch nanoseconds of the cursor's record.

    Returns:
        `height` strips of `width` cells.
    """
    lines = max(1, height - 1)
    counts = _counts(histogram)
    edges = _edges(len(counts), width)
    heights = _heights(counts, lines * _EIGHTHS)
    at = None if cursor is None or not counts else histogram.bucket_of(cursor)
    bars = [_line(heights, edges, line, at, styles) for line in range(lines - 1, -1, -1)]
    mark = None if at is None else (edges[at] + edges[at + 1] - 1) // 2
    axis = _axis(histogram, counts, max(min(width, 40), edges[-1]), mark, styles)
    return [strip.adjust_cell_length(width).apply_style(styles.base) for strip in (*bars, axis)]


def duration(nanoseconds: int) -> str:
    """A bucket's width as people say it."""
    for unit, size in _UNITS:
        if nanoseconds >= size and nanoseconds % size == 0:
            return f"{nanoseconds // size} {unit}"
    return f"{nanoseconds / 10**9:.3g} s"


def _counts(histogram: Histogram) -> list[list[int]]:
    """Counts by bucket and stack segment."""
    counts = [[0] * len(STACK) for _ in range(histogram.buckets)]
    place = {level: index for index, levels in enumerate(STACK) for level in levels}
    moments = histogram.frame["bucket"].cast(pl.Int64)
    rows = zip(moments, histogram.frame["level"], histogram.frame["count"], strict=True)
    for moment, level, count in rows:
        counts[(moment - histogram.start) // histogram.step][place[level]] += count
    return counts


def _heights(counts: Sequence[Sequence[int]], eighths: int) -> list[list[int]]:
    """Tops of the segments in eighths of a cell; what exists is at least one eighth high."""
    peak = max((sum(column) for column in counts), default=0)
    tops = []
    for column in counts:
        top, column_tops = 0, []
        for count in column:
            top = min(eighths, top + (max(1, round(count * eighths / peak)) if count else 0))
            column_tops.append(top)
        tops.append(column_tops)
    return tops


def _edges(bars: int, width: int) -> list[int]:
    """Where the bars begin and the last one ends; together they fill the width unless they are very few."""
    room = min(width, bars * _WIDEST_BAR)
    return [index * room // bars for index in range(bars + 1)] if bars else [0]


def _cell(tops: Sequence[int], line: int, styles: BarStyles) -> tuple[str, Style]:
    """One character of a bar: two colours fit into it, what is lowest and what fills most of the rest."""
    floor = line * _EIGHTHS
    top = min(tops[-1] - floor, _EIGHTHS)
    if top <= 0:
        return " ", _NO_STYLE
    limits = [max(0, min(limit - floor, _EIGHTHS)) for limit in tops]
    parts = [(high - low, high, style) for low, high, style in zip([0, *limits], limits, styles.stack, strict=False)]
    (_, filled, lowest), *rest = [part for part in parts if part[0] > 0]
    if top < _EIGHTHS // 2 or not rest:
        return _BLOCKS[top], lowest
    widest = max(rest, key=lambda part: part[0])[2]
    return _BLOCKS[filled], lowest + Style(bgcolor=widest.color)


def _line(
    heights: Sequence[Sequence[int]], edges: Sequence[int], line: int, at: int | None, styles: BarStyles
) -> Strip:
    segments: list[Segment] = []
    for index, tops in enumerate(heights):
        character, style = _cell(tops, line, styles)
        if index == at and style.bgcolor is None:
            style += styles.column
        width = edges[index + 1] - edges[index]
        gap = 1 if width > _SOLID_BAR else 0
        segments += [Segment(character * (width - gap), style), Segment(" " * gap)]
    return Strip(segments)


def _axis(
    histogram: Histogram, counts: Sequence[Sequence[int]], width: int, at: int | None, styles: BarStyles
) -> Strip:
    if not counts:
        text = f" {histogram.undated:,} records without a time" if histogram.undated else ""
        return Strip([Segment(text, styles.axis)])
    first, last = histogram.start, histogram.start + histogram.step * histogram.buckets
    pattern = _pattern(first, last, histogram.step)
    left, right = _label(first, pattern), _label(last, pattern)
    peak = max(sum(column) for column in counts)
    middle = f"{duration(histogram.step)}/bar · peak {peak:,}"
    if histogram.outside:
        middle += f" · {histogram.outside:,} elsewhere"
    if histogram.undated:
        middle += f" · {histogram.undated:,} undated"
    text = left + middle.center(max(0, width - len(left) - len(right))) + right
    if at is None or text[at : at + 1] != " ":
        return Strip([Segment(text[:width], styles.axis)])
    marked = [(text[:at], styles.axis), ("▲", styles.cursor), (text[at + 1 : width], styles.axis)]
    return Strip([Segment(part, style) for part, style in marked])


def _pattern(first: int, last: int, step: int) -> str:
    if step >= _DAY:
        return "%Y-%m-%d"
    clock = "%H:%M" if step % (60 * 10**9) == 0 else "%H:%M:%S"
    return clock if last - first < _DAY and first // _DAY == (last - 1) // _DAY else f"%m-%d {clock}"


def _label(nanoseconds: int, pattern: str) -> str:
    return datetime.fromtimestamp(nanoseconds // 10**9, UTC).strftime(pattern)
