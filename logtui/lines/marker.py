"""The common base of what marks lines in sources that are no text of lines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Marker(ABC):
    """Marks lines in place, so that no byte of the source gets another offset.

    Attributes:
        is_absent: Whether the source does not begin as such a source does, so that it need not be fed any more.
    """

    def __init__(self) -> None:
        self.is_absent = False
        self._held = b""
        self._is_final = False
        self._step: Callable[[bytearray, int], int] = self._at_start

    def feed(self, block: bytes, *, final: bool = False) -> bytes:
        """Take the next bytes of the source.

        Args:
            block: The bytes, of a JSON document as UTF-8.
            final: Whether no more will come.

        Returns:
            The bytes with marks; those that need the next ones are held back.
        """
        block, self._held = self._held + block, b""
        if self._step == self._at_start and not self._may_begin(block):
            self.is_absent = True
            return block
        data = bytearray(block)
        self._is_final = final
        at = 0
        while at < len(data):
            step, before = self._step, at
            at = step(data, at)
            if self._step == step and at == before:
                break
        at = len(data) if final else at
        self._held = bytes(data[at:])
        return bytes(data[:at])

    def _behind_line(self, data: bytearray, at: int, then: Callable[[bytearray, int], int]) -> int:
        """Go on to the end of the line, or to that of the bytes that are there."""
        line_end = data.find(b"\n", at)
        if line_end < 0:
            return len(data)
        self._step = then
        return line_end + 1

    @abstractmethod
    def _may_begin(self, block: bytes) -> bool:
        """Whether a source that begins with these bytes may be one to mark."""

    @abstractmethod
    def _at_start(self, data: bytearray, at: int) -> int:
        """The first step; each step returns how far it came, and may set the next one."""
