"""Read lines -> records, one by one: continuation lines joined per stream, what their times do not state."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.formats.rows.clock import RowClock
from logtui.formats.rows.continuation import is_linked, without_colours
from logtui.formats.rows.objects import read_object
from logtui.formats.rows.pairs import add_message_fields
from logtui.formats.rows.reading import Reading
from logtui.formats.rows.times import TimeReader, in_zone
from logtui.formats.rules import BLANKS, MAX_RECORD_BYTES, STREAM_GAP
from logtui.model.severities import level_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.formats.rows.times import Time

_level_named: Final = lru_cache(maxsize=1024)(level_named)


class Record(msgspec.Struct):
    """One record.

    Attributes:
        timestamp_ns: Nanoseconds since 1970, UTC; None if no time was read.
        level: One of the six levels, or None.
        severity_text: The level's own word.
        service: The service that wrote it.
        host: Where it ran.
        logger: The logger's name.
        message: What the record says, without its header.
        raw: Its lines as they stand in the source.
        source: The source's name.
        line: Number of its first line, from 1.
        offset: Where its first byte lies in the source.
        bytes: Bytes of its lines, line ends included.
        format: Name of the format that read it.
        fields: All other texts by name.
    """

    timestamp_ns: int | None
    level: str | None
    severity_text: str | None
    service: str | None
    host: str | None
    logger: str | None
    message: str | None
    raw: str
    source: str
    line: int
    offset: int
    bytes: int
    format: str | None
    fields: dict[str, str]


class _Open:
    """A record that may still grow."""

    __slots__ = ("before", "in_pieces", "messages", "partial", "piece", "record", "stream", "texts", "time")

    def __init__(self, record: Record, stream: _Stream, before: int, time: Time | None, *, partial: bool) -> None:
        self.record = record
        self.stream = stream
        self.texts: list[str] | None = None
        self.messages: list[str] = []
        self.before = before
        self.piece = before // MAX_RECORD_BYTES
        self.time = time
        self.partial = partial
        self.in_pieces = partial


class _Stream:
    """Where one of the interleaved streams of a source stands."""

    __slots__ = ("above", "filled_above", "last", "line")

    def __init__(self) -> None:
        self.above = ""
        self.filled_above = ""
        self.last: _Open | None = None
        self.line = 0

    def heard(self, said: str) -> None:
        """Note the last line."""
        self.above = said
        self.filled_above = said or self.filled_above


class RowAssembler:
    """Joins the read lines of one source to records.

    Args:
        source: The source's name.
        modified: When the source was last written; anchors times without a year or a date.
        zone: Zone of times that state none.
        message_fields: Add the `key=value` pairs of messages as fields.

    Attributes:
        times: Reads the source's times.
        read_again: Makes a reading of a message that was put together from pieces of lines.
        skipped: Bytes that are part of no record, by reason: `blank_line`.
    """

    def __init__(self, source: str, modified: datetime, zone: tzinfo = UTC, *, message_fields: bool = True) -> None:
        self.times = TimeReader()
        self._zone = zone
        self.read_again: Callable[[str], Reading | None] = lambda _: None
        self.skipped: dict[str, int] = {}
        self._source = source
        self._clock = RowClock(modified)
        self._message_fields = message_fields
        self._streams: dict[str, _Stream] = {}
        self._queue: deque[_Open] = deque()

    def feed(self, line: tuple[str, int, int, int], reading: Reading | None, *, starts: bool) -> Sequence[Record]:
        """Take the next line.

        Args:
            line: Its text, number, offset and size.
            reading: What it says, None if no format read it.
            starts: Whether it starts a record.

        Returns:
            The records that are complete now.
        """
        text, number, _, _ = line
        payload = None if reading is None else reading.core.get("payload")
        name = "" if payload is None or reading is None else reading.core.get("stream", "")
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = _Stream()
        elif number - stream.line > STREAM_GAP:
            stream.last = None
        if (
            starts
            and reading is not None
            and (payload is None or reading.payload_read)
            and not (stream.last is not None and stream.last.partial)
            and not text[0].isspace()
        ):
            stream.heard(without_colours(text) if payload is None else payload)
            self._start(stream, line, reading, 0)
        else:
            self._feed_doubtful(stream, line, reading, starts=starts)
        return self._complete(number)

    def _feed_doubtful(
        self, stream: _Stream, line: tuple[str, int, int, int], reading: Reading | None, *, starts: bool
    ) -> None:
        """Take a line that may go on with the record above it."""
        text, number, _, size = line
        above = stream.last
        before = 0
        starts = starts and not (above is not None and above.partial)
        starts = not _goes_on(stream, text, reading) and starts
        if not starts or text[:1].isspace():
            starts = (starts or above is None) and bool(text.strip(BLANKS))
        if above is not None and not starts:
            before = above.before
            starts = before // MAX_RECORD_BYTES != above.piece
        if starts:
            self._start(stream, line, reading or Reading({}, {}), before)
        elif above is None:
            self.skipped["blank_line"] = self.skipped.get("blank_line", 0) + size
        else:
            _grow(above, text, size, reading)
            above.before += size
            stream.line = number

    def _complete(self, number: int) -> Sequence[Record]:
        """The records that no line from this one on can continue."""
        queue = self._queue
        done = []
        while queue:
            first = queue[0]
            stream = first.stream
            if stream.last is first and number - stream.line <= STREAM_GAP:
                break
            done.append(self._finished(queue.popleft()))
        return done

    def finish(self) -> Iterator[Record]:
        """The records that are still open, now complete."""
        while self._queue:
            yield self._finished(self._queue.popleft())

    def _start(self, stream: _Stream, line: tuple[str, int, int, int], reading: Reading, before: int) -> None:
        record, time = self._record(line, reading)
        stream.last = last = _Open(record, stream, before, time, partial="partial" in reading.core)
        stream.line = record.line
        last.before += record.bytes
        self._queue.append(last)

    def _record(self, line: tuple[str, int, int, int], reading: Reading) -> tuple[Record, Time | None]:
        """The record that a text begins, and its time as it was read."""
        text, number, offset, size = line
        get = reading.core.get
        word, time_text = get("level_text"), get("time_text")
        severity = get("severity") if "severity" in reading.core else None
        level = _level_named(word) if word is not None else None
        written = severity if word is None else word
        time = self.times.read(time_text) if time_text else None
        record = Record(
            time.ns if time else None,
            _level_named(severity) if level is None and severity is not None else level,
            written.strip() if written is not None else None,
            get("service"),
            get("host"),
            get("logger"),
            get("message"),
            text,
            self._source,
            number,
            offset,
            size,
            reading.format,
            reading.fields,
        )
        return record, time

    def _finished(self, done: _Open) -> Record:
        record = done.record
        if done.texts is not None:
            record.raw = "\n".join(done.texts).rstrip("\n")
            record.message = "\n".join(done.messages).rstrip("\n")
            if done.in_pieces:
                self._read_pieces(record)
            if record.format is None and (reading := _pretty(record.raw)):
                line = (record.raw, record.line, record.offset, record.bytes)
                record, done.time = self._record(line, reading)
        if done.time is not None:
            record.timestamp_ns = self._instant(done.time)
        if record.message is None:
            record.message = record.raw
        record.format = record.format or "plain"
        if self._message_fields and "=" in record.message:
            add_message_fields(record.fields, record.message)
        return record

    def _instant(self, time: Time) -> int:
        """When a time was, in nanoseconds since 1970, UTC."""
        ns = self._clock.with_year(time.ns) if time.yearless else time.ns
        ns = self._clock.with_day(ns) if time.dateless else ns
        return ns if time.zoned else in_zone(ns, self._zone)

    def _read_pieces(self, record: Record) -> None:
        """Read the message of a record that came in pieces as a whole."""
        reading = self.read_again(record.message or "")
        if reading is None:
            return
        inner, _ = self._record((record.raw, record.line, record.offset, record.bytes), reading)
        for name in ("level", "severity_text", "service", "host", "logger", "message"):
            setattr(record, name, getattr(inner, name) or getattr(record, name))
        record.fields = inner.fields | record.fields


def _pretty(raw: str) -> Reading | None:
    """Several lines that are a JSON object."""
    if not (raw.startswith("{") and raw.endswith("}") and "\n" in raw):
        return None
    reading = read_object(raw)
    if reading is not None:
        reading.format = "json"
    return reading


def _grow(above: _Open, text: str, size: int, reading: Reading | None) -> None:
    record = above.record
    if above.texts is None:
        above.texts = [record.raw]
        above.messages = [record.raw if record.message is None else record.message]
    above.texts.append(text)
    message = text if reading is None else reading.core.get("message", text)
    if above.partial:
        above.messages[-1] += message
    else:
        above.messages.append(message)
    above.partial = reading is not None and "partial" in reading.core
    record.bytes += size


def _goes_on(stream: _Stream, text: str, reading: Reading | None) -> bool:
    """Whether a line is part of the record above because of the line above it in its stream."""
    payload = reading.core.get("payload") if reading is not None else None
    said = without_colours(text) if payload is None else payload
    above, filled_above = stream.above, stream.filled_above
    stream.heard(said)
    was_read = reading is not None and (payload is None or reading.payload_read)
    return not was_read and is_linked(said, above, filled_above)
