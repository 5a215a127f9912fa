"""Splits blocks of bytes into columns of physical lines with their numbers, byte offsets and lengths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from logtui.lines.cutter import MAX_LINE_BYTES, PIECE, LineCutter

LINE_SCHEMA: Final = {"text": pl.String, "line": pl.UInt64, "offset": pl.UInt64, "bytes": pl.UInt64}

_TAKEN_FOR_COMPRESSED: Final = (b"x\x01", b"x^", b"x\x9c", b"x\xda", b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
"""First bytes that Polars' readers take for zlib, gzip or zstd and would decompress (RFC 1950, 1952, 8878)."""
_ASTRAL: Final = r"[\x{10000}-\x{10FFFF}]"
_ZERO: Final = pl.lit(0, pl.UInt64)
_MEASURED_SCHEMA: Final = {
    "text": pl.String,
    "size": pl.UInt64,
    "ends": pl.UInt64,
    "surplus": pl.UInt64,
    "newline": pl.UInt64,
}


@dataclass(frozen=True)
class LineBlock:
    """Whole lines of a source, which are split when they are asked for.

    Attributes:
        data: The lines as bytes, if they can be searched before they are split: valid UTF-8 without NULs, every line of
            which has the same end and is not too long. Empty if `mixed` holds the lines.
        line: Number of the first line of `data`.
        offset: Byte offset of the first line of `data`.
        end: Bytes of a line's end.
        mixed: The lines of any other data.
    """

    data: bytes = b""
    line: int = 1
    offset: int = 0
    end: int = 1
    mixed: pl.DataFrame | None = None

    @cached_property
    def lines(self) -> pl.DataFrame:
        """The lines: a frame of `LINE_SCHEMA`."""
        if self.mixed is not None:
            return self.mixed
        size = pl.col("text").str.len_bytes().cast(pl.UInt64) + pl.lit(self.end, pl.UInt64)
        lines = pl.read_lines(self.data, name="text")
        return lines.select("text", bytes=size).select(
            "text",
            line=pl.int_range(self.line, self.line + len(lines), dtype=pl.UInt64),
            offset=pl.lit(self.offset, pl.UInt64) + pl.col("bytes").cum_sum() - pl.col("bytes"),
            bytes="bytes",
        )


class LineSplitter(LineCutter):
    r"""Cuts the blocks of one source into lines; the result does not depend on where blocks are cut.

    A line ends at `\n`, `\r\n`, or a lone `\r` (a progress bar that rewrites itself). `line` counts `\n` only;
    `offset` and `bytes` count bytes as received, terminators included.

    Args:
        codec: The encoding that the user states, as `codec_named` returns it; a byte order mark overrides it. None for
            UTF-8.

    Attributes:
        skipped: Bytes that are part of no line, by reason: `byte_order_mark`, `long_line`, `cut_character`,
            `nul_bytes`.
        invalid_lines: The number of lines with bytes that are not valid in the source's encoding.
    """

    def feed(self, block: bytes) -> pl.DataFrame:
        """The lines that end in this block.

        Args:
            block: The next bytes of the source.

        Returns:
            A frame of `LINE_SCHEMA`, possibly empty.
        """
        return self.cut(block).lines

    def cut(self, block: bytes) -> LineBlock:
        """The lines that end in this block, not split yet where that can wait; arguments as of `feed`."""
        data = self._complete(block)
        end = self._uniform_end(data)
        if end and not self._recoder and not self._dropped:
            lines = LineBlock(data, self._line, self._offset, end)
            self._advance(len(data), data.count(b"\n"))
        else:
            lines = LineBlock(mixed=self._lines_of(data, end))
        self._shorten_carry()
        return lines

    def finish(self) -> pl.DataFrame:
        """The last line, if the source does not end with a line end."""
        data = self._remaining()
        lines = self._lines_of(data, self._uniform_end(data))
        surplus = self._surplus()
        if surplus >= 0 or lines.is_empty():
            return lines
        last = pl.int_range(pl.len()) == pl.len() - 1
        shortened = (pl.col("bytes").cast(pl.Int64) + surplus).cast(pl.UInt64)
        return lines.with_columns(bytes=pl.when(last).then(shortened).otherwise("bytes"))

    def unfinished(self) -> pl.DataFrame:
        """The line that has not ended yet, as it is now; it is delivered once more when it has ended.

        Returns:
            A frame of `LINE_SCHEMA`, empty if there is none, or if the source is not in UTF-8.
        """
        if not self._carry or self._recoder:
            return pl.DataFrame(schema=LINE_SCHEMA)
        invalid = self.invalid_lines
        line = self._numbered(self._mixed_lines(self._carry))
        self.invalid_lines = invalid
        return line

    def _lines_of(self, data: bytes, end: int) -> pl.DataFrame:
        if not data:
            return pl.DataFrame(schema=LINE_SCHEMA)
        measured = _uniform_lines(data, end) if end else self._mixed_lines(data)
        if self._recoder:
            measured = measured.with_columns(size=_utf16_bytes(pl.col("text")).fill_null(0) + 2 * pl.col("ends"))
        lines = self._numbered(measured)
        self._advance(int(measured["size"].sum()) + int(measured["surplus"].sum()), int(measured["newline"].sum()))
        return lines

    def _numbered(self, measured: pl.DataFrame) -> pl.DataFrame:
        """Add line numbers and offsets, and drop holes; an earlier block may have dropped the end of the first line."""
        first = pl.int_range(pl.len()) == 0
        surplus = pl.col("surplus") + pl.when(first).then(self._dropped).otherwise(0)
        span = pl.col("size") + surplus
        return measured.select(
            "text",
            line=self._line + pl.col("newline").cum_sum() - pl.col("newline"),
            offset=self._offset + span.cum_sum() - span,
            bytes="size",
        ).drop_nulls("text")

    def _uniform_end(self, data: bytes) -> int:
        """The bytes of each line's end, if all lines end alike and can be split later; else 0."""
        returns = b"\r" in data
        if (
            not data.endswith(b"\n")
            or data.startswith(_TAKEN_FOR_COMPRESSED)
            or b"\0" in data
            or not _is_utf8(data, self._charset)
            or (returns and not (data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")))
            or _may_have_long_line(data)
        ):
            return 0
        return 2 if returns else 1

    def _mixed_lines(self, data: bytes) -> pl.DataFrame:
        """Split any data: mixed line ends, invalid bytes, overlong lines; holes of NULs are rows without a text."""
        pieces = [piece for piece in PIECE.findall(data) if any(piece)]
        contents = [content[:MAX_LINE_BYTES] for _, content, _ in pieces]
        surplus = [len(content) - len(kept) for (_, content, _), kept in zip(pieces, contents, strict=True)]
        if any(surplus):
            self._skip("long_line", sum(surplus))
        if nuls := sum(len(hole) for hole, *_ in pieces):
            self._skip_hole(nuls)
        return pl.DataFrame(
            {
                "text": [
                    None if hole else self._decoded(kept) for (hole, *_), kept in zip(pieces, contents, strict=True)
                ],
                "size": [
                    len(hole) + len(kept) + len(end) for (hole, _, end), kept in zip(pieces, contents, strict=True)
                ],
                "ends": [len(hole) + len(end) for hole, _, end in pieces],
                "surplus": surplus,
                "newline": [int(end.endswith(b"\n")) for *_, end in pieces],
            },
            schema=_MEASURED_SCHEMA,
        )


def _uniform_lines(data: bytes, end: int) -> pl.DataFrame:
    """Split data whose lines all have ends of the same number of bytes."""
    ends = pl.lit(end, pl.UInt64)
    size = pl.col("text").str.len_bytes().cast(pl.UInt64) + ends
    lines = pl.read_lines(data, name="text")
    return lines.with_columns(size=size, ends=ends, surplus=_ZERO, newline=pl.lit(1, pl.UInt64))


def _is_utf8(data: bytes, charset: str) -> bool:
    """Whether data is valid UTF-8 and stands for the same text in its encoding."""
    if data.isascii():
        return True
    try:
        return charset == "utf-8" and bool(data.decode())
    except UnicodeDecodeError:
        return False


def _may_have_long_line(data: bytes) -> bool:
    """Whether a line may be too long: it would cover one of the stretches of half that length."""
    half = MAX_LINE_BYTES // 2
    return any(data.find(b"\n", at, at + half) < 0 for at in range(0, len(data) - half + 1, half))


def _utf16_bytes(text: pl.Expr) -> pl.Expr:
    return 2 * (text.str.len_chars() + text.str.count_matches(_ASTRAL)).cast(pl.UInt64)
