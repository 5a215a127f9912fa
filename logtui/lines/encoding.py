"""Bytes of any encoding -> UTF-8 bytes, whatever the block borders."""

from __future__ import annotations

import codecs
from typing import Final

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


def byte_order_mark(head: bytes) -> tuple[bytes, str] | None:
    """The byte order mark at the start of a source and the encoding it announces.

    Args:
        head: The first bytes of the source.

    Returns:
        The mark and `utf-8`, `utf-16-le` or `utf-16-be`; None without a mark (Unicode 16, section 23.8).
    """
    return next(((mark, codec) for mark, codec in _MARKS if head.startswith(mark)), None)


class Recoder:
    """Turns the blocks of an encoded source into UTF-8.

    Args:
        codec: A codec name known to Python.
    """

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """Recode the next bytes; what is cut in the middle of a character waits for the next call."""
        return self._decoder.decode(data, final).encode("utf-8", "replace")
