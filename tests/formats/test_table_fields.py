"""Tables whose fields are left out give the same core columns."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats import detect
from logtui.formats.lanes import lane_of
from logtui.formats.line_reader import LineReader
from logtui.model.record import CORE_SCHEMA
from tests.bench.families import FAMILIES, TITLES, Parts
from tests.formats.lanes import FREE, blocks_of, frames_of, lines_of, with_others

if TYPE_CHECKING:
    from collections.abc import Collection

TABLES: Final = ("alb", "vpcflow", "w3c", "zeek", "csv")
PARTIAL: Final = frozenset(CORE_SCHEMA) - {"message"}
ODD: Final = (
    "",
    "plain words",
    "#Fields: date time s-ip",
    "\tat a.b.C(D.java:1)",
    'h2 2025-07-22T00:00:00.000000Z "one \\" cell" -',
    '2025-07-22T00:00:00.000Z,WARN,"a, ""b""",7,"begins',
    'ends",here',
    '{"level":"error","message":"an object"}',
    "2025-07-22T12:34:56Z ERROR AuthenticationService user123 another format",
)


def table_of(family: str) -> list[str]:
    """Its title, and 30 rows."""
    rng = random.Random(7)
    rows = (FAMILIES[family](Parts(rng, number)) for number in range(30))
    return [*TITLES.get(family, "").splitlines(), *rows]


def reader_of(texts: list[str]) -> LineReader:
    found = detect(pl.Series(texts))
    return LineReader(found.cascade, found.orders)


def records_of(
    reader: LineReader, texts: list[str], borders: set[int], columns: Collection[str] | None
) -> pl.DataFrame:
    wanted = [name for name in CORE_SCHEMA if columns is None or name in columns or name in FREE]
    return pl.concat([frame.select(wanted) for frame in frames_of(reader, blocks_of(texts, borders), columns)])


@given(
    st.sampled_from(TABLES),
    st.lists(st.tuples(st.integers(3, 30), st.sampled_from(ODD)), max_size=4),
    st.sets(st.integers(1, 40), max_size=2),
    st.frozensets(st.sampled_from(sorted(PARTIAL))),
)
def test_any_columns_are_those_of_the_full_reading(
    family: str, others: list[tuple[int, str]], borders: set[int], columns: frozenset[str]
) -> None:
    table = table_of(family)
    reader, texts = reader_of(table), with_others(table, others)
    part = records_of(reader, texts, borders, columns)
    assert part.equals(records_of(reader, texts, borders, None).select(part.columns))


@pytest.mark.parametrize("family", TABLES)
def test_fields_are_read_only_if_all_columns_are_asked_for(family: str) -> None:
    table = table_of(family)
    reader, lines = reader_of(table), lines_of(table)
    part, whole = lane_of(reader, {"level"}, None).read(lines), lane_of(reader, None, None).read(lines)
    assert isinstance(part, pl.DataFrame)
    assert isinstance(whole, pl.DataFrame)
    assert set(whole["format"].drop_nulls()) == set(part["format"].drop_nulls()) == {family}
    assert sum(name.startswith("@") for name in part.columns) < sum(name.startswith("@") for name in whole.columns)
