"""A pattern is what stays of a message when its numbers change; letters inside them are found in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.model.masks import (
    ESCAPED_MASK,
    MASK,
    MASKED_LENGTH,
    WORD,
    folded,
    letters_in_masked,
    long_word,
    masked,
    pattern_columns,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = pl.col("text")


def of(make: Callable[[pl.Expr], pl.Expr], *texts: str | None) -> list[object]:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(make(TEXT)).to_series().to_list()


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("took 17 ms", "took <*> ms"),
        ("from 10.0.0.1:80 to web", "from <*> to web"),
        ("at 2026-11-23T10:00:00.5 done", "at <*> done"),
        ("order 3f2b8c1e-aaaa-4bbb-8ccc-deadbeefcafe shipped", "order <*> shipped"),
        ("a=1 b=2", "a=<*> b=<*>"),
        ("no digit in here", "no digit in here"),
        ("", ""),
        (None, None),
    ],
)
def test_variable_parts_are_masked_and_words_stay(message: str | None, pattern: str | None) -> None:
    assert of(lambda text: shown(masked(text)), message) == [pattern]


@given(st.text(st.sampled_from("ab1 -:."), max_size=30), st.integers(2, 9))
def test_messages_that_differ_in_a_digit_have_one_pattern(message: str, digit: int) -> None:
    assert len(set(of(masked, message, message.replace("1", str(digit))))) == 1


def test_a_mask_that_a_message_holds_is_told_from_those_of_its_pattern() -> None:
    assert of(masked, f"{MASK} and 7") == [f"{ESCAPED_MASK} and {MASK}"]


def test_a_pattern_is_made_of_the_first_characters_only() -> None:
    long = "é" * MASKED_LENGTH
    assert of(masked, long, long + "x", long + "9") == [long] * 3


def test_a_message_is_cut_where_it_has_more_bytes_than_a_pattern_has_characters() -> None:
    texts = ["x" * MASKED_LENGTH, "x" * (MASKED_LENGTH + 1), None]
    frame = pl.DataFrame({"text": texts}).select(pattern_columns(TEXT))
    assert frame["is_cut"].to_list() == [False, True, False]
    assert frame["pattern"].to_list() == ["x" * MASKED_LENGTH, "x" * MASKED_LENGTH, ""]


def test_letters_of_masked_words_are_found_in_lower_case() -> None:
    assert of(letters_in_masked, "User17x logged in", "id a1-BEEF", "nothing", None) == [
        ["user", "x"],
        ["a", "beef"],
        [],
        None,
    ]


def test_long_s_and_the_kelvin_sign_are_letters_like_s_and_k() -> None:
    assert of(folded, "ſET", "\u212aEY") == ["set", "key"]
    assert of(masked, "uſer17 \u212a17") == [f"{MASK} {MASK}"]


@given(st.text("ab_01 -.ſ\u212aé", max_size=30), st.integers(2, 6))
def test_long_words_are_the_words_with_enough_letters(text: str, shortest: int) -> None:
    words = of(lambda texts: texts.str.extract_all(WORD).list.explode(), text)
    found = of(lambda texts: texts.str.extract_all(long_word(shortest)).list.explode(), text)
    assert [word for word in found if word] == [word for word in words if word and len(str(word)) >= shortest]
