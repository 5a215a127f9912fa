"""Patterns of messages: the parts that stay the same when the numbers, times, addresses and ids change."""

from __future__ import annotations

from typing import Final

import polars as pl

MASK: Final = "\ue000"
"""Stands for a variable part; a private-use character, which logs do not use."""

SHOWN_MASK: Final = "<*>"
"""How a variable part is shown to people."""

MASKED_LENGTH: Final = 256
"""Only this many first characters of a message are masked to its pattern."""

ESCAPED_MASK: Final = "\ue001"
"""Stands for a `MASK` character that a message contains itself."""

_LIKE_S: Final = "\u017f"
_NO_DIGITS: Final = f"A-Za-z_{_LIKE_S}\u212a"
_LETTERS: Final = f"0-9{_NO_DIGITS}"
"""Letters, digits, and the long s and the Kelvin sign, which match `s` and `k` if case is ignored."""

WORD: Final = f"[{_LETTERS}]*[0-9][{_LETTERS}]*"
"""A pattern of words with a digit in them."""


def long_word(shortest: int) -> str:
    """A pattern of the words of `WORD` that have at least `shortest` letters."""
    # By the place of the first digit: a search for `WORD` would stop at each day and hour, and take twice as long.
    early = (f"[{_NO_DIGITS}]{{{place}}}[0-9][{_LETTERS}]{{{shortest - 1 - place},}}" for place in range(shortest - 1))
    return "|".join((f"[{_NO_DIGITS}]{{{shortest - 1},}}[0-9][{_LETTERS}]*", *early))


_VARIABLE: Final = rf"{WORD}(?:[.:,+/\-]{WORD}|-[0-9a-fA-F]{{4,12}}\b)*"
"""Words with a digit in them, and what punctuation joins to them: `10.0.0.1:80`, `2026-11-23T10:00:00.5`, UUIDs."""


def masked(message: pl.Expr) -> pl.Expr:
    """Mask each message to its pattern.

    Args:
        message: String.

    Returns:
        String of at most `MASKED_LENGTH` characters, variable parts replaced by `MASK`; null where the message is.
    """
    head = message.str.head(MASKED_LENGTH).str.replace_all(MASK, ESCAPED_MASK, literal=True)
    return head.str.replace_all(_VARIABLE, MASK)


def shown(pattern: pl.Expr) -> pl.Expr:
    """Format patterns for people, with `SHOWN_MASK` for each variable part."""
    return pattern.str.replace_all(MASK, SHOWN_MASK, literal=True)


def letters_in_masked(texts: pl.Expr) -> pl.Expr:
    """The runs of letters inside the variable parts of texts.

    Args:
        texts: String.

    Returns:
        List of String, in lower case: all that stands between the digits of masked words, and words of hexadecimal
        digits behind a hyphen.
    """
    words = texts.str.extract_all(WORD).list.join(" ")
    groups = texts.str.extract_all(r"-[a-fA-F]{4,12}\b").list.join(" ")
    return folded(pl.concat_str(words, groups, separator=" ")).str.extract_all("[a-z_]+")


def folded(texts: pl.Expr) -> pl.Expr:
    """Convert texts to lower case, and the long s to `s`; lower case turns the Kelvin sign into `k`."""
    return texts.str.to_lowercase().str.replace_all(_LIKE_S, "s", literal=True)


def pattern_columns(message: pl.Expr) -> list[pl.Expr]:
    """The columns `pattern`, and `is_cut`: whether the message is longer than `MASKED_LENGTH`."""
    text = message.fill_null("")
    return [masked(text).alias("pattern"), (text.str.len_bytes() > MASKED_LENGTH).alias("is_cut")]
