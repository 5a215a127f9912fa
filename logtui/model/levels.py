"""Levels as a column: words -> the level Enum, by the table of `severities`."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.model.severities import LEVEL_OF_WORD, LEVELS, SYSLOG_SEVERITIES, level_named

__all__ = ["LEVELS", "LEVEL_DTYPE", "LEVEL_OF_WORD", "SYSLOG_SEVERITIES", "level_named", "levels_of"]

LEVEL_DTYPE: Final = pl.Enum(LEVELS)


def levels_of(words: pl.Series) -> pl.Series:
    """Convert a column of level words to levels.

    Args:
        words: String, any case.

    Returns:
        `LEVEL_DTYPE`, same length; null where the word is not a known level.
    """
    distinct = words.unique()
    table = {word: level_named(word) for word in distinct.to_list() if word is not None}
    known = {word: level for word, level in table.items() if level is not None}
    if not known:
        return pl.Series(words.name, [None], dtype=LEVEL_DTYPE).new_from_index(0, len(words))
    return words.replace_strict(known, default=None, return_dtype=LEVEL_DTYPE)
