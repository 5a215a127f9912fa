"""Recognises binary files, so that an image or a database does not fill the screen."""

from __future__ import annotations

import re
from typing import Final

_MAGIC: Final = {
    b"\x7fELF": "an ELF program",
    b"\x89PNG\r\n\x1a\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF-": "a PDF document",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"PK\x03\x04": "a zip archive",
    b"ARROW1": "an Arrow file",
    b"\xca\xfe\xba\xbe": "a Java class",
    b"MZ\x90\x00": "a Windows program",
    b"LPKSHHRH": "a systemd journal (pipe `journalctl` in instead)",
    b"ElfFile\x00": "a Windows event log",
    b"\x00asm": "a WebAssembly module",
}
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\x0b\x0c\x08\x1b")
_CONTROLS: Final = bytes(byte for byte in range(32) if byte not in _TEXT_CONTROLS) + b"\x7f"
_MAX_CONTROL_SHARE: Final = 0.3
_MAX_CONTROL_SHARE_OF_NO_UTF8: Final = 0.05
"""Compressed and encrypted bytes have a share of 0.1; text in an older encoding has next to none."""

_CUT: Final = 3
"""Most bytes of a character that the end of a block cuts off."""

_HOLE: Final = re.compile(rb"\A\0+|\0{16,}")
"""NULs where a file was truncated while its writer went on, or was never written; the rest may still be text."""

_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def binary_kind(head: bytes) -> str | None:
    """Name the kind of a binary file.

    Args:
        head: The first block of 64 KiB of the (decompressed) bytes that is not all NULs.

    Returns:
        A noun phrase such as `an ELF program`, or None for text. UTF-16 counts as text.
    """
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(_UTF16_MARKS) or looks_like_utf16(head):
        return None
    rest = _HOLE.sub(b"", head)
    controls = len(rest) - len(rest.translate(None, _CONTROLS))
    share = _MAX_CONTROL_SHARE if _is_utf8(rest) else _MAX_CONTROL_SHARE_OF_NO_UTF8
    return "binary data" if controls > share * len(rest) else None


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - _CUT
    return True


def looks_like_utf16(head: bytes) -> str | None:
    """Recognise UTF-16 text that has no byte order mark.

    Args:
        head: The first bytes of the source.

    Returns:
        `utf-16-le` or `utf-16-be` if over 80 % of every second byte, and at most 2 % of the others, are NUL; else None.
    """
    even, odd = head[:4096:2], head[1:4096:2]
    if len(odd) < 2:
        return None
    for zeros, letters, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) > 0.8 * len(zeros) and letters.count(0) <= 0.02 * len(letters):
            return codec
    return None
