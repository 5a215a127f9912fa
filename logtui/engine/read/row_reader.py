"""Reads one source record by record, lazily, with little memory and without importing Polars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING

from logtui.errors import SourceError
from logtui.formats.rows import (
    Record,
    RowAssembler,
    RowReader,
    TimeReader,
    declared_rows,
    detect_rows,
    row_format_named,
)
from logtui.formats.rows.clock import anchor_of
from logtui.lines import Line, RowSplitter
from logtui.sources import SAMPLE_BYTES, Source, looks_like_utf16, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.formats.anchor import Anchor
    from logtui.formats.declaration import Declaration
    from logtui.formats.moments import Orders
    from logtui.formats.rows import RowSieve, Tally
    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.times import Time


@dataclass(slots=True)
class Losses:
    """The parts of sources that are in no record.

    Attributes:
        blank_lines: Lines without text.
        cut_bytes: Bytes of lines beyond the greatest length, and of runs of NULs between lines.
        damage: Why the rest of the source could not be read; None if it could.
        main: Name of the main format of the source that is being read.
    """

    blank_lines: int = 0
    cut_bytes: int = 0
    damage: SourceError | None = None
    main: str | None = None


def read_rows(
    path_or_source: str | PathLike[str] | Source,
    *,
    block_bytes: int = 256 * 1024,
    format: str | None = None,  # noqa: A002  # the name that every front end gives it
    zone: tzinfo = UTC,
    codec: str | None = None,
    message_fields: bool = True,
    own_formats: Sequence[Declaration] = (),
    tally: Tally | None = None,
    sieve: RowSieve | None = None,
    losses: Losses | None = None,
) -> Iterator[Record]:
    """Read the records of one source in its order, each as soon as it is complete.

    Args:
        path_or_source: A file's path (plain or compressed), or a source.
        block_bytes: Size of a block at most; it bounds memory and does not change the records.
        format: Name of the format that reads the source; None detects it by its first lines.
        zone: Zone of times that state none.
        codec: The encoding of the source, as `codec_named` returns it; None for UTF-8 or UTF-16.
        message_fields: Add the `key=value` pairs of messages as fields.
        own_formats: The user's own formats; they are tried first.
        tally: Counts lines that it can count without making records of them; these are not yielded.
        sieve: What every wanted record meets; of others, those that are costly to build are not yielded.
        losses: Counts the parts of the source that are in no record.

    Yields:
        Records, except those that `tally` has counted and that `sieve` has left out; the caller may change them.

    Raises:
        SourceError: If the path holds nothing to read, or the rest cannot be read; records yielded before are valid.
        FormatError: If there is no format of that name.
    """
    source = _source_at(path_or_source) if isinstance(path_or_source, (str, PathLike)) else path_or_source
    own = [declared_rows(each) for each in own_formats]
    forced = row_format_named(format, own) if format else None
    modified = source.modified or datetime.now(UTC)
    assembler = RowAssembler(source.name, modified, zone, message_fields=message_fields)
    reader: RowReader | None = None
    losses = losses or Losses()
    for lines in _line_groups(source, block_bytes, codec, losses):
        if reader is None:
            cascade, orders = detect_rows(_sample(lines), forced, own)
            losses.main = cascade.main_name
            reader = row_reader(assembler, source, codec, cascade, orders, tally, sieve)
        reader.feed(lines)
        yield from assembler.complete(lines[-1][1])
    yield from assembler.finish()
    losses.blank_lines += assembler.blank_lines
    if losses.damage:
        raise losses.damage


def row_reader(
    assembler: RowAssembler,
    source: Source,
    codec: str | None,
    cascade: RowCascade,
    orders: Orders,
    tally: Tally | None = None,
    sieve: RowSieve | None = None,
) -> RowReader:
    """Make the reader of a source's lines, whose formats are known.

    Args:
        assembler: Joins the lines to records; it learns how to read those that need several lines.
        source: The source.
        codec: As of `read_rows`.
        cascade: The formats.
        orders: The order of year, month and day in numeric dates, by shape.
        tally: As of `read_rows`.
        sieve: As of `read_rows`.
    """
    assembler.times.orders = orders
    assembler.read_again = cascade.read_again
    assembler.read_object = cascade.read_object
    modified = source.modified or datetime.now(UTC)
    assembler.find_anchor = partial(_anchor, source, codec, cascade, orders, modified)
    assembler.headed_names = cascade.headed_names
    assembler.over_lines = cascade.over_lines
    return RowReader(cascade, assembler, tally, sieve)


def _anchor(source: Source, codec: str | None, cascade: RowCascade, orders: Orders, modified: datetime) -> Anchor:
    """Find the year or day that the source's first times lack, by reading samples of the source."""
    reader = TimeReader(orders)
    times: list[Time] = []
    for data in source.glances():
        splitter = RowSplitter(codec or looks_like_utf16(data))
        for line in (*splitter.feed(data), *splitter.finish()):
            reading, starts = cascade.read(line[0])
            text = reading.text("time_text") if starts and reading is not None else None
            time = reader.read(text) if text else None
            times += [] if time is None else [time]
    return anchor_of(times, modified)


def _source_at(path: str | PathLike[str]) -> Source:
    found = resolve([str(path)])
    if len(found.sources) != 1:
        problems = "; ".join(problem.text for problem in found.problems)
        raise SourceError(problems or f"expected one file, got {len(found.sources)}: {path}")
    return found.sources[0]


def _line_groups(source: Source, block_bytes: int, codec: str | None, losses: Losses) -> Iterator[list[Line]]:
    """Yield lines in groups of a block; the first group suffices for detection, unless a pipe falls quiet."""
    splitter = RowSplitter(codec)
    received = 0
    held: list[Line] = []
    for block in _undamaged(source, block_bytes, losses):
        if not (received or codec) and (wide := looks_like_utf16(block)):
            splitter = RowSplitter(wide)
        received += len(block)
        held += splitter.feed(block)
        if held and (received >= SAMPLE_BYTES or not block):
            yield held
            held = []
    if held := held + splitter.finish():
        yield held
    losses.cut_bytes += splitter.skipped.get("long_line", 0) + splitter.skipped.get("nul_bytes", 0)


def _undamaged(source: Source, block_bytes: int, losses: Losses) -> Iterator[bytes]:
    try:
        yield from source.blocks(block_bytes)
    except SourceError as error:
        losses.damage = error


def _sample(lines: list[Line]) -> list[str]:
    """The texts of the first lines, at least one."""
    return [text for text, _, offset, size in lines if offset + size <= SAMPLE_BYTES] or [lines[0][0]]
