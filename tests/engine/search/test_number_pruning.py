"""Answers by way of numeric twins equal those of a full scan over texts."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.search.answer_order import Order
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.executor import piped
from logtui.engine.search.planner import Planner
from logtui.engine.search.request import Request
from logtui.store import Segment, Store
from logtui.store.twins import numeric_twins
from tests.examples import examples
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2025, 7, 23, 2, 0, tzinfo=UTC)
SMALL = st.integers(-12, 12)
HUGE = st.sampled_from([2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 10**15, 10**15 - 1, 2**63, 2**64 + 1, 10**39])
FRACTIONS = st.sampled_from(["-0", "0.0", "-0.5", "5.0", "5.00", "1.5", "1e3", "12E-1", "1e999"])
WORDLESS = st.sampled_from([None, None, "n/a", "-", "", "inf", "NaN", "[]", '["a"]'])
ODD = st.sampled_from(["007", "1.5s", "3 kB", "1,500", "+5", "[5]", "[1,20]", '["5"]', "1h30m", "5 ", "0x5"])
COLUMNS = st.sampled_from(
    [
        st.one_of(SMALL.map(str), WORDLESS),
        st.one_of(SMALL.map(str), HUGE.map(str), WORDLESS),
        st.one_of(SMALL.map(str), FRACTIONS, WORDLESS),
        st.one_of(SMALL.map(str), FRACTIONS, ODD, WORDLESS),
    ]
).flatmap(lambda values: st.lists(values, min_size=1, max_size=30))
NUMBERS = st.one_of(SMALL.map(str), HUGE.map(str), FRACTIONS)
BOUNDS = st.one_of(NUMBERS, st.sampled_from(["1s", "2ms", "-1ms", "1kB", "2k", "1,000", "+5", '"5"']))


def _comparison(parts: tuple[str, str]) -> str:
    return "took_ms:" + "".join(parts)


LEAVES = st.one_of(
    st.tuples(st.sampled_from(["", ">", ">=", "<", "<=", "="]), BOUNDS).map(_comparison),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: f"took_ms:[{pair[0]} TO {pair[1]}]"),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: f"took_ms:{{{pair[0]} TO {pair[1]}}}"),
    BOUNDS.map(lambda bound: f"*:>{bound}"),
    st.sampled_from(["took_ms:*", "took_ms:0*", "level:error", "absent:>1", "took_ms:n*"]),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda text: f"NOT ({text})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
    ),
    max_leaves=3,
)


COMPUTING = (
    "stats sum(took_ms), avg(took_ms), min(took_ms), max(took_ms) by level",
    "stats median(took_ms), p99(took_ms), count()",
    "stats max(took_ms), count_distinct(took_ms)",
    "stats sum(took_ms) by took_ms",
)


def frame_with(values: Sequence[str | None]) -> pl.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "timestamp": START + timedelta(seconds=number),
            "level": "error" if number % 3 else "info",
            "message": "m",
            "raw": "{}",
        }
        for number in range(len(values))
    ]
    return frame_of(rows).with_columns(pl.Series("@took_ms", values, dtype=pl.String))


def sealed(folder: Path, frame: pl.DataFrame) -> Store:
    store = Store(folder, writable=True, group_rows=4)
    store.seal(frame, {})
    return store


@pytest.mark.slow
@settings(max_examples=examples(100), deadline=None)
@given(values=COLUMNS, query=QUERIES)
def test_a_condition_on_numbers_is_that_on_texts(values: list[str | None], query: str) -> None:
    frame, condition = frame_with(values), Request.of(query, now=NOW).condition
    columns, twins = numeric_twins(frame, 4)
    expected = frame.select("line", wanted=condition(frame.columns)).filter("wanted")["line"]
    found = frame.with_columns(columns).select("line", wanted=condition(frame.columns, twins)).filter("wanted")["line"]
    assert found.to_list() == expected.to_list()
    mask = condition.numbers_located(frame.columns, twins)
    assert all(mask >> (line - 1) // 4 & 1 for line in expected)


@settings(max_examples=examples(20), deadline=None)
@given(values=COLUMNS, query=QUERIES)
def test_an_answer_by_numbers_is_that_of_a_scan_over_texts(values: list[str | None], query: str) -> None:
    frame, request = frame_with(values), Request.of(query, now=NOW)
    expected = frame.filter(request.expression(frame.columns))
    with tempfile.TemporaryDirectory() as folder, sealed(Path(folder), frame) as store:
        (segment,) = store.segments()
        plans = Planner(store).plan(request, [segment]).segments
        rows = pl.concat([pl.Series(dtype=pl.UInt32), *(rows for plan in plans for rows in plan.rows(request))])
        assert_frame_equal(segment.take(rows, segment.columns), expected.select(segment.columns))
        backwards = [rows for plan in plans for rows in plan.rows_along(Order.NEWEST_FIRST, request)]
        assert sum(map(len, backwards)) == len(expected)


@settings(max_examples=examples(30), deadline=None)
@given(values=COLUMNS, pipe=st.sampled_from(COMPUTING))
def test_what_is_computed_from_numbers_is_what_is_computed_from_texts(values: list[str | None], pipe: str) -> None:
    frame, request = frame_with(values), Request.of(f"* | {pipe}", now=NOW)
    expected = pl.concat(piped(request, [frame]))
    with tempfile.TemporaryDirectory() as folder, sealed(Path(folder), frame) as store:
        assert_frame_equal(pl.concat(dataset_of_store(store).table(request)), expected)


@pytest.mark.parametrize(
    ("query", "dtype"),
    [
        ("* | stats avg(took_ms), p95(took_ms) by level", pl.Int8),
        ("took_ms:>90 | stats max(took_ms)", pl.Int8),
        ("* | stats avg(took_ms), count(took_ms)", pl.String),
        ("* | stats avg(took_ms), count_distinct(@took_ms)", pl.String),
        ("* | stats sum(took_ms) by took_ms", pl.String),
        ("* | sort took_ms | stats max(took_ms)", pl.String),
        ("* | top took_ms", pl.String),
    ],
)
def test_texts_are_read_only_where_more_than_numbers_is_needed(
    tmp_path: Path, query: str, dtype: type[pl.DataType]
) -> None:
    request = Request.of(query, now=NOW)
    with sealed(tmp_path, frame_with([str(number) for number in range(100)])) as store:
        (piece,) = dataset_of_store(store).pieces(request)
        assert {frame.schema["@took_ms"] for frame in piece.frames(["@took_ms"])} == {dtype()}


@pytest.mark.parametrize(
    ("query", "rows_looked_at"),
    [
        ("took_ms:>95", 4),
        ("took_ms:>=95 | limit 1", 8),
        ("took_ms:<0", 0),
        ("took_ms:[10 TO 13]", 8),
        ("took_ms:50", 4),
        ("took_ms:50.5", 0),
        ("took_ms:>90ms took_ms:<20ms", 0),
        ("took_ms:<1 OR took_ms:>98", 8),
        ("NOT took_ms:>95", 100),
        ("took_ms:5*", 100),
        ("@took_ms:=50", 100),
    ],
)
def test_row_groups_without_such_numbers_are_not_looked_at(tmp_path: Path, query: str, rows_looked_at: int) -> None:
    request = Request.of(query, now=NOW)
    with sealed(tmp_path, frame_with([str(number) for number in range(100)])) as store:
        plans = Planner(store).plan(request, store.segments()).segments
        assert sum(place.rows for plan in plans for place in plan.places()) == rows_looked_at


def test_comparisons_of_numbers_read_no_text(tmp_path: Path) -> None:
    with sealed(tmp_path, frame_with([str(number) for number in range(100)])) as store:
        (segment,) = store.segments()
        for query in ("took_ms:>95", "took_ms:95", "took_ms:>0.09s", "took_ms:[1 TO 1e3]"):
            read = Request.of(query, now=NOW).expression(segment.columns, segment.facts.twins).meta.root_names()
            assert set(read) == {"#@took_ms"}


def test_the_newest_records_with_such_numbers_are_found_from_the_end(tmp_path: Path) -> None:
    with sealed(tmp_path, frame_with([str(number % 10) for number in range(100)])) as store:
        newest = replace(Request.of("took_ms:>8", now=NOW), order=Order.NEWEST_FIRST, limit=3)
        found = pl.concat(dataset_of_store(store).records(newest))
    assert found["offset"].to_list() == [990, 890, 790]


def test_a_segment_without_twins_is_answered_by_its_texts(tmp_path: Path) -> None:
    with sealed(tmp_path, frame_with(["1", "5", "9"])) as store:
        (segment,) = store.segments()
        older = Segment(segment.number, segment.path, msgspec.structs.replace(segment.facts, twins={}))
        request = Request.of("took_ms:>4", now=NOW)
        found = [plan.rows(request) for plan in Planner(store).plan(request, [older]).segments]
        assert [rows.to_list() for runs in found for rows in runs] == [[1, 2]]
