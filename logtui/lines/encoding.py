"""Encodings: which are known, which one a source announces, and bytes that are not in theirs."""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import Final

from logtui.errors import SourceError

GUESSED: Final = "cp1252"
"""What lines are taken for that cannot be UTF-8."""

_ASCII: Final = bytes(range(128)) + b"\x1b$B!!~{!!"
"""What has no other meaning in encodings that keep line ends; the last bytes switch the character set in others."""

_WIDE: Final = {"utf-16": "utf-16-le", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}

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


def codec_named(name: str) -> str:
    """The codec that a user names.

    Args:
        name: Such as `latin-1`, `cp1252`, `shift_jis` or `utf-16-le`.

    Returns:
        Its name among Python's codecs; the byte order of UTF-16 is little where none is stated.

    Raises:
        SourceError: If there is none of that name, or its lines cannot be told by their ends.
    """
    try:
        codec = codecs.lookup(name).name
        is_known = codec in _WIDE or _ASCII.decode(codec) == _ASCII.decode("ascii")
    except (LookupError, ValueError):
        is_known = False
    if not is_known:
        raise SourceError(f"there is no encoding {name!r}", hint="such as latin-1, cp1252, shift_jis, utf-16-le")
    return _WIDE.get(codec, codec)


def is_utf16(codec: str) -> bool:
    """Whether characters take two bytes, so that line ends are none before they are recoded."""
    return codec in _WIDE


def decoded(content: bytes, codec: str) -> str:
    """The text of a line that is not valid in its encoding.

    Args:
        content: The line.
        codec: Its encoding.

    Returns:
        What it is in Windows-1252, the commonest of the old encodings and nearly a superset of Latin-1, if nothing in
        it speaks for UTF-8; else the text with U+FFFD for each fault.
    """
    if codec == "utf-8" and content.decode(codec, "ignore").isascii():
        with suppress(UnicodeDecodeError):
            return content.decode(GUESSED)
    return content.decode(codec, "replace")


class Recoder:
    """Turns the blocks of an encoded source into UTF-8, whatever the block borders.

    Args:
        codec: A codec name known to Python.
    """

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """Recode the next bytes; what is cut in the middle of a character waits for the next call."""
        return self._decoder.decode(data, final).encode("utf-8", "replace")
