"""Blocks of bytes -> physical lines with their numbers, byte offsets and lengths."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from logtui.lines.encoding import Recoder, byte_order_mark

MAX_LINE_BYTES: Final = 1024 * 1024
"""Longer lines are cut here; the rest up to the line end is skipped and counted."""

LINE_SCHEMA: Final = {"text": pl.String, "line": pl.UInt64, "offset": pl.UInt64, "bytes": pl.UInt64}

_PIECE: Final = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|\Z)")
_LINE_END: Final = re.compile(rb"[\r\n]")
_ASTRAL: Final = r"[\x{10000}-\x{10FFFF}]"
_ZERO: Final = pl.lit(0, pl.UInt64)
_MEASURED_SCHEMA: Final = {
    "text": pl.String,
    "size": pl.UInt64,
    "ends": pl.UInt64,
    "surplus": pl.UInt64,
    "newline": pl.UInt64,
}


class LineSplitter:
    r"""Cuts the blocks of one source into lines; the result does not depend on where blocks are cut.

    A line ends at `\n`, `\r\n`, or a lone `\r` (a progress bar that rewrites itself). `line` counts `\n` only;
    `offset` and `bytes` count bytes as received, terminators included.

    Args:
        codec: Encoding of the source where it is not UTF-8, such as `utf-16-le`; a byte order mark overrides it.

    Attributes:
        skipped: Bytes that are part of no line, by reason: `byte_order_mark`, `long_line`, `cut_character`.
        invalid_lines: Lines that held bytes which are not valid UTF-8, shown as U+FFFD.
    """

    def __init__(self, codec: str | None = None) -> None:
        self.skipped: dict[str, int] = {}
        self.invalid_lines = 0
        self._codec = codec
        self._recoder: Recoder | None = None
        self._head = b""
        self._started = False
        self._carry = b""
        self._dropped = 0  # bytes of the unfinished line beyond MAX_LINE_BYTES
        self._received = 0
        self._offset = 0
        self._line = 1

    def feed(self, block: bytes) -> pl.DataFrame:
        """The lines that end in this block.

        Args:
            block: The next bytes of the source.

        Returns:
            A frame of `LINE_SCHEMA`, possibly empty.
        """
        data = self._without_dropped(self._to_utf8(block))
        if self._carry.endswith(b"\r"):  # the line end may be the first half of \\r\\n
            data, self._carry = self._carry + data, b""
        end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, max(len(data) - 1, 0))) + 1
        complete = b"".join((self._carry, memoryview(data)[:end])) if end else b""
        self._carry = data[end:] if end else self._carry + data
        lines = self._lines_of(complete)
        self._shorten_carry()
        return lines

    def finish(self) -> pl.DataFrame:
        """The last line, if the source does not end with a line end."""
        data = self._carry + self._without_dropped(self._to_utf8(b"", final=True))
        self._carry = b""
        lines = self._lines_of(data)
        return self._reconciled(lines) if self._recoder else lines

    def _reconciled(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The last lines of recoded text, with a character that was cut off at the very end accounted for."""
        surplus = self._received - self._offset
        if surplus > 0:
            self._skip("cut_character", surplus)
        if surplus >= 0 or lines.is_empty():
            return lines
        last = pl.int_range(pl.len()) == pl.len() - 1
        shortened = (pl.col("bytes").cast(pl.Int64) + surplus).cast(pl.UInt64)
        return lines.with_columns(bytes=pl.when(last).then(shortened).otherwise("bytes"))

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

    def _lines_of(self, data: bytes) -> pl.DataFrame:
        if not data:
            return pl.DataFrame(schema=LINE_SCHEMA)
        measured = self._uniform_lines(data)
        if measured is None:
            measured = self._mixed_lines(data)
        if self._recoder:
            measured = measured.with_columns(size=_utf16_bytes(pl.col("text")) + 2 * pl.col("ends"))
        lines = self._numbered(measured)
        self._offset += self._dropped + int(measured["size"].sum()) + int(measured["surplus"].sum())
        self._dropped = 0
        self._line += int(measured["newline"].sum())
        return lines

    def _numbered(self, measured: pl.DataFrame) -> pl.DataFrame:
        """Number the lines; an earlier block may have dropped the end of the first one."""
        first = pl.int_range(pl.len()) == 0
        surplus = pl.col("surplus") + pl.when(first).then(self._dropped).otherwise(0)
        span = pl.col("size") + surplus
        return measured.select(
            "text",
            line=self._line + pl.col("newline").cum_sum() - pl.col("newline"),
            offset=self._offset + span.cum_sum() - span,
            bytes="size",
        )

    def _uniform_lines(self, data: bytes) -> pl.DataFrame | None:
        """The measured lines of data whose lines all end alike; None if they do not, or if one is too long."""
        returns, newlines = data.count(b"\r"), data.count(b"\n")
        if not data.endswith(b"\n") or (returns and not (returns == newlines == data.count(b"\r\n"))):
            return None
        try:
            lines = pl.read_lines(data, name="text")
        except pl.exceptions.ComputeError:  # invalid UTF-8
            return None
        length = pl.col("text").str.len_bytes().cast(pl.UInt64)
        ends = pl.lit(2 if returns else 1, pl.UInt64)
        lines = lines.with_columns(size=length + ends, ends=ends, surplus=_ZERO, newline=pl.lit(1, pl.UInt64))
        longest = lines.select((pl.col("size") - pl.col("ends")).max()).item()
        return None if longest > MAX_LINE_BYTES else lines

    def _mixed_lines(self, data: bytes) -> pl.DataFrame:
        """The measured lines of any data: mixed line ends, invalid bytes, overlong lines."""
        pieces = [piece for piece in _PIECE.findall(data) if piece != (b"", b"")]
        contents = [content[:MAX_LINE_BYTES] for content, _ in pieces]
        surplus = [len(content) - len(kept) for (content, _), kept in zip(pieces, contents, strict=True)]
        if any(surplus):
            self._skip("long_line", sum(surplus))
        return pl.DataFrame(
            {
                "text": [self._decoded(content) for content in contents],
                "size": [len(kept) + len(end) for (_, end), kept in zip(pieces, contents, strict=True)],
                "ends": [len(end) for _, end in pieces],
                "surplus": surplus,
                "newline": [int(end.endswith(b"\n")) for _, end in pieces],
            },
            schema=_MEASURED_SCHEMA,
        )

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            self.invalid_lines += 1
            return content.decode("utf-8", "replace")


def _utf16_bytes(text: pl.Expr) -> pl.Expr:
    return 2 * (text.str.len_chars() + text.str.count_matches(_ASTRAL)).cast(pl.UInt64)
