"""Blocks of bytes -> the bytes of whole lines, whatever the encoding and wherever the blocks are cut."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from logtui.lines.encoding import Recoder, byte_order_mark

MAX_LINE_BYTES: Final = 1024 * 1024
"""Longer lines are cut here; the rest up to the line end is skipped and counted."""

PIECE: Final = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
"""A line and its end."""

_LINE_END: Final = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line begins in a source.

    Attributes:
        line: Its number, from 1.
        offset: Its byte offset.
    """

    line: int = 1
    offset: int = 0


class LineCutter:
    """What the splitters of one source share: its encoding, the unfinished line, and where it stands.

    Args:
        codec: Encoding of the source where it is not UTF-8, such as `utf-16-le`; a byte order mark overrides it.
        start: Where the first block begins; only of a source in UTF-8.

    Attributes:
        skipped: Bytes that are part of no line, by reason: `byte_order_mark`, `long_line`, `cut_character`.
        invalid_lines: Lines that held bytes which are not valid UTF-8, shown as U+FFFD.
    """

    def __init__(self, codec: str | None = None, start: Place = Place()) -> None:
        self.skipped: dict[str, int] = {}
        self.invalid_lines = 0
        self._codec = codec
        self._recoder: Recoder | None = None
        self._head = b""
        self._started = start.offset > 0
        self._carry = b""
        self._dropped = 0  # bytes of the unfinished line beyond MAX_LINE_BYTES
        self._received = 0
        self._offset = start.offset
        self._line = start.line

    @property
    def place(self) -> Place | None:
        """Where the unfinished line begins, so that another splitter can go on from there; None if it cannot."""
        if self._recoder or self._dropped or not self._started:
            return None
        return Place(self._line, self._offset)

    def _complete(self, block: bytes) -> bytes:
        """The lines that end in this block, as UTF-8; the rest waits."""
        data = self._without_dropped(self._to_utf8(block))
        if self._carry.endswith(b"\r"):  # the line end may be the first half of \\r\\n
            data, self._carry = self._carry + data, b""
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, max(len(data) - 1, 0))) + 1
        complete = b"".join((self._carry, memoryview(data)[:end])) if end else b""
        self._carry = data[end:] if end else self._carry + data
        return complete

    def _remaining(self) -> bytes:
        """The last line, where the source does not end with a line end."""
        data = self._carry + self._without_dropped(self._to_utf8(b"", final=True))
        self._carry = b""
        return data

    def _surplus(self) -> int:
        """Bytes of recoded text that no line holds at the end of the source; negative if lines hold too many."""
        surplus = self._received - self._offset if self._recoder else 0
        if surplus > 0:
            self._skip("cut_character", surplus)
        return surplus

    def _advance(self, consumed: int, newlines: int) -> None:
        self._offset += self._dropped + consumed
        self._dropped = 0
        self._line += newlines

    def _to_utf8(self, block: bytes, *, final: bool = False) -> bytes:
        self._received += len(block)
        if not self._started:
            block = self._head = self._head + block
            if len(block) < 3 and not final:
                return b""
            block = self._start(block)
        return self._recoder.feed(block, final=final) if self._recoder else block

    def _start(self, head: bytes) -> bytes:
        self._started = True
        mark, codec = byte_order_mark(head) or (b"", self._codec)
        if mark:
            self._skip("byte_order_mark", len(mark))
            self._offset = len(mark)
        if codec and codec != "utf-8":
            self._recoder = Recoder(codec)
        return head[len(mark) :]

    def _without_dropped(self, data: bytes) -> bytes:
        if not self._dropped:
            return data
        line_end = _LINE_END.search(data)
        surplus = line_end.start() if line_end else len(data)
        self._drop(data[:surplus])
        return data[surplus:]

    def _shorten_carry(self) -> None:
        content = self._carry.removesuffix(b"\r")
        if len(content) > MAX_LINE_BYTES:
            self._drop(content[MAX_LINE_BYTES:])
            self._carry = content[:MAX_LINE_BYTES] + self._carry[len(content) :]

    def _drop(self, surplus: bytes) -> None:
        size = len(surplus.decode("utf-8", "replace").encode("utf-16-le")) if self._recoder else len(surplus)
        self._dropped += size
        self._skip("long_line", size)

    def _skip(self, reason: str, count: int) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + count

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            self.invalid_lines += 1
            return content.decode("utf-8", "replace")
