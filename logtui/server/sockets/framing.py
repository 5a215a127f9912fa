"""Cuts the stream of a TCP connection into messages.

Senders do not announce how they end messages, so each message is judged by how it begins (RFC 6587):

- a number, a blank and `<PRI>` or `{`: so many bytes (octet counting);
- `<PRI>`: up to the line end, or up to the NUL on connections that use NULs, as Python's `SysLogHandler` does, whose
  tracebacks hold line ends;
- anything else, such as a JSON object or a plain line: up to the line end or NUL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

MAX_BYTES: Final = 1 << 20

_ENDS: Final = frozenset(b"\r\n\0")
_DIGITS: Final = frozenset(b"123456789")
_PRIORITY: Final = ord("<")

_counted: Final = re.compile(rb"([1-9]\d{0,6}) (?=<\d{1,3}>|\{)").match
_maybe_counted: Final = re.compile(rb"[1-9]\d{0,6}(?: (?:<\d{0,3})?)?\Z").match
_counted_later: Final = re.compile(rb"[1-9]\d{0,6} <\d{1,3}>").search
_versioned: Final = re.compile(rb"<\d{1,3}>1 [\d-]").match
_line_before_message: Final = re.compile(rb'\n(?=(?:[1-9]\d{0,6} )?<\d{1,3}>|\{")').search
_end: Final = re.compile(rb"[\n\0]").search

_LOOKAHEAD: Final = 16
"""Bytes behind a message that may be needed to see that it ends there: a line end, a count, a priority."""


class Oversize(NamedTuple):
    """A message that is longer than the bound.

    Attributes:
        head: Its first bytes, as many as the bound allows.
        length: Its length in bytes.
    """

    head: bytes
    length: int


@dataclass(slots=True)
class Framed:
    """What has become complete.

    Attributes:
        messages: Messages without their ends, in the order in which they came; none is blank.
        oversize: Messages that are too long.
    """

    messages: list[bytes] = field(default_factory=list)
    oversize: list[Oversize] = field(default_factory=list)

    def add(self, message: bytes) -> None:
        """Add a message, unless it is blank."""
        if text := message.rstrip(b"\r\n\0"):
            self.messages.append(text)


@dataclass(slots=True)
class _Skipped:
    """A message that is too long, of which no more than the head is kept.

    Attributes:
        head: Its first bytes.
        length: How many bytes of it have come.
        missing: How many are still to come; None if it goes up to the next line end or NUL.
    """

    head: bytes
    length: int
    missing: int | None


class Framer:
    """Cuts one connection's stream. The messages do not depend on the pieces in which the stream arrives.

    There is one exception, since nothing in the bytes tells: whether line ends before the first NUL of a connection
    end messages is decided by whether that NUL has arrived together with them.

    Args:
        max_bytes: The bound of a message's length.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max = max_bytes
        self._parts: list[bytes] = []
        self._held = 0
        self._wanted = 0
        self._is_line = False
        self._uses_nul = False
        self._uses_counts = False
        self._skipped: _Skipped | None = None
        self._nul = -1

    @property
    def held(self) -> int:
        """Bytes of a message that is not complete yet."""
        return self._held

    @property
    def ends_if_quiet(self) -> bool:
        """Whether what is held is a message unless more comes at once: it ends with a line, where NULs are in use.

        Without that, the last line of a sender that uses both ends would wait for the next one.
        """
        return self._uses_nul and bool(self._parts) and self._parts[-1].endswith(b"\n")

    def feed(self, data: bytes) -> Framed:
        """Take the next bytes of the stream.

        Returns:
            What has become complete with them.
        """
        self._parts.append(data)
        self._held += len(data)
        if self._held < self._wanted and not (self._is_line and _end(data)):
            return Framed()
        return self._cut(b"".join(self._parts))

    def finish(self) -> Framed:
        """Take the end of the stream, or of what a quiet sender has sent so far: what is held is a message."""
        framed, rest = Framed(), b"".join(self._parts)
        if self._skipped is not None:
            framed.oversize.append(Oversize(self._skipped.head, self._skipped.length))
        elif len(rest) > self._max:
            framed.oversize.append(Oversize(rest[: self._max], len(rest)))
        else:
            framed.add(rest)
        self._skipped = None
        self._hold(b"")
        return framed

    def _cut(self, buffer: bytes) -> Framed:
        """Cut what is held, and hold what is left of it."""
        framed, place, self._nul = Framed(), 0, -1
        self._hold(b"")
        while not self._held and place < len(buffer):
            if self._skipped is not None:
                place = self._skip(self._skipped, buffer, place, framed)
            elif buffer[place] in _ENDS:
                place += 1
            elif buffer[place] in _DIGITS and (count := _counted(buffer, place)):
                place = self._take_counted(buffer, place, count, framed)
            elif buffer[place] in _DIGITS and _maybe_counted(buffer, place):
                self._hold(buffer[place:], 1)
            else:
                place = self._take_line(buffer, place, framed)
        return framed

    def _hold(self, rest: bytes, wanted: int = 0, *, is_line: bool = False) -> None:
        """Hold what is no message yet.

        Args:
            rest: The bytes.
            wanted: How many more are needed before it is worth while to look at them again.
            is_line: Whether a line end or a NUL would do as well.
        """
        self._parts = [rest] if rest else []
        self._held = len(rest)
        self._wanted = len(rest) + wanted
        self._is_line = is_line

    def _take_counted(self, buffer: bytes, place: int, count: re.Match[bytes], framed: Framed) -> int:
        """Take a message behind its count; where to go on."""
        self._uses_counts = True
        start, length = count.end(), int(count[1])
        if length > self._max:
            self._skipped = _Skipped(b"", 0, length)
        elif start + length > len(buffer):
            self._hold(buffer[place:], start + length - len(buffer))
        else:
            framed.add(buffer[start : start + length])
            start += length
        return start

    def _take_line(self, buffer: bytes, place: int, framed: Framed) -> int:
        """Take a message that goes up to an end; where to go on."""
        end = self._end_of(buffer, place)
        known = len(buffer) - place
        if end < 0 and known <= self._max + _LOOKAHEAD:
            any_byte_may_end_it = self._uses_counts or b"\n" in buffer[-_LOOKAHEAD:]
            self._hold(buffer[place:], 1 if any_byte_may_end_it else self._max + _LOOKAHEAD + 1 - known, is_line=True)
        elif end < 0 or end - place > self._max:
            self._skipped = _Skipped(buffer[place : place + self._max], self._max, None)
            end = place + self._max
        else:
            framed.add(buffer[place:end])
        return end

    def _end_of(self, buffer: bytes, place: int) -> int:
        """Where a message that is not counted ends; -1 if that has not come."""
        if self._nul < place:
            nul = buffer.find(b"\0", place)
            self._nul = len(buffer) if nul < 0 else nul
        if buffer[place] == _PRIORITY and self._holds_lines(buffer, place):
            line = _line_before_message(buffer, place, self._nul)
            end = line.start() if line else -1
        else:
            end = buffer.find(b"\n", place, self._nul)
        if end < 0 and self._nul < len(buffer):
            self._uses_nul, end = True, self._nul
        return self._end_before_count(buffer, place, end) if self._uses_counts else end

    def _holds_lines(self, buffer: bytes, place: int) -> bool:
        """Whether a message with a priority may hold line ends, since a NUL ends it."""
        return self._uses_nul or (self._nul < len(buffer) and not _versioned(buffer, place))

    def _end_before_count(self, buffer: bytes, place: int, end: int) -> int:
        """The end, or the place before it at which a counted message begins: where a count was wrong, no end comes."""
        if buffer[place] == _PRIORITY:
            return end
        found = _counted_later(buffer, place, end if end >= 0 else len(buffer))
        return found.start() if found else end

    def _skip(self, skipped: _Skipped, buffer: bytes, place: int, framed: Framed) -> int:
        """Pass over a message that is too long; where to go on."""
        if skipped.missing is None:
            found = _end(buffer, place)
            end, is_whole = (found.start(), True) if found else (len(buffer), False)
        else:
            end = min(len(buffer), place + skipped.missing)
            skipped.missing -= end - place
            is_whole = skipped.missing == 0
        skipped.head += buffer[place : min(end, place + self._max - len(skipped.head))]
        skipped.length += end - place
        if is_whole:
            framed.oversize.append(Oversize(skipped.head, skipped.length))
            self._skipped = None
        return end


def message_of(datagram: bytes) -> bytes:
    """The message of a datagram: without its end, and without a count, which `logger --octet-count` sends here too."""
    text = datagram.rstrip(b"\r\n\0")
    count = _counted(text)
    if count and int(count[1]) in (len(text) - count.end(), len(datagram) - count.end()):
        return text[count.end() :]
    return text
