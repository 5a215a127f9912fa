"""The pattern of a message: what stays the same when the numbers, times, addresses and ids in it change."""

from __future__ import annotations

from typing import Final

import polars as pl

MASK: Final = "\ue000"
"""Stands for a variable part; a private-use character that no log means."""

SHOWN_MASK: Final = "<*>"
"""How a variable part is shown to people."""

MASKED_LENGTH: Final = 256
"""Characters of a message that make its pattern."""

ESCAPED_MASK: Final = "\ue001"
"""Stands for a `MASK` that a message holds."""

_PART: Final = "[0-9A-Za-z_]*[0-9][0-9A-Za-z_]*"
_VARIABLE: Final = rf"{_PART}(?:[.:,+/\-]{_PART}|-[0-9a-fA-F]{{4,12}}\b)*"
"""Words with a digit in them, and what punctuation joins to them: `10.0.0.1:80`, `2026-11-23T10:00:00.5`, UUIDs."""


def masked(message: pl.Expr) -> pl.Expr:
    """The pattern of each message.

    Args:
        message: String.

    Returns:
        String of at most `MASKED_LENGTH` characters, variable parts replaced by `MASK`; null where the message is.
    """
    head = message.str.head(MASKED_LENGTH).str.replace_all(MASK, ESCAPED_MASK, literal=True)
    return head.str.replace_all(_VARIABLE, MASK)


def shown(pattern: pl.Expr) -> pl.Expr:
    """Patterns as people read them, with `SHOWN_MASK` for each variable part."""
    return pattern.str.replace_all(MASK, SHOWN_MASK, literal=True)


def letters_in_masked(texts: pl.Expr) -> pl.Expr:
    """The runs of letters inside the variable parts of texts.

    Args:
        texts: String.

    Returns:
        List of String, in lower case: all that stands between the digits of masked words, and words of hexadecimal
        digits behind a hyphen.
    """
    words = texts.str.extract_all(_PART).list.join(" ")
    groups = texts.str.extract_all(r"-[a-fA-F]{4,12}\b").list.join(" ")
    return pl.concat_str(words, groups, separator=" ").str.to_lowercase().str.extract_all("[a-z_]+")
