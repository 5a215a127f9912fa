"""Writes the lengths in systemd's journal export format as text, so that its entries are lines of text.

A value with line ends or other control characters follows its field's name on a line of its own, behind 64 bits of its
length (systemd documentation, "Journal Export Formats").
"""

from __future__ import annotations

from typing import Final

from logtui.lines.marker import Marker
from logtui.lines.patterns import compiled

_OPENING: Final = b"__CURSOR="
_LENGTH_DIGITS: Final = 8
"""Hexadecimal digits that stand in place of the eight bytes of a length."""

_NAME: Final = rb"[A-Z_0-9]{1,64}\n"
_MAY_BE_NAME: Final = rb"[A-Z_0-9]{0,64}\Z"


class JournalLengths(Marker):
    """Writes the lengths of a source's values as digits."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 0

    def _may_begin(self, block: bytes) -> bool:
        return _OPENING.startswith(block[: len(_OPENING)])

    def _at_start(self, data: bytearray, at: int) -> int:
        if len(data) >= len(_OPENING):
            self._step = self._at_line
        return at

    def _at_line(self, data: bytearray, at: int) -> int:
        name = compiled(_NAME).match(data, at)
        if name is not None:
            self._step = self._at_length
            return name.end()
        if not compiled(_MAY_BE_NAME).match(data, at):
            self._step = self._in_line
        return at

    def _in_line(self, data: bytearray, at: int) -> int:
        return self._behind_line(data, at, self._at_line)

    def _at_length(self, data: bytearray, at: int) -> int:
        end = at + _LENGTH_DIGITS
        if len(data) < end:
            return at
        self._left = int.from_bytes(data[at:end], "little")
        data[at:end] = f"{min(self._left, 16**_LENGTH_DIGITS - 1):0{_LENGTH_DIGITS}x}".encode()
        self._step = self._in_value
        return end

    def _in_value(self, data: bytearray, at: int) -> int:
        taken = min(self._left, len(data) - at)
        self._left -= taken
        if not self._left:
            self._step = self._in_line
        return at + taken
