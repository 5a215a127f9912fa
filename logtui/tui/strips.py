"""A record row -> a strip of exactly the list's width. Pure: no widget, no data access."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from logtui.tui.harmless import fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from logtui.tui.rows import Row

    Spans = Sequence[tuple[int, int]]


TIME_FORMATS: Final = {
    "none": "",
    "time": "%H:%M:%S",
    "date": "%m-%d %H:%M:%S",
    "full": "%Y-%m-%d %H:%M:%S",
}
_LEVEL_WIDTH: Final = 5
_DELTA_WIDTH: Final = 7
_MILLISECONDS_SHOWN: Final = 10
_SECONDS_SHOWN: Final = 100
_NO_STYLE: Final = Style()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of the list are.

    Args:
        width: Cells of the whole line.
        left: Cells that the message is scrolled to the left by.
        time: One of `TIME_FORMATS`.
        fraction: Whether milliseconds are shown.
        level: Whether there is a level column.
        origin: Cells of the service or logger column; 0 hides it.
        delta: Whether the time since the record before is shown.
    """

    width: int = 80
    left: int = 0
    time: str = "none"
    fraction: bool = False
    level: bool = False
    origin: int = 0
    delta: bool = False

    @property
    def time_width(self) -> int:
        """Cells of the time column."""
        return {"none": 0, "time": 8, "date": 14, "full": 19}[self.time] + (4 if self.fraction else 0)


@dataclass(frozen=True, slots=True)
class ListStyles:
    """Styles of the list, resolved once per paint.

    Args:
        base: Text and background of a line.
        cursor: Text and background of the cursor's line.
        gutter: The bar beside the cursor's line.
        mark: The sign beside marked records.
        time: The time column.
        origin: The service or logger column.
        note: Field names, ellipses and the marker of further lines.
        match: Words that the filter looks for.
        hit: Words that the search looks for.
        levels: Level -> style of its word.
        messages: Level -> style of its message.
    """

    base: Style = _NO_STYLE
    cursor: Style = _NO_STYLE
    gutter: Style = _NO_STYLE
    mark: Style = _NO_STYLE
    time: Style = _NO_STYLE
    origin: Style = _NO_STYLE
    note: Style = _NO_STYLE
    match: Style = _NO_STYLE
    hit: Style = _NO_STYLE
    levels: Mapping[str, Style] = field(default_factory=dict)
    messages: Mapping[str, Style] = field(default_factory=dict)


def row_strip(
    row: Row,
    layout: Layout,
    styles: ListStyles,
    *,
    cursor: bool = False,
    marked: bool = False,
    before: datetime | None = None,
    matches: Spans = (),
    hits: Spans = (),
) -> Strip:
    """Draw one record.

    Args:
        row: The record.
        layout: Where the columns are.
        styles: How they look.
        cursor: Whether the cursor is on it.
        marked: Whether it is marked.
        before: The time of the record above it.
        matches: Where in the message words of the filter are.
        hits: Where in the message words of the search are.

    Returns:
        A strip of `layout.width` cells.
    """
    head = _head(row, layout, styles, cursor=cursor, marked=marked, before=before)
    room = layout.width - sum(cell_len(segment.text) for segment in head)
    body = _body(row, styles, matches, hits)
    tail = Segment(f" ⏎{row.more_lines}", styles.note) if row.more_lines else None
    if tail is not None:
        room -= cell_len(tail.text)
    drawn = _cropped(body, layout.left, max(0, room), styles)
    strip = Strip([*head, *drawn, *([tail] if tail else [])]).adjust_cell_length(layout.width)
    return strip.apply_style(styles.cursor if cursor else styles.base)


def clock(time: datetime | None, layout: Layout) -> str:
    """A time as its column shows it; blank if there is none."""
    if time is None or layout.time == "none":
        return " " * layout.time_width
    text = time.strftime(TIME_FORMATS[layout.time])
    return f"{text}.{time.microsecond // 1000:03d}" if layout.fraction else text


def since_before(time: datetime | None, before: datetime | None) -> str:
    """The time between two records in at most seven cells; blank if one of them has none."""
    if time is None or before is None:
        return ""
    seconds = (time - before).total_seconds()
    size, sign = abs(seconds), "-" if seconds < 0 else "+"
    if size < _SECONDS_SHOWN:
        return f"{sign}{size:.3f}" if size < _MILLISECONDS_SHOWN else f"{sign}{size:.1f}"
    unit, length = ("d", 86_400) if size >= 86_400 else ("h", 3_600) if size >= 3_600 else ("m", 60)
    return f"{sign}{size / length:.1f}{unit}"


def _head(
    row: Row, layout: Layout, styles: ListStyles, *, cursor: bool, marked: bool, before: datetime | None
) -> list[Segment]:
    head = [Segment("◆", styles.mark) if marked else Segment("▌" if cursor else " ", styles.gutter)]
    if layout.time_width:
        head.append(Segment(clock(row.time, layout) + " ", styles.time))
    if layout.delta:
        head.append(Segment(f"{since_before(row.time, before):>{_DELTA_WIDTH}} ", styles.note))
    if layout.level:
        word = (row.level or "").upper()
        head += [
            Segment(word, styles.levels.get(row.level or "")),
            Segment(" " * (_LEVEL_WIDTH + 1 - len(word))),
        ]
    if layout.origin:
        head.append(Segment(fit(row.origin, layout.origin) + " ", styles.origin))
    return head


def _body(row: Row, styles: ListStyles, matches: Spans, hits: Spans) -> list[Segment]:
    text = styles.messages.get(row.level or "", _NO_STYLE)
    marked = [(span, styles.match) for span in matches] + [(span, styles.hit) for span in hits]
    body = _marked(row.message, text, marked)
    for name, value in row.fields:
        body.append(Segment(f"  {name}=", styles.note))
        body.append(Segment(value, styles.time))
    return body


def _marked(message: str, text: Style, marked: Sequence[tuple[tuple[int, int], Style]]) -> list[Segment]:
    """The message in pieces; later marks lie over earlier ones."""
    if not marked:
        return [Segment(message, text)]
    borders = {0, len(message)}
    for (start, end), _ in marked:
        borders |= {min(max(start, 0), len(message)), min(max(end, 0), len(message))}
    edges = sorted(borders)
    pieces = []
    for start, end in pairwise(edges):
        style = text
        for (low, high), mark in marked:
            style = style + mark if low <= start and end <= high else style
        pieces.append(Segment(message[start:end], style))
    return pieces


def _cropped(body: list[Segment], left: int, room: int, styles: ListStyles) -> Strip:
    whole = Strip(body)
    if left:
        whole = whole.crop(min(left, whole.cell_length))
    if whole.cell_length <= room:
        return whole.extend_cell_length(room)
    cut = whole.adjust_cell_length(max(0, room - 1))
    return Strip([*cut, Segment("…"[:room], styles.note)])
