"""Splits blocks of bytes into physical lines as tuples; the lines equal those of the column splitter."""

from __future__ import annotations

from itertools import accumulate, count
from typing import TypeAlias

from logtui.lines.cutter import MAX_LINE_BYTES, PIECE, LineCutter

Line: TypeAlias = tuple[str, int, int, int]
"""A physical line: text without line end, number from 1, byte offset, and bytes with line end.

It is a plain tuple, because one is made for each line and unpacked at once.
"""


class RowSplitter(LineCutter):
    """Cuts the blocks of one source into lines; the result does not depend on where blocks are cut."""

    def feed(self, block: bytes) -> list[Line]:
        """The lines that end in this block.

        Args:
            block: The next bytes of the source.

        Returns:
            The lines, possibly none.
        """
        lines = self._lines_of(self._complete(block))
        self._shorten_carry()
        return lines

    def finish(self) -> list[Line]:
        """The last line, if the source does not end with a line end."""
        lines = self._lines_of(self._remaining())
        surplus = self._surplus()
        if surplus < 0 and lines:
            text, number, offset, size = lines[-1]
            lines[-1] = text, number, offset, size + surplus
        return lines

    def _lines_of(self, data: bytes) -> list[Line]:
        if not data:
            return []
        if b"\r" in data or b"\0" in data or not data.endswith(b"\n") or self._recoder or self._dropped:
            return self._mixed_lines(data)
        try:
            texts = data.decode(self._charset).split("\n")
        except UnicodeDecodeError:
            return self._mixed_lines(data)
        sizes = [len(text) + 1 for text in (texts if data.isascii() else data.split(b"\n"))]
        sizes.pop()
        if max(sizes) > MAX_LINE_BYTES:
            return self._mixed_lines(data)
        offsets = accumulate(sizes, initial=self._offset)
        lines = list(zip(texts, count(self._line), offsets, sizes, strict=False))
        self._advance(len(data), len(sizes))
        return lines

    def _mixed_lines(self, data: bytes) -> list[Line]:
        lines = []
        for hole, content, end in PIECE.findall(data):
            if hole:
                self._advance(self._skip_hole(len(hole)), 0)
            if not content and not end:
                continue
            kept = content[:MAX_LINE_BYTES]
            surplus = len(content) - len(kept)
            if surplus:
                self._skip("long_line", surplus)
            text = self._decoded(kept)
            size = self._size_of(text, kept, end)
            lines.append((text, self._line, self._offset, size))
            self._advance(size + surplus, int(end.endswith(b"\n")))
        return lines

    def _size_of(self, text: str, kept: bytes, end: bytes) -> int:
        """The bytes of a line as received, before recoding."""
        if self._recoder:
            return len(text.encode("utf-16-le", "surrogatepass")) + 2 * len(end)
        return len(kept) + len(end)
