"""A key press on a value changes the query as the user would have typed it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.request import Request
from logtui.model.masks import MASKED_LENGTH, masked
from logtui.query import conjoined, conjuncts, flipped, limited, parse, pattern_clause, refined, value_clause
from logtui.query.syntax.canonical import tree_text
from tests.query.frames import record_frame
from tests.query.samples import TREES

if TYPE_CHECKING:
    from logtui.query import Node


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
    assert frame.select(Request.of(clause).expression(frame.columns)).to_series().to_list() == [True]


def test_a_span_of_time_replaces_the_one_before() -> None:
    low, high = datetime(2025, 10, 7, 14, tzinfo=UTC), datetime(2025, 10, 7, 15, tzinfo=UTC)
    once = limited("level:error timestamp:>=2025-10-01", low, high)
    assert once == 'level:error timestamp:["2025-10-07T14:00:00.000000Z" TO "2025-10-07T15:00:00.000000Z"]'
    assert limited(once, None, None) == "level:error"
    times = Request.of(once).condition.times()
    assert times.first == low
    assert times.last is not None
    assert timedelta() <= times.last - high <= timedelta(microseconds=1)


@given(TREES)
def test_a_filter_is_the_conjunction_of_its_clauses(tree: Node) -> None:
    text = f"{tree_text(tree)} | stats count()"
    again = parse(conjoined(conjuncts(text), text))
    assert again.filter == parse(text).filter
    assert len(again.pipes) == 1


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("", ()),
        ("*", ()),
        ("level:error (a OR b) -service:api | top host", ("level:error", "a OR b", "-service:api")),
    ],
)
def test_clauses_are_what_all_records_match(text: str, clauses: tuple[str, ...]) -> None:
    assert conjuncts(text) == clauses


@pytest.mark.parametrize(("clause", "other"), [("a", "-a"), ("-a", "a"), ("a OR b", "-(a OR b)"), ("n:>1", "-n:>1")])
def test_a_clause_is_flipped_and_back(clause: str, other: str) -> None:
    assert flipped(clause) == other
    assert parse(flipped(other)).filter == parse(clause).filter


def test_no_clauses_are_all_records() -> None:
    assert conjoined([], "level:error") == ""
    assert conjoined([], "level:error | top host") == "| top 10 host"
