"""A column of words becomes a column of levels, word by word as a single one does."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from logtui.model.levels import LEVEL_DTYPE, LEVELS, levels_of
from logtui.model.severities import level_named

WORDS = st.one_of(
    st.none(), st.sampled_from(["INFO", "warning", "[E]", "40", "INFO+2", "odd", ""]), st.text(max_size=3)
)


@given(st.lists(WORDS, max_size=20))
def test_a_column_of_words_has_the_levels_of_its_words(words: list[str | None]) -> None:
    levels = levels_of(pl.Series("words", words, dtype=pl.String))
    assert (levels.dtype, levels.name) == (LEVEL_DTYPE, "words")
    assert levels.to_list() == [None if word is None else level_named(word) for word in words]


def test_levels_are_ordered_by_severity() -> None:
    shuffled = pl.Series(["fatal", "debug", "warn", "trace", "error", "info"], dtype=LEVEL_DTYPE)
    assert tuple(shuffled.sort()) == LEVELS
    assert (shuffled >= "error").to_list() == [True, False, False, False, True, False]
