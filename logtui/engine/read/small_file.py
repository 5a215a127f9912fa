"""Reads a small file at once by the row readers, which are faster than the column readers for few lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.engine.read.row_reader import row_reader
from logtui.errors import SourceError
from logtui.formats.clock import OLDEST_YEAR, SLACK
from logtui.formats.detection import detection_of
from logtui.formats.registry import format_named
from logtui.formats.rows import Record, RowAssembler, declared_rows, row_format_named
from logtui.formats.rows.detection import judge
from logtui.lines import RowSplitter
from logtui.model.names import field_column
from logtui.model.record import CORE_SCHEMA
from logtui.sources import FileSource, FollowedFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.engine.read.options import ReadOptions
    from logtui.formats import Detection
    from logtui.formats.base import PatternFormat
    from logtui.sources import Source

_MOST_BYTES: Final = 32 * 1024
"""A file takes 15 ms by columns however few its lines are; by rows it takes 2 ms and 20 us a line."""

_OF_RECORDS: Final = tuple(name for name in CORE_SCHEMA if name in Record.__slots__)
"""The core columns whose values the records of the row readers have."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SmallFile(NamedTuple):
    """A file that was read at once.

    Attributes:
        records: A record frame with all of its records.
        open_rows: How many of them, at the end, further lines might continue.
        size: Its bytes.
        detection: Its formats.
    """

    records: pl.DataFrame
    open_rows: int
    size: int
    detection: Detection


def small_file(source: Source, options: ReadOptions, own: Sequence[PatternFormat]) -> SmallFile | None:
    """Read a source if it is a small plain file.

    Args:
        source: The source, of which nothing has been read.
        options: How to read it.
        own: The user's own formats.

    Returns:
        The file; None if it is none, or if it has what only the column readers count or settle: bytes that are not
        UTF-8, NULs, times without a date, in a file that may grow a line without an end.
    """
    modified = source.modified
    if not isinstance(source, FileSource) or modified is None or options.encoding or options.year:
        return None
    data = _text_in(source)
    if data is None:
        return None
    splitter = RowSplitter(None)
    lines = [*splitter.feed(data), *splitter.finish()]
    rows = {declared_rows(each.declaration): each for each in own}
    forced = row_format_named(options.format, list(rows)) if options.format else None
    found = judge([line[0] for line in lines], forced, list(rows))
    zone = options.zone_of(source.name)
    assembler = RowAssembler(source.name, modified, zone, message_fields=options.message_fields)
    row_reader(assembler, source, None, found.cascade, found.orders).feed(lines)
    complete, still_open = assembler.complete(lines[-1][1]), list(assembler.finish())
    if assembler.has_dateless:
        return None
    source.seek(len(data))
    detection = detection_of(found, format_named(options.format, own) if options.format else None, own)
    return SmallFile(_frame_of([*complete, *still_open], modified), len(still_open), len(data), detection)


def _text_in(source: FileSource) -> bytes | None:
    """The bytes of a file if they are few and plain text, else None."""
    if source.size is None or not 0 < source.size <= _MOST_BYTES:
        return None
    try:
        data = source.peek(_MOST_BYTES + 1)
        data.decode()
    except (SourceError, UnicodeDecodeError):
        return None
    is_whole = data.endswith(b"\n") or not isinstance(source, FollowedFile)
    return data if 0 < len(data) <= _MOST_BYTES and is_whole and b"\0" not in data else None


def _frame_of(records: Sequence[Record], modified: datetime) -> pl.DataFrame:
    """The records of the row readers as a record frame."""
    times = [record.timestamp_ns for record in records]
    values: dict[str, Sequence[object]] = {name: [getattr(record, name) for record in records] for name in _OF_RECORDS}
    values |= {"timestamp": times, "order_time": list(_order_times(times, modified)), "seq": range(len(records))}
    nothing = [None] * len(records)
    core = [pl.Series(name, values.get(name, nothing), dtype=dtype) for name, dtype in CORE_SCHEMA.items()]
    fields = [record.fields for record in records]
    names = dict.fromkeys(name for each in fields for name in each)
    further = (pl.Series(field_column(name), [each.get(name) for each in fields], dtype=pl.String) for name in names)
    return pl.DataFrame([*core, *further])


def _order_times(times: Sequence[int | None], modified: datetime) -> Iterator[int]:
    """The order times of records, epoch nanoseconds; see `SourceClock.apply`."""
    latest = _nanoseconds(modified + SLACK)
    earliest = _nanoseconds(datetime(OLDEST_YEAR, 1, 1, tzinfo=UTC))
    sound = [time if time is not None and earliest <= time <= latest else None for time in times]
    last = next((time for time in sound if time is not None), _nanoseconds(modified))
    for time in sound:
        last = last if time is None else max(last, time)
        yield last


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1_000
