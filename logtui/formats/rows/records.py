"""Joins read lines to records, one by one: continuation lines per stream, and years and days that times lack."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, tzinfo
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, Final

from logtui.formats.anchor import Anchor
from logtui.formats.cmtrace import END as END_OF_ENTRY
from logtui.formats.cmtrace import NAME as CMTRACE
from logtui.formats.java_logging import LEVEL_LINE
from logtui.formats.java_logging import NAME as JAVA_LOGGING
from logtui.formats.journal_export import NAME as JOURNAL_EXPORT
from logtui.formats.journal_export import object_of
from logtui.formats.object_lines import (
    FREE,
    PUNCTUATION,
    first_object,
    is_element,
    is_indented_object,
    region_of,
)
from logtui.formats.rows.clock import RowClock
from logtui.formats.rows.continuation import is_below_head, is_linked
from logtui.formats.rows.envelope import Envelope
from logtui.formats.rows.patterns import matcher, without_colours
from logtui.formats.rows.reading import Reading
from logtui.formats.rows.record import Record
from logtui.formats.rows.times import TimeReader, in_zone
from logtui.formats.rules import BLANKS, MAX_RECORD_BYTES, STREAM_GAP
from logtui.formats.traces import ERROR_ALONE
from logtui.formats.wrappings import OBJECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from logtui.formats.rows.envelope import InnerLines
    from logtui.formats.rows.layouts import ReadingPlan, Values
    from logtui.formats.rows.record import Line
    from logtui.formats.rows.times import Time

    Passed = tuple[Line, int, ReadingPlan, Values, str, InnerLines]
    """A line that was passed over, its time, and what its `Envelope` is made of."""

_MAX_STREAMS: Final = 2048
_ENVELOPE: Final = Reading({}, {})
_ENVELOPE.format = "kubernetes"


class Stream:
    """The state of one of a source's interleaved streams: its last lines, and its last record so far.

    Attributes:
        above: The last line, without its envelope.
        above_that: The line before `above`.
        filled_above: The last line that is not empty.
        above_reading: The reading of the last line; None if no format read it.
        region: In which part of a JSON object over several lines the last line is; `FREE` if in none.
        last: The last record, which may still grow; None if there is none.
        line: The number of the record's last line.
        texts: The record's lines; empty while it has only one.
        messages: The messages of these lines.
        before: Bytes of the record so far, with those of the records that it continues after a cut.
        piece: Which piece of a record cut at `MAX_RECORD_BYTES` this is.
        partial: Whether the last line ended within a message that the next line continues.
        in_pieces: Whether the first line of the record was such a one.
        passed: What the last record is made of once lines continue it, if it was passed over.
    """

    __slots__ = (
        "above",
        "above_reading",
        "above_that",
        "before",
        "filled_above",
        "in_pieces",
        "last",
        "line",
        "messages",
        "partial",
        "passed",
        "piece",
        "region",
        "texts",
    )

    def __init__(self) -> None:
        self.above = ""
        self.above_that = ""
        self.region = FREE
        self.filled_above = ""
        self.above_reading: Reading | None = None
        self.last: Record | None = None
        self.line = 0
        self.texts: list[str] = []
        self.messages: list[str] = []
        self.before = 0
        self.piece = 0
        self.partial = False
        self.in_pieces = False
        self.passed: Passed | None = None

    def heard(self, said: str, reading: Reading | None) -> None:
        """Note a line, without its envelope, as the last one."""
        self.above_that, self.above = self.above, said
        self.above_reading = reading
        self.filled_above = said or self.filled_above


class RowAssembler:
    """Joins the read lines of one source to records.

    Args:
        source: The source's name.
        modified: When the source was last written; the last times without a year or a date are near to it.
        zone: Zone of times that state none.
        message_fields: Add the `key=value` pairs of messages as fields.

    Attributes:
        times: Reads the source's times.
        headed_names: Names of the formats whose records begin with a header.
        over_lines: Readers of whole records of several lines, by the names of their formats.
        read_again: Reads a message that was joined from pieces of lines.
        read_object: Reads a record that is a JSON object over several lines.
        find_anchor: Finds the year and the day of the source's first times by looking through the source.
        streams: The state of each stream of the source, by name.
        zone: As given.
        blank_lines: The number of blank lines that are part of no record.
    """

    def __init__(self, source: str, modified: datetime, zone: tzinfo = UTC, *, message_fields: bool = True) -> None:
        self.times = TimeReader()
        self.zone = zone
        self.headed_names: frozenset[str] = frozenset()
        self.read_again: Callable[[str], Reading | None] = lambda _: None
        self.read_object: Callable[[str], Reading | None] = lambda _: None
        self.over_lines: Mapping[str, Callable[[str], Reading | None]] = {}
        self.blank_lines = 0
        self._source = source
        self.find_anchor: Callable[[], Anchor] = Anchor
        self._clock = RowClock(modified, zone, lambda: self.find_anchor())
        self._message_fields = message_fields
        self.streams: dict[str, Stream] = {}
        self._queue: deque[tuple[Record, Stream]] = deque()
        self._unsettled: dict[int, Time] = {}
        self._latest_passed: Passed | None = None
        self._latest_start = -1
        self._held_from = inf
        self._passed_over = Record(("", 0, 0, 0), source, _ENVELOPE, message_fields=False)

    @property
    def has_dateless(self) -> bool:
        """Whether a time without a date has been settled."""
        return self._clock.has_days

    def feed(self, line: Line, reading: Reading | None, *, starts: bool) -> None:
        """Take the next line.

        Args:
            line: The line.
            reading: The line's reading, None if no format read it.
            starts: Whether the line starts a record, judged by itself.
        """
        text, number, _, _ = line
        payload = None if reading is None else reading.text("payload")
        name = "" if payload is None or reading is None else reading.text("stream") or ""
        stream = self.stream_named(name, number)
        if number - stream.line > STREAM_GAP:
            self._close(stream)
        if _is_within_entry(stream, reading) or _is_level_line(stream, text):
            starts, reading = False, None
        if (
            starts
            and reading is not None
            and (payload is None or reading.payload_read)
            and not stream.partial
            and not text[0].isspace()
            and not text.startswith(ERROR_ALONE)
        ):
            stream.heard(without_colours(text) if payload is None else payload, reading)
            self._begin(stream, line, reading, 0)
        else:
            self._feed_doubtful(stream, line, reading, starts=starts)

    def stream_named(self, name: str, number: int) -> Stream:
        """Find a stream of the source, or begin it.

        Args:
            name: Its name.
            number: The number of the line at hand.
        """
        stream = self.streams.get(name)
        return self._new_stream(name, number) if stream is None else stream

    def _new_stream(self, name: str, number: int) -> Stream:
        if (
            len(self.streams) >= _MAX_STREAMS
        ):  # every pod that ever wrote has a stream; those too old to go on are dropped
            self.streams = {key: each for key, each in self.streams.items() if number - each.line <= STREAM_GAP}
        stream = self.streams[name] = Stream()
        stream.line = number
        return stream

    def _feed_doubtful(self, stream: Stream, line: Line, reading: Reading | None, *, starts: bool) -> None:
        """Take a line that may continue the record above it."""
        text, number, _, size = line
        above = stream.last
        before = 0
        region = stream.region = region_of(
            text, stream.above, stream.above_that, stream.region, is_first=stream.last is None
        )
        starts = starts and not stream.partial
        starts = not self._goes_on(stream, text, reading) and starts
        if is_indented_object(text):
            reading = reading if region == FREE or is_element(text, region) else None
            starts = (starts and region == FREE) or is_element(text, region)
        if not starts or text[:1].isspace():
            starts = (starts or above is None) and bool(text.strip(PUNCTUATION))
        if above is not None and not starts:
            before = stream.before
            starts = before // MAX_RECORD_BYTES != stream.piece
        if starts:
            self._begin(stream, line, reading or Reading({}, {}), before)
            stream.region = region
        elif above is None:
            self.blank_lines += 1
        else:
            above = self._recalled(stream) if above is self._passed_over else above
            _grow(stream, above, line, None if text.startswith(ERROR_ALONE) else reading)
            stream.before += size
            stream.line = number

    def _goes_on(self, stream: Stream, text: str, reading: Reading | None) -> bool:
        """Whether a line continues the record above because of the line above it in its stream; notes the line."""
        payload = reading.text("payload") if reading is not None else None
        said = without_colours(text) if payload is None else payload
        above, filled_above, above_reading = stream.above, stream.filled_above, stream.above_reading
        stream.heard(said, reading)
        was_read = reading is not None and (payload is None or reading.payload_read)
        if was_read and not text.startswith(ERROR_ALONE):
            return False
        return is_linked(said, above, filled_above) or (is_below_head(said) and self._is_head(above_reading))

    def _is_head(self, reading: Reading | None) -> bool:
        """Whether a line is the head of a record that states its time."""
        return (
            reading is not None
            and reading.format in self.headed_names
            and reading.text("time_text") is not None
            and reading.text("payload") is None
        )

    def complete(self, number: int) -> list[Record]:
        """Take out the records that no further line can continue.

        Args:
            number: The number of the last line that was fed.
        """
        queue = self._queue
        done: list[Record] = []
        end = min(self._first_passed(number), self._held_from)
        while queue:
            record, stream = queue[0]
            if record.offset > end:
                break
            if stream.last is record:
                if number - stream.line <= STREAM_GAP:
                    break
                self._close(stream)
            if self._unsettled:
                self._settle(record)
            elif record.timestamp_ns is not None:
                self._clock.dated = record.timestamp_ns
            done.append(record)
            queue.popleft()
        return done

    def finish(self) -> Iterator[Record]:
        """Take out the records that are still open, at the end of the source."""
        while self._queue:
            record, stream = self._queue.popleft()
            if stream.last is record:
                self._close(stream)
            self._settle(record)
            yield record

    def start(self, stream: Stream, line: Line, reading: Reading, before: int = 0) -> Record:
        """Start a record.

        Args:
            stream: The record's stream.
            line: The record's first line.
            reading: The reading of that line.
            before: Bytes of the pieces before it, if the record was cut because of its length.

        Returns:
            The record, without its time.
        """
        if stream.texts or stream.partial:
            self._close(stream)
        stream.last = record = Record(line, self._source, reading, message_fields=self._message_fields)
        stream.line = record.line
        stream.region = FREE
        stream.piece = before // MAX_RECORD_BYTES
        stream.before = before + record.bytes
        self._enqueue(record, stream)
        return record

    def start_envelope(self, stream: Stream, line: Line, said: str, reading: Envelope, ns: int) -> None:
        """Start a record of an envelope whose time is known.

        Args:
            stream: The record's stream.
            line: The record's first line.
            said: The line without its envelope.
            reading: The reading of that line.
            ns: The record's time, epoch nanoseconds.
        """
        if stream.texts:
            self._close(stream)
        stream.last = record = Record(line, self._source, reading, message_fields=self._message_fields)
        record.timestamp_ns = ns
        stream.above = stream.filled_above = said
        stream.above_reading = None
        _, stream.line, _, stream.before = line
        stream.region = FREE
        stream.piece = 0
        self._latest_start = record.offset
        self._queue.append((record, stream))

    def pass_over(self, stream: Stream, line: Line, said: str, passed: Passed | None = None) -> None:
        """Note a line that starts a record which is not built, but lines may continue it.

        Args:
            stream: The record's stream.
            line: The record's first line.
            said: The line without its envelope.
            passed: What the record is made of if lines continue it; None if it was counted elsewhere.
        """
        if stream.texts or stream.partial:
            self._close(stream)
        stream.above = stream.filled_above = said
        stream.above_reading = None
        _, stream.line, _, stream.before = line
        stream.last = self._passed_over
        stream.passed = self._latest_passed = passed
        stream.region = FREE
        stream.piece = 0

    def hold_from(self, line: Line | None) -> None:
        """Hold back the records behind a line that may still become a record; None if there is no such line."""
        self._held_from = inf if line is None else line[2]

    def _recalled(self, stream: Stream) -> Record:
        """The last record of a stream that was passed over and is now continued; one that was counted is not built."""
        if stream.passed is None:
            return self._passed_over
        stream.last = record = self._remade(stream.passed, stream)
        return record

    def _remade(self, passed: Passed, stream: Stream) -> Record:
        """Build a record that was passed over, and put it in its place before the records that follow it."""
        line, ns, plan, values, payload, inner_lines = passed
        reading = Envelope(plan, values, payload, inner_lines)
        record = Record(line, self._source, reading, message_fields=self._message_fields)
        record.timestamp_ns = ns
        self._enqueue(record, stream)
        return record

    def _enqueue(self, record: Record, stream: Stream) -> None:
        """Put a record in its place: records that were passed over come late."""
        queue = self._queue
        if not queue or queue[-1][0].offset <= record.offset:
            queue.append((record, stream))
            return
        later = sum(1 for _ in takewhile(lambda pair: pair[0].offset > record.offset, reversed(queue)))
        queue.insert(len(queue) - later, (record, stream))

    def _first_passed(self, number: int) -> float:
        """The least offset of a record that was passed over and that lines behind this one may continue."""
        near = [each for each in self.streams.values() if number - each.line <= STREAM_GAP]
        passed = (each.passed[0][2] for each in near if each.passed and each.last is self._passed_over)
        return min(passed, default=inf)

    def _begin(self, stream: Stream, line: Line, reading: Reading, before: int) -> None:
        self._read_time(self.start(stream, line, reading, before))
        stream.partial = stream.in_pieces = reading.text("partial") is not None

    def _close(self, stream: Stream) -> None:
        """Complete the last record of a stream: join its lines, and read it anew if only all of them can be read."""
        record, stream.last = stream.last, None
        texts, stream.texts = stream.texts, []
        messages, stream.messages = stream.messages, []
        in_pieces, stream.in_pieces, stream.partial = stream.in_pieces, False, False
        if record is None or not texts:
            return
        self.blank_lines += sum(1 for _ in takewhile(lambda text: not text, reversed(texts)))
        record.raw = "\n".join(texts).rstrip("\n")
        reading = self._whole(record.raw, record.reading.format)
        if reading is not None:
            record.read_anew(reading)
            self._read_time(record)
            return
        record.message = "\n".join(messages).rstrip("\n")
        if in_pieces or (record.reading.format and _is_object_over_lines(record.message)):
            self._read_pieces(record)

    def _whole(self, raw: str, name: str | None) -> Reading | None:
        """Read a record of several lines that can be read only as a whole; None if it is no such one."""
        if "\n" not in raw:
            return None
        if name == JOURNAL_EXPORT:
            return self.read_object(object_of(raw))
        if name is not None and name in self.over_lines:
            return _named(self.over_lines[name](raw), name)
        is_object = name is None and raw.lstrip(BLANKS).startswith("{")
        return self.read_object(first_object(raw) or raw) if is_object else None

    def _read_time(self, record: Record) -> None:
        """Set a record's time; one without a year or day waits until the records before it are settled."""
        text = record.reading.text("time_text")
        time = self.times.read(text) if text else None
        if time is None:
            return
        if time.yearless or time.dateless:
            self._unsettled[record.line] = time
            passed = self._latest_passed
            if passed is not None and passed[0][2] > self._latest_start:  # the year and the day follow from it
                self._remade(passed, Stream())
        else:
            self._latest_start = record.offset
            record.timestamp_ns = time.ns if time.zoned else in_zone(time.ns, self.zone)

    def _settle(self, record: Record) -> None:
        """Add the year and the day that the next record's time lacks; records are settled in their order."""
        time = self._unsettled.pop(record.line, None)
        if time is None:
            self._clock.dated = record.timestamp_ns if record.timestamp_ns is not None else self._clock.dated
            return
        ns = self._clock.with_year(time.ns) if time.yearless else time.ns
        ns = self._clock.with_day(ns) if time.dateless else ns
        record.timestamp_ns = ns if time.zoned else in_zone(ns, self.zone)
        if not time.dateless:
            self._clock.dated = record.timestamp_ns

    def _read_pieces(self, record: Record) -> None:
        """Read a message that was joined from pieces; its level, service and other core texts win."""
        reading = self.read_again(record.message)
        if reading is None:
            return
        line = (record.raw, record.line, record.offset, record.bytes)
        inner = Record(line, record.source, reading, message_fields=False)
        for name in ("level", "severity_text", "service", "host", "logger", "message"):
            setattr(record, name, getattr(inner, name) or getattr(record, name))
        outer = record.reading
        record.reading = Reading(outer.core, inner.fields | outer.fields)
        record.reading.format = outer.format


def _is_within_entry(stream: Stream, reading: Reading | None) -> bool:
    """Whether a line continues the message of a CMTrace entry."""
    record = stream.last
    if record is None or record.reading.format != CMTRACE:
        return False
    if reading is not None and (reading.format == CMTRACE or reading.text("time_text") is not None):
        return False
    return not any(END_OF_ENTRY in text for text in stream.texts or (record.raw,))


def _is_level_line(stream: Stream, text: str) -> bool:
    """Whether a line states the level and message of the head above it."""
    record = stream.last
    is_below_head = record is not None and record.reading.format == JAVA_LOGGING and not stream.texts
    return is_below_head and matcher(LEVEL_LINE)(text) is not None


def _is_object_over_lines(message: str) -> bool:
    return message.startswith("{") and message.endswith("}") and "\n" in message


def _named(reading: Reading | None, name: str) -> Reading | None:
    if reading is not None:
        reading.format = name
    return reading


def _grow(stream: Stream, record: Record, line: Line, reading: Reading | None) -> None:
    text, _, _, size = line
    said = None if reading is None else reading.text("message")
    message = text if said is None else said
    if record.reading.format in OBJECT_FORMATS and not text.strip(PUNCTUATION):
        message = ""  # it ends the array in which the object stands
    if not stream.texts:
        stream.texts.append(record.raw)
        stream.messages.append(record.message)
    stream.texts.append(text)
    if stream.partial:
        stream.messages[-1] += message
    else:
        stream.messages.append(message)
    stream.partial = reading is not None and reading.text("partial") is not None
    record.bytes += size
