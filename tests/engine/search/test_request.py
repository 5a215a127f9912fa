"""A request has one text, which states all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor
from logtui.engine.search.request import Request
from logtui.errors import QueryError
from logtui.query import parse

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MOMENTS = st.none() | st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
QUERIES = ["", "level:error timeout", "a,b OR c | stats count() by level", 'message:"x & y=z"', "ts:>=-1h"]
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@given(
    query=st.sampled_from(
        ["", "level:error timeout", "a,b OR c | stats count() by level", 'message:"x & y=z"', "ts:>=-1h"]
    ),
    since=MOMENTS,
    until=MOMENTS,
    newest=MOMENTS,
    order=st.sampled_from(Order),
    limit=st.none() | st.integers(0, 10**6),
    after=st.none() | st.builds(Cursor, st.none() | st.integers(), st.none() | NAMES, st.integers(0)),
    columns=st.none() | st.lists(NAMES, max_size=4).map(tuple),
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
)
def test_what_a_request_writes_it_reads(query: str, zone: str, **parts: object) -> None:
    request = Request(parse(query), now=NOW, zone=ZoneInfo(zone), **parts)  # type: ignore[arg-type]
    read = Request.from_canonical(request.canonical)
    assert read.canonical == request.canonical
    assert read.key == request.key
    for name, value in parts.items():
        assert getattr(read, name) == value


def test_spellings_of_one_query_have_one_key_and_other_questions_have_others() -> None:
    wanted = Request.of("level:error   timeout", now=NOW)
    assert wanted.key == Request.of("(level:error) timeout", now=NOW).key
    assert wanted.key != Request.of("level:error", now=NOW).key
    assert wanted.key != Request.of("level:error timeout", now=NOW, zone=ZoneInfo("Asia/Tokyo")).key


def test_the_present_is_part_of_a_request_only_if_the_query_depends_on_it() -> None:
    later = NOW + timedelta(hours=1)
    assert Request.of("ts:>=2026-11-23 x", now=NOW).key == Request.of("ts:>=2026-11-23 x", now=later).key
    assert Request.of("last:15m", now=NOW).key != Request.of("last:15m", now=later).key


@pytest.mark.parametrize("text", ["", "limit=3", "q=a&limit=many", "q=a&order=upwards", "q=a&after=x", "q=(a"])
def test_a_text_that_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        Request.from_canonical(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("", 100_000), ("*", 100_000), ("NOT nowhere:1", 100_000), ("nowhere:1", 0)]
)
def test_a_condition_that_is_the_same_for_all_records_filters_large_frames_too(text: str, wanted: int) -> None:
    records = pl.DataFrame({name: ["a"] * 100_000 for name in ("message", "raw", "format")})
    assert Request.of(text).matching(records).height == wanted
