"""Removes terminal escape sequences from log text, so that none of a log reaches the user's terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

ESCAPE_SEQUENCE: Final = r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
CONTROL: Final = r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"
REPLACEMENT: Final = "\ufffd"

_ESCAPES: Final = re.compile(ESCAPE_SEQUENCE)
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: pl.Expr) -> pl.Expr:
    """Remove escape sequences from text; other control characters, but tab and line feed, become U+FFFD.

    Args:
        text: A String expression.
    """
    plain = text.str.replace_all(ESCAPE_SEQUENCE, "").str.replace_all("\r\n", "\n", literal=True)
    return plain.str.replace_all(CONTROL, REPLACEMENT)


def printable_line(text: str) -> str:
    """Remove escape sequences from a line; every control character becomes U+FFFD, also a line feed in a file name."""
    return _CONTROLS.sub(REPLACEMENT, _ESCAPES.sub("", text))
