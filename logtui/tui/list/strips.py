"""Draws a row as strips of exactly the width of the list. Pure: no widget, no data access."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from logtui.tui.list.layout import OWN_COLUMNS, clock, since_before
from logtui.tui.terminal.sanitize import fit, harmless_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from logtui.tui.list.layout import Column, Layout
    from logtui.tui.list.rows import Row

    Spans = Sequence[tuple[int, int]]
    Highlighter = Callable[[str], Spans]


MOST_LINES: Final = 500
"""Most lines that are shown of one record."""

_LEAST_ROOM: Final = 10
_BEFORE_HIT: Final = 3
"""A hit that is scrolled to sideways has this part of the line before it."""

_NO_STYLE: Final = Style()


@dataclass(frozen=True, slots=True)
class ListStyles:
    """The styles of the list.

    Args:
        base: Text and background of a line.
        cursor: Text and background of the cursor's line.
        gutter: The bar beside the cursor's line.
        mark: The sign beside marked records.
        time: The time column.
        origin: The service or logger column.
        note: Field names, ellipses and the marker of further lines.
        context: Records that do not match, and are shown as context of a match.
        match: The words of the filter.
        hit: The words of the search.
        levels: Styles of the words in the level column, by level.
        messages: Styles of the messages, by level.
    """

    base: Style = _NO_STYLE
    cursor: Style = _NO_STYLE
    gutter: Style = _NO_STYLE
    mark: Style = _NO_STYLE
    time: Style = _NO_STYLE
    origin: Style = _NO_STYLE
    note: Style = _NO_STYLE
    context: Style = _NO_STYLE
    match: Style = _NO_STYLE
    hit: Style = _NO_STYLE
    levels: Mapping[str, Style] = field(default_factory=dict)
    messages: Mapping[str, Style] = field(default_factory=dict)


class Shown(NamedTuple):
    """The state in which one record is shown.

    Attributes:
        is_cursor: Whether the cursor is on it.
        is_marked: Whether it is marked.
        is_open: Whether all its lines are shown, instead of the first with the number of further lines.
        wraps: Whether long lines are wrapped, instead of cut.
        before: The time of the record above it; None if it is not needed or there is none.
        repeats: The size of the fold that it stands for, such as `3` or `1000+`; empty without a fold.
    """

    is_cursor: bool = False
    is_marked: bool = False
    is_open: bool = False
    wraps: bool = False
    before: datetime | None = None
    repeats: str = ""


class Words(NamedTuple):
    """Find the words to highlight in a line.

    Attributes:
        matches: Finds the words of the filter.
        hits: Finds the words of the search.
    """

    matches: Highlighter = lambda _text: ()
    hits: Highlighter = lambda _text: ()


PLAIN: Final = Shown()
"""The default state."""

NOTHING: Final = Words()
"""Highlights nothing."""


def row_strips(
    row: Row, layout: Layout, styles: ListStyles, shown: Shown = PLAIN, words: Words = NOTHING
) -> list[Strip]:
    """Draw one record.

    Args:
        row: The row of the record.
        layout: The layout of the list.
        styles: The styles.
        shown: The state in which the record is shown.
        words: Finds the words to highlight.

    Returns:
        At least one strip, each of `layout.width` cells.
    """
    head = _head(row, layout, styles, shown)
    taken = sum(cell_len(segment.text) for segment in head)
    if layout.width - taken < _LEAST_ROOM and shown.wraps:
        head, taken = head[:1], 1
    tail = _tail(row, styles, shown)
    room = max(0, layout.width - taken - sum(cell_len(segment.text) for segment in tail))
    lines = [_body(row, layout, styles, words), *(_further(row, styles, words) if shown.is_open else ())]
    bodies = [part for line in lines for part in _fitted(line, layout.left, room, styles, wraps=shown.wraps)]
    drawn = [Strip([*head, *bodies[0], *tail])]
    margin = Segment("▌" if shown.is_cursor else " ", styles.gutter), Segment(" " * (taken - 1))
    drawn += [Strip([*margin, *body]) for body in bodies[1:MOST_LINES]]
    base = styles.cursor if shown.is_cursor else styles.base
    return [strip.adjust_cell_length(layout.width).apply_style(base) for strip in drawn]


def left_of_hit(row: Row, layout: Layout, shown: Shown, words: Words) -> int:
    """Choose how far messages are scrolled sideways, in cells, so that a record's first hit is in view.

    Args:
        row: The row of the record.
        layout: The layout of the list, which stays as it is if the hit is in view or not in the message.
        shown: The state in which the record is shown.
        words: Finds the hits.

    Returns:
        The cells; 0 if the hit is in view without scrolling.
    """
    styles = ListStyles()
    beside = (*_head(row, layout, styles, shown), *_tail(row, styles, shown))
    room = layout.width - sum(cell_len(segment.text) for segment in beside) - len("…")
    hit = next(iter(words.hits(row.message)), None)
    if hit is None:
        return layout.left
    low, high = (cell_len(row.message[:place]) for place in hit)
    in_view = [left for left in (layout.left, 0) if left <= low and high <= left + room]
    return in_view[0] if in_view else max(0, low - room // _BEFORE_HIT)


def _head(row: Row, layout: Layout, styles: ListStyles, shown: Shown) -> list[Segment]:
    sign = ("◆", styles.mark) if shown.is_marked else ("▌" if shown.is_cursor else " ", styles.gutter)
    head = [Segment(*sign)]
    cells = iter(row.cells)
    for column in layout.columns:
        value = "" if column.name in OWN_COLUMNS else next(cells, "")
        if layout.width_of(column):
            head += _cell(column, value, row, layout, styles, shown)
    return head


def _cell(
    column: Column, value: str, row: Row, layout: Layout, styles: ListStyles, shown: Shown
) -> tuple[Segment, ...]:
    width = layout.width_of(column)
    quiet = None if row.is_match else styles.context
    if column.name == "time":
        return (Segment(clock(row.time, layout) + " ", quiet or styles.time),)
    if column.name == "delta":
        return (Segment(since_before(row.time, shown.before).rjust(width) + " ", quiet or styles.note),)
    if column.name == "level":
        word = (row.level or "").upper()
        return (
            Segment(word, quiet or styles.levels.get(row.level or "")),
            Segment(" " * (width + 1 - len(word))),
        )
    text = row.origin if column.name == "origin" else value
    return (Segment(fit(text, width) + " ", quiet or styles.origin),)


def _tail(row: Row, styles: ListStyles, shown: Shown) -> list[Segment]:
    tail = [Segment(f" ×{shown.repeats}", styles.note)] if shown.repeats else []
    if row.more_lines and not shown.is_open:
        tail.append(Segment(f" ⏎{row.more_lines}", styles.note))
    return tail


def _body(row: Row, layout: Layout, styles: ListStyles, words: Words) -> list[Segment]:
    text = styles.messages.get(row.level or "", _NO_STYLE) if row.is_match else styles.context
    body = _marked(row.message, text, styles, words)
    for name, value in row.fields:
        if f"@{name}" not in layout.fields:
            body.append(Segment(f"  {name}=", styles.note))
            body.append(Segment(value, styles.time))
    return body


def _further(row: Row, styles: ListStyles, words: Words) -> Iterator[list[Segment]]:
    text = _NO_STYLE if row.is_match else styles.context
    for line in islice(harmless_lines(row.rest), MOST_LINES):
        yield _marked(line, text, styles, words)


def _marked(line: str, text: Style, styles: ListStyles, words: Words) -> list[Segment]:
    """Split a line into styled segments; highlights of the search cover those of the filter."""
    marked = [(span, styles.match) for span in words.matches(line)] + [(span, styles.hit) for span in words.hits(line)]
    if not marked:
        return [Segment(line, text)]
    borders = {0, len(line)}
    for (start, end), _ in marked:
        borders |= {min(max(start, 0), len(line)), min(max(end, 0), len(line))}
    edges = sorted(borders)
    pieces = []
    for start, end in pairwise(edges):
        style = text
        for (low, high), mark in marked:
            style = style + mark if low <= start and end <= high else style
        pieces.append(Segment(line[start:end], style))
    return pieces


def _fitted(line: list[Segment], left: int, room: int, styles: ListStyles, *, wraps: bool) -> list[Strip]:
    """Cut a line to the cells that it has room for, or wrap it."""
    whole = Strip(line)
    if not wraps or not room:
        return [_cropped(whole, left, room, styles)]
    starts = range(0, max(1, min(whole.cell_length, room * MOST_LINES)), room)
    return [whole.crop(start, start + room).extend_cell_length(room) for start in starts]


def _cropped(whole: Strip, left: int, room: int, styles: ListStyles) -> Strip:
    if left:
        whole = whole.crop(min(left, whole.cell_length))
    if whole.cell_length <= room:
        return whole.extend_cell_length(room)
    cut = whole.adjust_cell_length(max(0, room - 1))
    return Strip([*cut, Segment("…"[:room], styles.note)])
