"""Formats of the user's own, from a pattern to records."""

from __future__ import annotations

import pytest

from logtui.engine.read.custom_formats import checked_format
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.row_reader import read_rows
from logtui.errors import PatternError
from tests.formats.helpers import MemorySource, records_of

LINES = b"2025-07-22T12:34:56Z|Z1|shop|out of space\n2025-07-22T12:34:57Z|Z2|shop|fine\n"
PATTERN = r"^(?P<timestamp>[^|]+)\|(?<level>Z\d)\|(?P<service>[^|]+)\|(?P<message>.*)$"


@pytest.mark.parametrize(
    "pattern",
    [
        PATTERN,
        r"^(?P<time>[^|]+)\|(?P<code>Z\d)",
        r"^(?P<timestamp>[^|]+)\|(?P<rest>.*)$",
        r"(?P<code>Z1)|(?P<other>Z2)",
        r"^2025(?P<rest>.*)\|(?P<code>Z1)|^2025(?P<later>.*)\|(?P<other>Z2)",
        r"^20?2{1}5-0*7(?P<rest>.*)$",
        r"^none of these",
    ],
)
def test_an_own_format_gives_the_same_records_in_both_readers(pattern: str) -> None:
    own = (checked_format("odd", pattern, {"Z1": "error"}),)
    columns = records_of([LINES], ReadOptions(own_formats=own, message_fields=True))
    rows = list(read_rows(MemorySource([LINES]), own_formats=own))
    for name in ("message", "level", "severity_text", "service", "format"):
        assert [getattr(row, name) for row in rows] == columns[name].to_list()


def test_an_own_format_is_tried_first_and_its_levels_mean_what_the_user_says() -> None:
    own = (checked_format("Odd", PATTERN, {"Z1": "error", "Z2": "info"}),)
    records = records_of([LINES], ReadOptions(own_formats=own))
    assert records["format"].to_list() == ["odd", "odd"]
    assert records["level"].to_list() == ["error", "info"]
    assert records["message"].to_list() == ["out of space", "fine"]
    assert records["timestamp"].null_count() == 0


def test_without_a_message_the_rest_of_the_line_is_the_message() -> None:
    own = (checked_format("odd", r"^(?P<time>[^|]+)\|(?P<code>Z\d)"),)
    assert records_of([LINES], ReadOptions(own_formats=own))["message"].to_list() == ["shop|out of space", "shop|fine"]


@pytest.mark.parametrize(
    ("pattern", "place"), [(r"(?<a>x)(b", 7), (r"a(?=b)", 1), (r"(?P<a>x)\1", 8), ("[z-a]", 1), ("a**", 2)]
)
def test_a_wrong_pattern_is_shown_at_its_place(pattern: str, place: int) -> None:
    with pytest.raises(PatternError) as caught:
        checked_format("odd", pattern)
    assert caught.value.start == place


def test_a_level_that_is_none_is_told() -> None:
    with pytest.raises(PatternError, match="expected a level"):
        checked_format("odd", PATTERN, {"Z1": "purple"})
