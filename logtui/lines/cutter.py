"""Cuts blocks of bytes into whole lines, whatever the encoding and wherever blocks begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logtui.lines.bundle import Bundle
from logtui.lines.encoding import Recoder, byte_order_mark, decoded, is_utf16
from logtui.lines.journal import JournalLengths

if TYPE_CHECKING:
    from logtui.lines.marker import Marker

MAX_LINE_BYTES: Final = 1024 * 1024
"""Longer lines are cut here; the rest up to the line end is skipped and counted."""

_HOLE: Final = bytes(16)
"""16 NULs end a line: there the file was truncated or never written. Fewer are part of the line unless it begins so."""

PIECE: Final = re.compile(
    rb"(\A\0++|(?<=[\r\n])\0++|\0{16,}+)"
    rb"|([^\r\n\0]*+(?:\0{1,15}+(?!\0)[^\r\n\0]*+)*+)(\r\n|\n|\r|(?=\0)|\Z)"
)
"""A hole of NULs, or a line and its end."""

_LINE_END: Final = re.compile(rb"[\r\n]|\0{16}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line begins in a source.

    Attributes:
        line: The number of the line, from 1.
        offset: The byte offset of the line.
    """

    line: int = 1
    offset: int = 0


class LineCutter:
    """The common base of the splitters of one source: keeps the encoding, the unfinished line, and its place.

    Args:
        codec: The encoding that the user states, as `codec_named` returns it; a byte order mark overrides it. None for
            UTF-8.
        start: The place of the first block in the source; a source in UTF-16 must be read from its start.

    Attributes:
        skipped: Bytes that are part of no line, by reason: `byte_order_mark`, `long_line`, `cut_character`,
            `nul_bytes`, `bundle` (what is around the records of a JSON document).
        invalid_lines: The number of lines with bytes that are not valid in the source's encoding.
    """

    def __init__(self, codec: str | None = None, start: Place = Place()) -> None:
        self.skipped: dict[str, int] = {}
        self.invalid_lines = 0
        self._codec = codec
        self._charset = "utf-8" if codec is None or is_utf16(codec) else codec
        self._recoder: Recoder | None = None
        self._markers: list[Marker] = [Bundle(), JournalLengths()] if start.offset == 0 else []
        self._head = b""
        self._started = start.offset > 0
        self._carry = b""
        self._dropped = 0  # bytes of the unfinished line beyond MAX_LINE_BYTES
        self._received = 0
        self._offset = start.offset
        self._line = start.line

    @property
    def place(self) -> Place | None:
        """The place of the unfinished line, from which another splitter can go on; None if it could not."""
        if self._recoder or self._markers or self._dropped or not self._started:
            return None
        return Place(self._line, self._offset)

    def _complete(self, block: bytes) -> bytes:
        """The bytes of the lines that end in this block, as UTF-8; the rest is carried to the next block."""
        data = self._without_dropped(self._undecided() + self._to_utf8(block))
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, max(len(data) - 1, 0))) + 1
        hole = data.rfind(_HOLE, end)
        end = end if hole < 0 else hole + len(_HOLE)
        complete = b"".join((self._carry, memoryview(data)[:end])) if end else b""
        self._carry = data[end:] if end else self._carry + data
        return complete

    def _remaining(self) -> bytes:
        """The bytes of the last line, if the source does not end with a line end."""
        data = self._without_dropped(self._undecided() + self._to_utf8(b"", final=True))
        data, self._carry = self._carry + data, b""
        return data

    def _undecided(self) -> bytes:
        r"""The end of the unfinished line that may be half of a `\r\n`, or the beginning of a hole."""
        kept = self._carry.removesuffix(b"\r")
        if kept == self._carry:
            kept = kept.rstrip(b"\0")
        data, self._carry = self._carry[len(kept) :], kept
        return data

    def _surplus(self) -> int:
        """Bytes of the source less the bytes of its lines, at the end of a recoded source; may be negative."""
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
        data = self._recoder.feed(block, final=final) if self._recoder else block
        for marker in self._markers:
            data = marker.feed(data, final=final)
        self._markers = [marker for marker in self._markers if not marker.is_absent]
        return data

    def _start(self, head: bytes) -> bytes:
        self._started = True
        mark, codec = byte_order_mark(head) or (b"", self._codec or "utf-8")
        if mark:
            self._skip("byte_order_mark", len(mark))
            self._offset = len(mark)
            self._charset = "utf-8"
        if is_utf16(codec):
            self._recoder = Recoder(codec)
        return head[len(mark) :]

    def _without_dropped(self, data: bytes) -> bytes:
        if not self._dropped:
            return data
        line_end = _LINE_END.search(data)
        surplus = line_end.start() if line_end else len(data.rstrip(b"\0"))
        self._drop(data[:surplus])
        return data[surplus:]

    def _shorten_carry(self) -> None:
        if self._carry.startswith(b"\0"):
            line = self._carry.lstrip(b"\0")
            self._offset += self._skip_hole(len(self._carry) - len(line))
            self._carry = line
        content = self._carry.removesuffix(b"\r").rstrip(b"\0")
        if len(content) > MAX_LINE_BYTES:
            self._drop(content[MAX_LINE_BYTES:])
            self._carry = content[:MAX_LINE_BYTES] + self._carry[len(content) :]

    def _drop(self, surplus: bytes) -> None:
        size = len(surplus.decode("utf-8", "replace").encode("utf-16-le")) if self._recoder else len(surplus)
        self._dropped += size
        self._skip("long_line", size)

    def _skip_hole(self, nuls: int) -> int:
        """Count a hole of NULs as skipped; returns its bytes as received."""
        size = nuls * (2 if self._recoder else 1)
        is_framed = any(isinstance(marker, Bundle) for marker in self._markers)
        self._skip("bundle" if is_framed else "nul_bytes", size)
        return size

    def _skip(self, reason: str, count: int) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + count

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode(self._charset)
        except UnicodeDecodeError:
            self.invalid_lines += 1
            return decoded(content, self._charset)
