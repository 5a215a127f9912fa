"""Blocks of bytes -> physical lines one by one, the same ones as the columns hold."""

from __future__ import annotations

from typing import NamedTuple

from logtui.lines.cutter import MAX_LINE_BYTES, PIECE, LineCutter


class Line(NamedTuple):
    """A physical line.

    Attributes:
        text: The line without its end.
        line: Its number, from 1.
        offset: Where its first byte lies in the source.
        size: Bytes, the line end included.
    """

    text: str
    line: int
    offset: int
    size: int


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
            lines[-1] = lines[-1]._replace(size=lines[-1].size + surplus)
        return lines

    def _lines_of(self, data: bytes) -> list[Line]:
        if not data:
            return []
        if b"\r" in data or not data.endswith(b"\n") or self._recoder or self._dropped:
            return self._mixed_lines(data)
        contents = data.split(b"\n")
        contents.pop()
        if max(map(len, contents)) > MAX_LINE_BYTES:
            return self._mixed_lines(data)
        try:
            return self._newline_lines(contents)
        except UnicodeDecodeError:
            return self._mixed_lines(data)

    def _newline_lines(self, contents: list[bytes]) -> list[Line]:
        """Lines of valid UTF-8 that all end with a line feed."""
        lines = []
        offset = self._offset
        for number, content in enumerate(contents, self._line):
            size = len(content) + 1
            lines.append(Line(content.decode(), number, offset, size))
            offset += size
        self._advance(offset - self._offset, len(contents))
        return lines

    def _mixed_lines(self, data: bytes) -> list[Line]:
        lines = []
        for content, end in PIECE.findall(data):
            if not content and not end:
                continue
            kept = content[:MAX_LINE_BYTES]
            surplus = len(content) - len(kept)
            if surplus:
                self._skip("long_line", surplus)
            text = self._decoded(kept)
            size = self._size_of(text, kept, end)
            lines.append(Line(text, self._line, self._offset, size))
            self._advance(size + surplus, int(end.endswith(b"\n")))
        return lines

    def _size_of(self, text: str, kept: bytes, end: bytes) -> int:
        """Bytes of a line as received."""
        if self._recoder:
            return len(text.encode("utf-16-le", "surrogatepass")) + 2 * len(end)
        return len(kept) + len(end)
