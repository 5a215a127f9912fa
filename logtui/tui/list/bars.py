"""Draws a histogram as strips: one bar per bucket, stacked by level, above an axis. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from logtui.model.times import moment_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from datetime import datetime

    from logtui.engine.summaries.histogram import Histogram

STACK: Final = (("fatal", "error"), ("warn",), ("info", None), ("debug", "trace"))
"""The levels that each segment of a bar counts, from the bottom up; None counts records without a level."""

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
_MOST_OF_A_UNIT: Final = 1_000
"""From this many on, a number is rounded in a larger unit."""

_DAY: Final = 86_400 * 10**9
_WIDEST_BAR: Final = 6
"""Most cells of a bar, including the gap behind it."""

_SOLID_BAR: Final = 2
"""Most cells of a bar that is drawn without a gap behind it."""

_FLAG: Final = "!"
_APART: Final = 2
"""Least cells between the texts of the axis."""

_FINER_DIGITS: Final = len("000")
"""The digits by which microseconds are longer than milliseconds."""


Sign: TypeAlias = tuple[int, str, Style]
"""The cell of a sign on the axis, its character and its style."""


@dataclass(frozen=True, slots=True)
class BarStyles:
    """Styles of the histogram.

    Args:
        base: The background.
        stack: Colours of the segments, as in `STACK`.
        axis: The axis and its labels.
        cursor: The sign under the bucket of the cursor's record.
        column: Background of the bucket of the cursor's record, or of the chosen buckets.
        flag: The signs at times when alerts fired.
    """

    base: Style = _NO_STYLE
    stack: tuple[Style, ...] = (_NO_STYLE,) * len(STACK)
    axis: Style = _NO_STYLE
    cursor: Style = _NO_STYLE
    column: Style = _NO_STYLE
    flag: Style = _NO_STYLE


@dataclass(frozen=True, slots=True)
class BarMarks:
    """The marks on a histogram, and the labels of its axis.

    Args:
        cursor: Time of the cursor's record, epoch nanoseconds.
        flags: Times when alerts fired, epoch nanoseconds.
        chosen: Numbers of the chosen buckets.
        zone: The time zone of the labels.
        key: The key that switches between all times and the bulk of the times.
        is_whole: Whether all times are shown, including those far from the others.
    """

    cursor: int | None = None
    flags: tuple[int, ...] = ()
    chosen: range = range(0)
    zone: tzinfo = UTC
    key: str = ""
    is_whole: bool = False


def bar_strips(
    histogram: Histogram, width: int, height: int, styles: BarStyles, marks: BarMarks = BarMarks()
) -> list[Strip]:
    """Draw a histogram.

    Args:
        histogram: The counts.
        width: Width in cells.
        height: Height in lines, including the axis.
        styles: The styles.
        marks: The marks.

    Returns:
        `height` strips of `width` cells.
    """
    lines = max(1, height - 1)
    counts = _counts(histogram)
    edges = _edges(len(counts), width)
    heights = _heights(counts, lines * _EIGHTHS)
    here = _buckets_of(histogram, [] if marks.cursor is None else [marks.cursor])
    lit = marks.chosen or here
    bars = [_line(heights, edges, line, lit, styles) for line in range(lines - 1, -1, -1)]
    text = _axis(histogram, counts, (edges[-1], width), marks)
    flags = [(_middle(edges, at), _FLAG, styles.flag) for at in _buckets_of(histogram, marks.flags)]
    signs = [(_middle(edges, at), "▲", styles.cursor) for at in here]
    axis = _signed(text, [sign for sign in (*signs, *flags) if _is_free(text, sign[0])], styles.axis)
    bars[-1] = _flagged(bars[-1], [flag for flag in flags if not _is_free(text, flag[0])])
    return [strip.adjust_cell_length(width).apply_style(styles.base) for strip in (*bars, axis)]


def bar_at(histogram: Histogram, width: int, x: int) -> int | None:
    """Find the number of the bucket that is drawn at cell `x`; None if there is none."""
    edges = _edges(histogram.buckets, width)
    return bisect_right(edges, x) - 1 if 0 <= x < edges[-1] else None


def duration(nanoseconds: int) -> str:
    """Write the width of a bucket in the largest unit that divides it, such as `5 min`, or rounded, such as `396 d`."""
    for unit, size in _UNITS:
        if size <= nanoseconds < _MOST_OF_A_UNIT * size and nanoseconds % size == 0:
            return f"{nanoseconds // size} {unit}"
    unit, size = next(((unit, size) for unit, size in _UNITS if nanoseconds >= size), ("ms", 10**6))
    return f"{nanoseconds / size:.3g} {unit}"


def _counts(histogram: Histogram) -> list[list[int]]:
    """Sum the counts by bucket and segment of the stack."""
    counts = [[0] * len(STACK) for _ in range(histogram.buckets)]
    place = {level: index for index, levels in enumerate(STACK) for level in levels}
    moments = histogram.frame["bucket"].cast(pl.Int64)
    rows = zip(moments, histogram.frame["level"], histogram.frame["count"], strict=True)
    for moment, level, count in rows:
        counts[(moment - histogram.start) // histogram.step][place[level]] += count
    return counts


def _heights(counts: Sequence[Sequence[int]], eighths: int) -> list[list[int]]:
    """Compute the tops of the segments in eighths of a cell; a segment with records is at least one eighth high."""
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
    """Compute the cells at which the bars begin and the last one ends; they fill the width unless they are few."""
    room = min(width, bars * _WIDEST_BAR)
    return [index * room // bars for index in range(bars + 1)] if bars else [0]


def _cell(tops: Sequence[int], line: int, styles: BarStyles) -> tuple[str, Style]:
    """Draw one cell of a bar; it has room for two colours: the lowest segment, and the largest one above it."""
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
    heights: Sequence[Sequence[int]], edges: Sequence[int], line: int, lit: Container[int], styles: BarStyles
) -> Strip:
    segments: list[Segment] = []
    gap = 1 if heights and edges[-1] // len(heights) > _SOLID_BAR else 0
    for index, tops in enumerate(heights):
        character, style = _cell(tops, line, styles)
        if index in lit and style.bgcolor is None:
            style += styles.column
        width = edges[index + 1] - edges[index]
        segments += [Segment(character * (width - gap), style), Segment(" " * gap)]
    return Strip(segments)


def _buckets_of(histogram: Histogram, moments: Sequence[int]) -> list[int]:
    """Find the numbers of the buckets that some times fall into, without duplicates."""
    found = (histogram.bucket_of(moment) for moment in moments)
    return list(dict.fromkeys(bucket for bucket in found if bucket is not None))


def _middle(edges: Sequence[int], bucket: int) -> int:
    return (edges[bucket] + edges[bucket + 1] - 1) // 2


def _axis(histogram: Histogram, counts: Sequence[Sequence[int]], room: tuple[int, int], marks: BarMarks) -> str:
    """Compose the axis: the times at both ends, and the longest text about the bars that fits between them."""
    if not counts:
        return (f" {histogram.undated:,} records without a time" if histogram.undated else "")[: room[1]]
    first, last = histogram.start, histogram.start + histogram.step * histogram.buckets
    pattern = _pattern(first, last, histogram.step, marks.zone)
    left, right = _label(first, pattern, marks.zone), _label(last, pattern, marks.zone)
    for middle in _middles(histogram, max(sum(column) for column in counts), marks):
        needed = len(left) + len(middle) + len(right) + 2 * _APART
        if needed <= room[1]:
            return left + middle.center(max(room[0], needed) - len(left) - len(right)) + right
    return left if len(left) <= room[1] else ""


def _middles(histogram: Histogram, peak: int, marks: BarMarks) -> Iterator[str]:
    """Yield texts about the bars, from the longest to the shortest."""
    scale = f"{duration(histogram.step)}/bar"
    left_out = []
    if histogram.outside:
        left_out.append(f"{histogram.outside:,} elsewhere" + (f" ({marks.key})" if marks.key else ""))
    elif marks.is_whole:
        left_out.append("all times" + (f" ({marks.key})" if marks.key else ""))
    if histogram.undated:
        left_out.append(f"{histogram.undated:,} undated")
    for said in ([scale, f"peak {peak:,}", *left_out], [scale, *left_out], left_out, left_out[:1], []):
        yield " · ".join(said)


def _is_free(text: str, at: int) -> bool:
    """Whether a sign at cell `at` of the axis touches no word of the axis."""
    return not text[max(0, at - 1) : at + 2].strip()


def _signed(text: str, signs: Sequence[Sign], style: Style) -> Strip:
    """Put signs on the axis."""
    cells = [(character, style) for character in text.ljust(max((at + 1 for at, _, _ in signs), default=0))]
    for at, sign, own in signs:
        cells[at] = (sign, own)
    return Strip(Segment("".join(part), style) for style, part in _joined(cells))


def _flagged(bars: Strip, flags: Sequence[Sign]) -> Strip:
    """Put those flags on the lowest line of the bars for which the axis has no room."""
    for at, sign, style in flags:
        before, _, behind = bars.divide((at, at + 1, bars.cell_length))
        bars = Strip([*before, Segment(sign, style), *behind])
    return bars


def _joined(cells: Sequence[tuple[str, Style]]) -> Iterator[tuple[Style, list[str]]]:
    for style, group in groupby(cells, key=lambda cell: cell[1]):
        yield style, [character for character, _ in group]


def _pattern(first: int, last: int, step: int, zone: tzinfo) -> str:
    """Choose a format for times that is precise enough to distinguish neighbouring bars."""
    if step >= _DAY:
        return "%Y-%m-%d"
    clock = "%H:%M" if step % (60 * 10**9) == 0 else "%H:%M:%S" if step >= 10**9 else "%H:%M:%S.%f"
    is_one_day = _local(first, zone).date() == _local(last - 1, zone).date()
    return clock if is_one_day else f"%m-%d {clock}"


def _label(nanoseconds: int, pattern: str, zone: tzinfo) -> str:
    text = _local(nanoseconds, zone).strftime(pattern)
    return text[:-_FINER_DIGITS] if pattern.endswith("%f") else text


def _local(nanoseconds: int, zone: tzinfo) -> datetime:
    return moment_of(nanoseconds).astimezone(zone)
