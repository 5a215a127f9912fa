"""Tells the times between which a large file lies from its first and last lines, so that it need not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.rows import TimeReader, declared_rows, detect_rows, row_format_named
from logtui.formats.rows.times import in_zone
from logtui.lines import RowSplitter
from logtui.sources import SAMPLE_BYTES, FileSource, looks_like_utf16

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from logtui.engine.read.options import ReadOptions
    from logtui.formats.rows import RowCascade
    from logtui.sources import Source

_END_BYTES: Final = SAMPLE_BYTES // 4
"""Bytes that are read at each end."""

_LEAST_BYTES: Final = 8 * SAMPLE_BYTES
"""Smaller files are read anyway: looking at their ends would cost as much."""

_SLACK: Final = 3_600_000_000_000
"""Nanoseconds by which lines within a file may be earlier than its first ones or later than its last ones: threads and
machines write an hour's lines out of order at most."""


def span_of(source: Source, options: ReadOptions) -> tuple[int, int] | None:
    """Find the earliest and the latest time among the first and the last lines of a file.

    Args:
        source: The source.
        options: How it is read.

    Returns:
        Epoch nanoseconds, an hour before and behind them; None if the source is small, compressed or a pipe, or if its
        times lack a year or a day, so that only reading it tells.
    """
    if not isinstance(source, FileSource) or (source.size or 0) < _LEAST_BYTES:
        return None
    head = source.head(_END_BYTES)
    if options.encoding or looks_like_utf16(head):
        return None
    own = [declared_rows(each) for each in options.own_formats]
    first = _lines(head[: head.rfind(b"\n") + 1])
    if not first:
        return None
    cascade, orders = detect_rows(first, row_format_named(options.format, own) if options.format else None, own)
    reader = TimeReader(orders)
    tail = source.tail(_END_BYTES)
    found: list[int] = []
    for lines in (first, _lines(tail[tail.find(b"\n") + 1 :])):
        times = [*_times(lines, cascade, reader, options.zone_of(source.name))]
        if not times or None in times:
            return None
        found += [time for time in times if time is not None]
    return min(found) - _SLACK, max(found) + _SLACK


def _lines(data: bytes) -> list[str]:
    splitter = RowSplitter()
    return [line[0] for line in (*splitter.feed(data), *splitter.finish())]


def _times(lines: list[str], cascade: RowCascade, reader: TimeReader, zone: tzinfo) -> Iterator[int | None]:
    """The times of lines; None for one that lacks a year or a day."""
    for line in lines:
        reading, starts = cascade.read(line)
        text = reading.text("time_text") if starts and reading is not None else None
        time = reader.read(text) if text else None
        if time is not None:
            yield None if time.yearless or time.dateless else time.ns if time.zoned else in_zone(time.ns, zone)
