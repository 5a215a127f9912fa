"""Queries find the records that the case table says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from logtui.errors import QueryError
from logtui.query import check_units, compile_filter, parse_filter
from tests.query.frames import NOW, record_frame, rows
from tests.query.oracle import Value, known, matches

CASES = Path(__file__).parent / "cases"


def cases() -> list[Any]:
    tables = [CASES / "pairs.toml", CASES / "matching.toml"]
    sets = [one for table in tables for one in tomllib.loads(table.read_text("utf-8"))["set"]]
    return [
        pytest.param(one["records"], one.get("zone", "UTC"), query, expected, id=f"{one['name']}: {query}")
        for one in sets
        for query, expected in one["cases"].items()
    ]


@pytest.mark.parametrize(("records", "zone", "query", "expected"), cases())
def test_a_query_finds_the_records_of_the_table(
    records: list[dict[str, object]], zone: str, query: str, expected: list[int]
) -> None:
    assert rows(query, record_frame(records), ZoneInfo(zone)) == expected


@pytest.mark.parametrize(("records", "zone", "query", "expected"), cases())
def test_a_plain_reading_of_the_table_finds_the_same(
    records: list[dict[str, Value]], zone: str, query: str, expected: list[int]
) -> None:
    tree = parse_filter(query)
    rows_known = [known(record) for record in records]
    names = frozenset(name for row in rows_known for name in row)
    found = [matches(tree, row, zone=ZoneInfo(zone), names=names) for row in rows_known]
    assert [number for number, hit in enumerate(found, start=1) if hit] == expected


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("level:>=loud", "unknown level 'loud'"),
        ("ts:>2026-13-01", "there is no time"),
        ("ts:soon", "expected a time"),
        ("line:>5s", "unit unknown for field line"),
        ("line:>x", "line is a number, got 'x'"),
        ("FOO:1", "several fields differ only in case"),
        ("created:>2026-13-01", "there is no time"),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_an_error_with_a_place(query: str, message: str) -> None:
    columns = [*record_frame([{}]).columns, "@Foo", "@foo", "@created"]
    text = f"a {query}"
    with pytest.raises(QueryError, match=message) as caught:
        compile_filter(parse_filter(text), columns, now=NOW, zone=ZoneInfo("UTC"), text=text)
    assert (caught.value.start, caught.value.text) == (2, text)


def test_under_a_name_with_wildcards_columns_that_cannot_hold_the_value_are_left_out() -> None:
    assert rows("*:>=loud", record_frame([{"level": "error", "a": "m"}, {"a": "b"}])) == [1]


def test_a_duration_asked_of_plain_numbers_needs_a_unit() -> None:
    sample = record_frame([{"took": "1500", "wait": "2s", "took_ms": "9"}, {"took": "3", "wait": "7"}])
    with pytest.raises(QueryError, match="unit unknown for field took"):
        check_units(parse_filter("took:>1.5s"), sample)
    for query in ("took:>1500", "wait:>1s", "took_ms:>1s", "nosuch:>1s", 'took:>"1s"'):
        check_units(parse_filter(query), sample)


def test_filters_work_lazily_and_on_empty_frames() -> None:
    frame = record_frame([{"message": "a", "ip": "::1"}, {"message": "b"}])
    expr = compile_filter(parse_filter("a OR ip:fe80::/10 OR took:>5s"), frame.columns, now=NOW, zone=ZoneInfo("UTC"))
    assert frame.lazy().filter(expr).collect().height == 1
    assert frame.clear().filter(expr).height == 0
    assert isinstance(expr, pl.Expr)
