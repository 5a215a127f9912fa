"""Every spelling of a severity means one of six levels, and no other word means any."""

from __future__ import annotations

import pytest

from logtui.model.severities import (
    LEVEL_OF_WORD,
    LEVELS,
    LOGGING_NAMES,
    MONOLOG_NUMBERS,
    NEXTCLOUD_NUMBERS,
    OTLP_NUMBERS,
    PYTHON_NUMBERS,
    SYSLOG_SEVERITIES,
    level_named,
)


@pytest.mark.parametrize("word", LEVEL_OF_WORD)
def test_a_spelling_means_its_level_in_any_case_and_dress(word: str) -> None:
    dresses = (word, word.upper(), f" {word}\t", f"[{word}]", f"\x1b[31m{word}\x1b[0m", f"<{word}>:")
    assert {level_named(dressed) for dressed in dresses} == {LEVEL_OF_WORD[word]}


@pytest.mark.parametrize(
    ("word", "level"),
    [("INFO+2", "info"), ("DEBUG-4", "debug"), ("0", "fatal"), ("7", "debug"), ("10", "trace"), ("60", "fatal")],
)
def test_offsets_of_slog_and_numbers_of_syslog_and_bunyan_are_levels(word: str, level: str) -> None:
    assert level_named(word) == level


@pytest.mark.parametrize("word", ["", "  ", "hello", "8", "70", "-3", "+4", "[3]", "informative", "infos", "[]"])
def test_other_words_and_numbers_mean_no_level(word: str) -> None:
    assert level_named(word) is None


def test_numbers_of_a_logger_rise_with_the_severity() -> None:
    for numbers in (OTLP_NUMBERS, PYTHON_NUMBERS, NEXTCLOUD_NUMBERS, MONOLOG_NUMBERS):
        ranks = [LEVELS.index(numbers[number]) for number in sorted(numbers, key=int)]
        assert ranks == sorted(ranks)
    falling = [LEVELS.index(LEVEL_OF_WORD[name]) for name in SYSLOG_SEVERITIES]
    assert falling == sorted(falling, reverse=True)


def test_the_names_of_pythons_logging_mean_the_levels_that_they_are_for() -> None:
    assert {level: level_named(name) for level, name in LOGGING_NAMES.items()} == {level: level for level in LEVELS}
    assert {number: OTLP_NUMBERS[number] for number in ("1", "5", "9", "13", "17", "21")} == dict(
        zip(("1", "5", "9", "13", "17", "21"), LEVELS, strict=True)
    )
