"""Encodings: finds codecs by name, reads byte order marks, and decodes lines that are not valid in their encoding."""

from __future__ import annotations

import codecs
from contextlib import suppress
from typing import Final

from logtui.errors import SourceError

GUESSED: Final = "cp1252"
"""The encoding that is assumed for lines which are not UTF-8."""

_ASCII: Final = bytes(range(128)) + b"\x1b$B!!~{!!"
"""Encodings in which lines end with the ASCII bytes decode this as ASCII.

The last bytes are escape sequences that switch the character set in ISO-2022 and HZ, where they decode differently."""

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
    """Find a codec by the name that a user gives it.

    Args:
        name: A name such as `latin-1`, `cp1252`, `shift_jis` or `utf-16-le`.

    Returns:
        The name of Python's codec; UTF-16 without a byte order is little-endian.

    Raises:
        SourceError: If there is no such codec, or its text cannot be cut into lines at the bytes of line ends.
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
    """Whether a codec is UTF-16, whose bytes must be recoded before line ends can be found."""
    return codec in _WIDE


def decoded(content: bytes, codec: str) -> str:
    """Decode a line that is not valid in its encoding.

    Args:
        content: The bytes of the line.
        codec: The encoding of the source.

    Returns:
        The line in Windows-1252, the commonest of the old encodings and nearly a superset of Latin-1, if the source is
        UTF-8 and no valid character beyond ASCII is in the line; else the text with U+FFFD for each fault.
    """
    if codec == "utf-8" and content.decode(codec, "ignore").isascii():
        with suppress(UnicodeDecodeError):
            return content.decode(GUESSED)
    return content.decode(codec, "replace")


class Recoder:
    """Recodes the blocks of a source to UTF-8; characters may be cut by block borders.

    Args:
        codec: A codec name known to Python.
    """

    def __init__(self, codec: str) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def feed(self, data: bytes, *, final: bool = False) -> bytes:
        """Recode the next bytes; an incomplete character at the end waits for the next call."""
        return self._decoder.decode(data, final).encode("utf-8", "replace")
