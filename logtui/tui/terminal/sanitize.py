"""Sanitizes log text, so that it cannot move the terminal's cursor, change colours or hide other text."""

from __future__ import annotations

import re
from typing import Final

from rich.cells import cell_len

MAX_CHARACTERS: Final = 10_000
"""Length to which lines are cut before anything else is done with them, so that long lines cost little."""

_TAB: Final = 4
_ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor movement
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles, links, clipboard
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"  # device strings
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u00ad"
_DIRECTION: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SHOWN_AS: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    **dict.fromkeys(range(0x7F, 0xA0), "\ufffd"),
    **dict.fromkeys(map(ord, _INVISIBLE), ""),
    **dict.fromkeys(map(ord, _DIRECTION), "\ufffd"),
    **dict.fromkeys(range(0xE0000, 0xE0080), ""),
    0x7F: "\u2421",
    0x2028: "\u2424",
    0x2029: "\u2424",
}


def harmless_line(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Sanitize one line.

    Args:
        text: The text.
        limit: Most characters of the text that are kept.

    Returns:
        The text without escape sequences, with tabs expanded and control characters replaced by pictures.
    """
    line = text[:limit]
    if line.isascii() and line.isprintable():
        return line
    return _ESCAPES.sub("", line).replace("\t", " " * _TAB).translate(_SHOWN_AS)


def harmless_lines(text: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """Split a text into sanitized lines; a carriage return before a line end is dropped."""
    return [harmless_line(line.removesuffix("\r"), limit) for line in text.split("\n")]


def first_line(text: str) -> str:
    """Sanitize the first line that is not empty."""
    head = text[:MAX_CHARACTERS].lstrip("\r\n")
    return harmless_line(head.split("\n", 1)[0].removesuffix("\r"))


def fit(text: str, width: int) -> str:
    """Cut or pad a sanitized text to a number of cells.

    Args:
        text: The text.
        width: The number of cells.

    Returns:
        A text of exactly that width, which ends in an ellipsis if it was cut.
    """
    if width <= 0:
        return ""
    length = cell_len(text)
    if length <= width:
        return text + " " * (width - length)
    return crop(text, 0, width - 1) + "…"


def crop(text: str, start: int, width: int) -> str:
    """Cut the part of a sanitized text that fills a range of cells.

    Args:
        text: The text.
        start: The first cell.
        width: The number of cells.

    Returns:
        A text of exactly that width; halves of wide characters become spaces.
    """
    if text.isascii():
        return text[start : start + width].ljust(width)
    out: list[str] = []
    filled, at, end = 0, 0, start + width
    for character in text:
        cells = cell_len(character)
        if at >= end and cells:
            break
        if at >= start and at + cells <= end:
            out.append(" " * (at - start - filled) + character)
            filled = at - start + cells
        at += cells
    return "".join(out) + " " * (width - filled)
