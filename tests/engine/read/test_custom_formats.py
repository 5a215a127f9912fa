"""The user's own formats are checked before anything is read, and an error says where."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.config import FormatSettings, Settings
from logtui.engine.read.custom_formats import checked_format, own_formats
from logtui.errors import ConfigError, PatternError
from logtui.formats.base import PatternFormat


def test_formats_keep_the_order_of_the_settings_and_their_levels() -> None:
    settings = Settings(
        formats={
            "Mine": FormatSettings(r"^(?P<level>\w): (?P<message>.*)$", {"Z": "error"}),
            "other": FormatSettings("^x"),
        }
    )
    mine, other = own_formats(settings)
    assert (mine.name, other.name) == ("mine", "other")
    assert mine.severity is not None
    assert mine.severity[1]("Z") == "error"
    assert own_formats(Settings()) == ()


@pytest.mark.parametrize(
    ("pattern", "levels", "told"),
    [
        ("(x", {}, r"formats\.a: missing \), unterminated subpattern at character 1$"),
        ("ab(?=c)", {}, r"formats\.a: look-around, .* at character 3$"),
        ("x", {"Z": "loud"}, r"formats\.a: expected a level such as warn or error, got 'loud'"),
    ],
)
def test_an_error_names_the_format_and_the_place(pattern: str, levels: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        own_formats(Settings(formats={"a": FormatSettings(pattern, levels)}))
    assert "\n" not in str(caught.value)


def test_a_pattern_that_only_python_understands_is_refused_in_one_line() -> None:
    with pytest.raises(PatternError) as caught:
        checked_format("a", "x" * 3 + "(?P<a>y{1000}){1000}")
    assert "\n" not in caught.value.message
    assert (caught.value.start, caught.value.end) == (0, 23)


def test_what_follows_the_match_is_the_message() -> None:
    read = PatternFormat(checked_format("a", r"^(?P<level>[A-Z]+)")).read(pl.Series(["WARN: disk full", "nothing"]))
    assert read["read"].to_list() == [True, False]
    assert read["message"].to_list()[0] == "disk full"
