"""Pipes make the tables that the case table says, wherever the records are cut into frames."""

from __future__ import annotations

import statistics
import tomllib
from collections import Counter
from datetime import UTC
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.errors import QueryError
from logtui.model.record import TIME_DTYPE
from logtui.query import Pipeline, PipeScope, compile_filter, makes_table, parse, reads_of
from tests.examples import examples
from tests.query.frames import NOW, record_frame

CASES = Path(__file__).parent / "cases" / "pipes.toml"
ALL_SETS = tomllib.loads(CASES.read_text("utf-8"))["set"]


def cases() -> list[Any]:
    return [
        pytest.param(one["records"], one.get("zone", "UTC"), case["query"], case["table"], id=case["query"])
        for one in ALL_SETS
        for case in one["cases"]
    ]


def answer(query: str, frames: list[pl.DataFrame], zone: str = "UTC") -> list[pl.DataFrame]:
    parsed = parse(query)
    pipeline = Pipeline(parsed.pipes, PipeScope(ZoneInfo(zone) if zone != "UTC" else UTC))
    found = []
    for frame in frames:
        if pipeline.wants_more():
            wanted = compile_filter(parsed.filter, frame.columns, now=NOW, zone=ZoneInfo(zone))
            records = frame.filter(wanted)
            result = pipeline.push(records) if records.height else None
            found += [] if result is None else [result]
    return [*found, *pipeline.finish()]


def table_of(frames: list[pl.DataFrame]) -> list[list[object]]:
    if not frames:
        return []
    whole = pl.concat(frames, how="vertical_relaxed")
    return [
        list[object](whole.columns),
        *([shown(cell) for cell in row] for row in whole.with_columns(times(whole)).rows()),
    ]


def times(frame: pl.DataFrame) -> list[pl.Expr]:
    moments = [name for name, dtype in frame.schema.items() if dtype == TIME_DTYPE]
    return [pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%SZ") for name in moments]


def shown(cell: object) -> object:
    if isinstance(cell, float):
        return float(f"{cell:.5g}") if abs(cell) < 1 else round(cell, 2)
    return "-" if cell is None else cell


@pytest.mark.parametrize(("records", "zone", "query", "expected"), cases())
def test_pipes_make_the_table_of_the_case(
    records: list[dict[str, object]], zone: str, query: str, expected: list[list[object]]
) -> None:
    assert table_of(answer(query, [record_frame(records)], zone)) == expected


@pytest.mark.parametrize(("records", "zone", "query", "expected"), cases())
def test_pipes_make_the_same_table_of_records_one_by_one(
    records: list[dict[str, object]], zone: str, query: str, expected: list[list[object]]
) -> None:
    frames = [record_frame([record]) for record in records]
    assert table_of(answer(query, frames, zone)) == expected


@pytest.mark.parametrize(
    ("records", "zone", "query", "expected"), [case for case in cases() if makes_table(parse(case.id).pipes)]
)
def test_a_table_is_made_of_no_other_columns_than_those_that_the_query_reads(
    records: list[dict[str, object]], zone: str, query: str, expected: list[list[object]]
) -> None:
    frame, parsed = record_frame(records), parse(query)
    read = {*reads_of(parsed, frame.columns).columns, "offset"}
    assert table_of(answer(query, [frame.select(name for name in frame.columns if name in read)], zone)) == expected


NUMBERS = st.integers(-1000, 1000).map(str)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"n": st.one_of(st.none(), NUMBERS, st.just("odd"))},
        optional={"key": st.one_of(st.none(), st.sampled_from(["a", "b", "B", ""]))},
    ),
    min_size=1,
    max_size=30,
)
CUTS = st.lists(st.integers(1, 29), max_size=4)


def cut(rows: list[dict[str, str | None]], cuts: list[int]) -> list[pl.DataFrame]:
    edges = sorted({0, len(rows), *(place for place in cuts if place < len(rows))})
    return [record_frame(rows[first:last]) for first, last in pairwise(edges)]


@settings(max_examples=examples(60), deadline=None)
@given(ROWS, CUTS)
def test_statistics_are_those_of_the_standard_library(rows: list[dict[str, str | None]], cuts: list[int]) -> None:
    query = "| stats count() as c, sum(n) as s, avg(n) as a, min(n) as l, max(n) as h, median(n) as m by key"
    found = {row["key"]: row for frame in answer(query, cut(rows, cuts)) for row in frame.to_dicts()}
    groups = Counter(row.get("key") for row in rows)
    assert set(found) == set(groups)
    for key, count in groups.items():
        numbers = [int(row["n"]) for row in rows if row.get("key") == key and row["n"] not in (None, "odd")]
        row = found[key]
        assert row["c"] == count
        ends = (sum(numbers), min(numbers), max(numbers)) if numbers else (None, None, None)
        assert (row["s"], row["l"], row["h"]) == ends
        if numbers:
            assert row["a"] == pytest.approx(statistics.fmean(numbers))
            assert row["m"] == pytest.approx(statistics.median(numbers))
        else:
            assert row["a"] is row["m"] is None


@settings(max_examples=examples(60), deadline=None)
@given(ROWS, CUTS)
def test_top_counts_and_dedup_keeps_the_first(rows: list[dict[str, str | None]], cuts: list[int]) -> None:
    counts = Counter(row.get("key") for row in rows)
    (table,) = answer("| top 99 key", cut(rows, cuts))
    assert dict(table.select("key", "count").iter_rows()) == counts
    assert table["count"].to_list() == sorted(counts.values(), reverse=True)
    kept = [key for frame in answer("| dedup key | fields key", cut(rows, cuts)) for key in frame["key"]]
    assert kept == list(dict.fromkeys(row.get("key") for row in rows))


@settings(max_examples=examples(60), deadline=None)
@given(ROWS, CUTS, st.integers(1, 9))
def test_the_first_rows_in_order_are_those_of_all_rows_in_order(
    rows: list[dict[str, str | None]], cuts: list[int], most: int
) -> None:
    whole = [n for frame in answer("| sort n | fields n", cut(rows, cuts)) for n in frame["n"]]
    first = [n for frame in answer(f"| sort n | limit {most} | fields n", cut(rows, cuts)) for n in frame["n"]]
    numbers = sorted(int(str(row["n"])) for row in rows if row["n"] not in (None, "odd"))
    assert [int(n) for n in whole[: len(numbers)]] == numbers
    assert first == whole[:most]


@pytest.mark.parametrize("query", ["| stats avg(Foo)", "| top FOO", "| sort FOO", "| dedup FOO", "| fields FOO"])
def test_a_name_that_several_fields_have_but_for_case_is_an_error(query: str) -> None:
    frame = record_frame([{"fOO": "1", "foO": "2"}])
    with pytest.raises(QueryError, match="differ only in case"):
        answer(query, [frame])
