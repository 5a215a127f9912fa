"""A key press on a value changes the query as the user would have typed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.predicate import TextPredicate
from logtui.model.masks import MASKED_LENGTH, masked
from logtui.query import limited, parse, pattern_clause, refined, value_clause
from tests.query.frames import record_frame


@pytest.mark.parametrize(
    ("text", "clause", "exclude", "expected"),
    [
        ("", "service:api", False, "service:api"),
        ("", "service:api", True, "-service:api"),
        ("level:error", "service:api", False, "level:error service:api"),
        ("level:error service:api", "service:api", False, "level:error"),
        ("level:error service:api", "service:api", True, "level:error -service:api"),
        ("level:error -service:api", "service:api", False, "level:error service:api"),
        ("service:api", "service:api", False, ""),
        ("a OR b", "service:api", False, "(a OR b) service:api"),
        ("level:error | stats count()", "service:api", False, "level:error service:api | stats count()"),
        ("service:api | stats count()", "service:api", False, "| stats count()"),
    ],
)
def test_a_clause_is_added_flipped_or_taken_back(text: str, clause: str, exclude: bool, expected: str) -> None:
    assert refined(text, clause, exclude=exclude) == expected
    parse(expected or "*")


@pytest.mark.parametrize(
    ("field", "value", "clause"),
    [
        ("service", "api", "service:api"),
        ("service", "api gateway", 'service:"api gateway"'),
        ("user.id", "7", "user.id:7"),
        ("service", None, "-service:*"),
        ("service", "a*b", 'service:"a*b"'),
        ("odd name", "x", '"odd name":x'),
    ],
)
def test_a_value_becomes_a_clause(field: str, value: str | None, clause: str) -> None:
    assert value_clause(field, value) == clause
    parse(clause)


@given(message=st.text(max_size=300))
def test_the_clause_of_a_pattern_matches_the_messages_that_have_it(message: str) -> None:
    pattern = pl.select(masked(pl.lit(message))).item()
    clause = pattern_clause(pattern, is_cut=len(message.encode()) > MASKED_LENGTH)
    frame = record_frame([{"message": message, "raw": message}])
    assert frame.select(TextPredicate(clause)(frame.columns)).to_series().to_list() == [True]


def test_a_span_of_time_replaces_the_one_before() -> None:
    low, high = datetime(2025, 10, 7, 14, tzinfo=UTC), datetime(2025, 10, 7, 15, tzinfo=UTC)
    once = limited("level:error timestamp:>=2025-10-01", low, high)
    assert once == 'level:error timestamp:["2025-10-07T14:00:00.000000Z" TO "2025-10-07T15:00:00.000000Z"]'
    assert limited(once, None, None) == "level:error"
    times = TextPredicate(once).times()
    assert times.first == low
    assert times.last is not None
    assert timedelta() <= times.last - high <= timedelta(microseconds=1)
