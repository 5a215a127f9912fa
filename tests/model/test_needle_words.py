"""The words of a needle are in every text that holds the needle."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.model.needle_words import SHORTEST_WORD, needle_words


@pytest.mark.parametrize(
    ("needle", "words"),
    [
        ("item:77777", [("77777", False)]),
        ("item:77777 done", [("77777", True)]),
        (" 77777 ", [("77777", True)]),
        ("7777", []),
        ("timeout", []),
        ("USER_17 (ABC17)", [("user_17", False), ("abc17", True)]),
        ("é 77777 ", []),
        ("", []),
    ],
)
def test_words_with_a_digit_are_told_with_whether_they_are_whole(needle: str, words: list[tuple[str, bool]]) -> None:
    assert needle_words(needle) == words


def test_a_word_beside_a_wild_card_may_go_on() -> None:
    assert needle_words("a 77777* 88888 b", "*") == [("77777", False), ("88888", True)]


PIECES = st.text(st.sampled_from("abC19 _-é"), max_size=12)


@given(PIECES, st.text(st.sampled_from("abC19 _-"), max_size=24), PIECES)
def test_a_text_that_holds_the_needle_has_its_words(before: str, needle: str, behind: str) -> None:
    text = (before + needle + behind).lower()
    words = re.findall("[0-9a-z_]+", text)
    for word, is_whole in needle_words(needle):
        assert len(word) >= SHORTEST_WORD
        assert word in words if is_whole else any(word in each for each in words)
