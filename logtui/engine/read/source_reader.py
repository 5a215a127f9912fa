"""Reads one source from bytes to records: blocks are parsed in parallel and their records assembled in order."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from time import monotonic
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.read.batch import Batch, Provisional, Records
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.small_file import SmallFile, small_file
from logtui.errors import SourceError
from logtui.formats import (
    Detection,
    RecordAssembler,
    SourceClock,
    detect,
    format_named,
    with_message_fields,
)
from logtui.formats.base import PatternFormat
from logtui.formats.cmtrace import NAME as CMTRACE
from logtui.formats.head_lane import HeadLane, Heads
from logtui.formats.lanes import Lane, lane_of, needle_lane_of
from logtui.formats.line_reader import LineReader
from logtui.formats.needle_lane import searchable
from logtui.formats.normalised import TIMES
from logtui.formats.rows.clock import anchor_of
from logtui.formats.rows.times import Time
from logtui.lines import LINE_SCHEMA, LineBlock, LineSplitter, Place
from logtui.sources import SAMPLE_BYTES, FileSource, FollowedFile, Source, looks_like_utf16

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from concurrent.futures import Executor, Future

    from logtui.engine.read.options import ReadOptions
    from logtui.formats.sieve import Sieve

_LONGEST_HOLD: Final = 0.1
"""How long the first lines of a pipe are held for detection, seconds; then they are shown, however few they are."""


_UNFINISHED_SECONDS: Final = 1.0
"""After so long without more, the line at the end of a file that has no line end yet is shown as it is."""

_TELLING_GROWTH: Final = 1.25
"""Growth of the first lines of a slow pipe after which formats are detected anew: each time costs 10 ms."""

_SEARCHED_BLOCKS: Final = 4
"""How many blocks are searched at once for a text: reading the lines around needles takes 20 ms, however large a block
is, as long as searching four of them."""


@dataclass(frozen=True, slots=True)
class _Reached:
    """The state of the splitter after a block, kept until the lines of that block have been parsed."""

    place: Place | None
    skipped: dict[str, int]
    invalid_lines: int


class SourceReader:
    """Reads one source.

    Args:
        source: The source.
        options: How to read it.
        pool: Threads that parse blocks.
        lookahead: Blocks being parsed at the same time.
        is_one_of_many: Whether the source may be read at once if it is a small file, without what only reports need:
            the bytes that are part of no record.

    Attributes:
        source: The source.
        detection: The formats found from the first lines; None before these are read.
        problem: One line that says why reading ended early, or None.
        decoded_bytes: Bytes read so far, after decompression.
        format_records: Records so far by format, without those that a sieve has let pass.
        checkpoint: The state from which another reader can resume. It changes together with a batch, and the resumed
            reader yields the records behind that batch; None before the first, and if not all of all records is read.
    """

    def __init__(
        self,
        source: Source,
        options: ReadOptions,
        pool: Executor,
        lookahead: int = 3,
        *,
        is_one_of_many: bool = False,
    ) -> None:
        self.source = source
        self.detection: Detection | None = None
        self.problem: str | None = None
        self.decoded_bytes = 0
        self.format_records: Counter[str] = Counter()
        self._options = options
        self._own = [PatternFormat(each) for each in options.own_formats]
        self._forced = format_named(options.format, self._own) if options.format else None
        self._pool = pool
        self._lookahead = lookahead
        self._is_one_of_many = is_one_of_many
        self._again: list[bytes] = []
        self.checkpoint: Checkpoint | None = None
        self._splitter = LineSplitter(options.encoding)
        self._has_ended = False
        self._quiet: Provisional | None = None
        self._arrived = 0.0
        self._shows_unfinished = False
        self._skipped_before: Counter[str] = Counter()
        self._invalid_before = 0
        self._assembler = RecordAssembler(source.name, self.fresh_clock, LineReader())
        self._parsing: deque[tuple[Future[pl.DataFrame | Heads], _Reached]] = deque()
        self._columns: Collection[str] | None = None
        self._sieve: Sieve | None = None
        self._read: Callable[[LineBlock], pl.DataFrame | Heads] | None = None
        self._is_merged = False
        self._sample: list[pl.Series] | None = []
        self._detected_lines = 0
        self._has_unread = False
        self._held_since: float | None = None

    @property
    def fresh_clock(self) -> SourceClock:
        """The source's clock before its first record."""
        modified = self.source.modified or datetime.now(UTC)
        return SourceClock(modified, self._options.zone_of(self.source.name), self._options.year)

    @property
    def skipped(self) -> Counter[str]:
        """Bytes that are part of no record, by reason."""
        return self._skipped_before + Counter(self._splitter.skipped) + Counter(self._assembler.skipped)

    @property
    def invalid_lines(self) -> int:
        """Lines with bytes that are not valid in the source's encoding."""
        return self._invalid_before + self._splitter.invalid_lines

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed about times and encoding because the source does not state it."""
        times = self.detection.assumptions if self.detection else ()
        return (*times, self.guessed_encoding) if self.guessed_encoding else times

    @property
    def guessed_encoding(self) -> str | None:
        """One line on how many lines are not in the source's encoding, and how they are read; None if all are."""
        if not self.invalid_lines:
            return None
        if self._options.encoding:
            return f"lines with bytes that are not {self._options.encoding}: {self.invalid_lines:,}"
        count = f"lines that are not UTF-8, read as Windows-1252 where nothing in them is: {self.invalid_lines:,}"
        return f"{count}; --encoding states another one"

    def due(self) -> float:
        """When the source may have anything new, on the clock of `time.monotonic`; 0 if that is unknown."""
        return self.source.due if isinstance(self.source, FollowedFile) else 0.0

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue from the checkpoint of another reader of the same plain file with the same options."""
        assert isinstance(self.source, FileSource)
        self._reader_of(LineSplitter(self._options.encoding).cut(self.source.head(SAMPLE_BYTES)))
        self._sample = None
        self.source.seek(checkpoint.place.offset)
        self._splitter = LineSplitter(self._options.encoding, checkpoint.place)
        self._assembler = RecordAssembler(
            self.source.name,
            checkpoint.clock,
            self._assembler.line_reader,
            records=checkpoint.records,
            carry=checkpoint.carry,
        )
        self.decoded_bytes = checkpoint.place.offset
        self._skipped_before, self._invalid_before = Counter(checkpoint.skipped), checkpoint.invalid_lines
        self.checkpoint = checkpoint

    def batches(
        self, columns: Collection[str] | None = None, sieve: Sieve | None = None, *, is_merged: bool = False
    ) -> Iterator[Batch]:
        """Read the records in the order of the source.

        Args:
            columns: The core columns that are needed, None for all columns. Records may lack the other ones; those of
                the first block never do.
            sieve: What every wanted record meets; other records may be left out.
            is_merged: Whether order times decide on the order among several sources, so that those of records that are
                left out matter.

        Yields:
            Batches; a growing source yields its provisional records whenever nothing more has arrived.
        """
        self._columns, self._sieve, self._is_merged = columns, sieve, is_merged
        small = small_file(self.source, self._options, self._own) if self._is_one_of_many else None
        yield from self._one_file() if small is None else self._at_once(small)
        while isinstance(self.source, FollowedFile) and self.problem is None and self.source.next_generation():
            # Offsets continue behind those of the rotated file, so that no two records have the same key.
            self._splitter = LineSplitter(self._options.encoding, Place(1, self.decoded_bytes))
            self._has_ended = False
            yield from self._one_file()

    def _at_once(self, small: SmallFile) -> Iterator[Batch]:
        """The records of a small file; once it grows, it is read again by columns, without those that are final."""
        self.detection, self.decoded_bytes = small.detection, small.size
        self.format_records.update(small.records["format"].to_list())
        if not isinstance(self.source, FollowedFile):
            yield Records(small.records)
            return
        final = small.records.head(len(small.records) - small.open_rows)
        still_open = Provisional(small.records[len(final) :])
        yield Records(final)
        yield still_open
        while not self.source.has_changed():
            yield still_open
        if self.source.is_cut:
            yield Records(still_open.frame)
            last = int(small.records["order_time"].cast(pl.Int64)[-1])
            self._assembler.records, self._assembler.clock = len(small.records), replace(self.fresh_clock, last=last)
            return
        self.source.seek(0)
        self._again = [self.source.peek(small.size), b""]  # apart from what comes now, so that formats are the same
        self.source.seek(len(self._again[0]))
        self.decoded_bytes = 0
        self.format_records.clear()
        first_open = small.size if still_open.frame.is_empty() else int(still_open.frame["offset"][0])
        yield from _from(first_open, self._one_file())

    def _one_file(self) -> Iterator[Batch]:
        for block in self._blocks():
            if block is not None:
                self._parsing.append((self._pool.submit(self._read_of(block), block), self._reached()))
            while self._parsing and (
                block is None or len(self._parsing) > self._lookahead or self._parsing[0][0].done()
            ):
                yield self._next_batch()
            if block is None:
                yield self._quiet_batch()
        while self._parsing:
            yield self._next_batch()
        yield self._records(self._assembler.finish())

    def _reached(self) -> _Reached:
        splitter = self._splitter
        place = None if self._has_ended else splitter.place
        return _Reached(place, dict(splitter.skipped), splitter.invalid_lines)

    def _next_batch(self) -> Records:
        parsing, reached = self._parsing.popleft()
        block = parsing.result()
        if self._is_live:
            self._assembler.clock = replace(self._assembler.clock, modified=datetime.now(UTC))
        lines = block.records if isinstance(block, Heads) else block
        if self._has_times and self._assembler.clock.lacks_anchor(lines):
            self._assembler.clock = self._anchored(self._assembler.clock)
        batch = self._records(self._fed(block))
        if reached.place is not None and self._columns is None and self._sieve is None:
            skipped = self._skipped_before + Counter(reached.skipped) + Counter(self._assembler.skipped)
            invalid = self._invalid_before + reached.invalid_lines
            self.checkpoint = Checkpoint.of(reached.place, self._assembler, dict(skipped), invalid)
        return batch

    def _fed(self, block: pl.DataFrame | Heads) -> pl.DataFrame:
        return self._assembler.feed_heads(block) if isinstance(block, Heads) else self._assembler.feed(block)

    @property
    def _has_times(self) -> bool:
        """Whether times are asked for."""
        return self._columns is None or not TIMES.isdisjoint(self._columns)

    @property
    def _is_live(self) -> bool:
        """Whether records arrive as they are written, so that their times may be as late as now."""
        return self.source.modified is None or (isinstance(self.source, FollowedFile) and self.source.caught_up)

    def _blocks(self) -> Iterator[LineBlock | None]:
        """Yield blocks of lines, the first ones held back until they suffice for detection; None if quiet."""
        held: list[LineBlock] = []
        try:
            again, self._again = self._again, []
            for block in chain(again, self.source.blocks(self._block_bytes)):
                held.append(self._cut(block))
                if not block or self._has_sample() or self._held_too_long():
                    yield from _together(held)
                    held.clear()
                if not block:
                    yield None
        except SourceError as error:
            self.problem = error.message
        self._has_ended = True
        yield from _together([*held, LineBlock(mixed=self._splitter.finish())])

    @property
    def _block_bytes(self) -> int:
        """Larger blocks if most are only searched, since reading the few lines around a needle costs the same."""
        is_searched = self._sieve is not None and not self._is_merged and searchable(self._sieve)
        return self._options.block_bytes * (_SEARCHED_BLOCKS if is_searched else 1)

    def _cut(self, block: bytes) -> LineBlock:
        if not (self._options.encoding or self.decoded_bytes) and (codec := looks_like_utf16(block)):
            self._splitter = LineSplitter(codec)
        self.decoded_bytes += len(block)
        if block:
            self._quiet, self._arrived = None, monotonic()
        return self._splitter.cut(block)

    def _held_too_long(self) -> bool:
        """Whether the first lines of a pipe have been held long enough."""
        if self.source.size is not None:
            return False
        now = monotonic()
        self._held_since = self._held_since or now
        return now - self._held_since > _LONGEST_HOLD

    def _has_sample(self) -> bool:
        return self.decoded_bytes >= SAMPLE_BYTES

    def _read_of(self, block: LineBlock) -> Callable[[LineBlock], pl.DataFrame | Heads]:
        """The function that reads the next block: in full, or only what is needed once the source is known."""
        if self._read is not None:
            return self._read
        is_known = self._sample is None
        reader = self._reader_of(block)
        is_partial = self._columns is not None or self._sieve is not None
        if is_known:
            self._read = self._partly(reader) if is_partial and not self._options.message_fields else _whole(reader)
        return self._read or _whole(reader)

    def _partly(self, reader: LineReader) -> Callable[[LineBlock], pl.DataFrame | Heads]:
        lane = lane_of(reader, self._columns, self._sieve)
        needles = None if self._is_merged else needle_lane_of(reader, lane, self._columns, self._sieve)
        return _whole(lane) if needles is None else needles.read

    def _reader_of(self, block: LineBlock) -> LineReader:
        """The reader that detection chooses by the source's first lines, again while a slow pipe still adds to them."""
        if self._sample is not None:
            lines = block.lines
            first = lines.filter(pl.col("offset") + pl.col("bytes") <= SAMPLE_BYTES)["text"]
            if not len(first) and not self._sample:
                first = lines["text"].head(1)
            self._sample.append(first)
            if self._tells_more(self._sample):
                self._detect(pl.concat(self._sample))
            if self._has_sample():
                self._sample = None
        return self._assembler.line_reader

    def _tells_more(self, sample: list[pl.Series]) -> bool:
        """Whether the first lines may show other formats than those found, because they are many more or unread."""
        lines = sum(map(len, sample))
        return self._has_unread or self._has_sample() or lines >= self._detected_lines * _TELLING_GROWTH

    def _detect(self, sample: pl.Series) -> None:
        found = detect(sample, self._forced, self._own, thorough=self._options.explain)
        # An entry that is left open ends at the next line with a time.
        is_timed = self._has_times or any(score.name == CMTRACE for score in found.scores)
        self._assembler.line_reader = LineReader(found.cascade, found.orders, is_timed)
        self.detection = found
        self._detected_lines, self._has_unread = len(sample), False

    def _anchored(self, clock: SourceClock) -> SourceClock:
        """The clock with the year or day that the source's first times lack, found by reading samples of the source."""
        pieces = [piece for data in self.source.glances() for piece in _lines_of(data)]
        lines = pl.concat(pieces) if pieces else pl.DataFrame(schema=LINE_SCHEMA)
        read = self._assembler.line_reader.read(lines).filter(pl.col("starts") & pl.col("timestamp").is_not_null())
        rows = read.select(pl.col("timestamp").dt.timestamp("ns"), "zoned", "yearless", "dateless").iter_rows()
        times = [Time(*row) for row in rows]
        found = anchor_of(times, clock.modified)
        year = found.year if clock.year is None else clock.year
        return replace(clock, year=year, day=found.day if clock.day is None else clock.day)

    def _records(self, records: pl.DataFrame) -> Records:
        self._quiet = None
        if len(records):
            counts = records["format"].value_counts()
            self.format_records.update(dict(counts.iter_rows()))
            self._has_unread = self._has_unread or "plain" in records["format"]
        return Records(self._with_fields(records))

    def _quiet_batch(self) -> Batch:
        """The batch for a quiet moment; the same object again if nothing has arrived since the last one."""
        if self._options.close_when_quiet:
            return self._records(self._assembler.finish())
        shows_unfinished = self._rests
        if self._quiet is None or shows_unfinished != self._shows_unfinished:
            self._shows_unfinished = shows_unfinished
            self._quiet = Provisional(self._with_fields(self._open_records()))
        return self._quiet

    @property
    def _rests(self) -> bool:
        """Whether a line without an end is to be shown: a pipe has paused, or a file has not grown for a while."""
        return self.source.size is None or monotonic() - self._arrived >= _UNFINISHED_SECONDS

    def _open_records(self) -> pl.DataFrame:
        """The records that may still grow, including one from a line that has no end yet."""
        here = self._assembler
        here.read_open_head()
        line = self._splitter.unfinished() if self._shows_unfinished else pl.DataFrame(schema=LINE_SCHEMA)
        if line.is_empty():
            return here.open_records()
        reader = here.line_reader
        if self.detection is None:
            found = detect(line["text"], self._forced, self._own)
            reader = LineReader(found.cascade, found.orders)
        ahead = RecordAssembler(self.source.name, here.clock, reader, records=here.records, carry=here.carry)
        return pl.concat([ahead.feed(reader.read(line)), ahead.open_records()], how="diagonal_relaxed")

    def _with_fields(self, records: pl.DataFrame) -> pl.DataFrame:
        return with_message_fields(records) if self._options.message_fields else records


def _from(offset: int, batches: Iterator[Batch]) -> Iterator[Batch]:
    """Leave out the final records that begin before a byte offset."""
    for batch in batches:
        yield batch if isinstance(batch, Provisional) else Records(batch.frame.filter(pl.col("offset") >= offset))


def _lines_of(data: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All lines of a piece of a source."""
    splitter = LineSplitter(looks_like_utf16(data))
    return splitter.feed(data), splitter.finish()


def _whole(lane: Lane) -> Callable[[LineBlock], pl.DataFrame | Heads]:
    """Read blocks after splitting them, in the thread that reads them."""
    return lane.read if isinstance(lane, HeadLane) else lambda block: lane.read(block.lines)


def _together(blocks: list[LineBlock]) -> Iterator[LineBlock]:
    blocks = [block for block in blocks if block.data or len(block.lines)]
    if len(blocks) == 1:
        yield blocks[0]
    elif blocks:
        yield LineBlock(mixed=pl.concat(block.lines for block in blocks))
