"""Compiled filters agree with a plain reading of the language, and negation is the exact complement."""

from __future__ import annotations

import time
from datetime import UTC

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.query import compile_filter, parse_filter
from logtui.query.syntax.tree import (
    Node,
    Not,
)
from tests.examples import examples
from tests.query.frames import NOW, mask, record_frame, rows
from tests.query.oracle import matches
from tests.query.samples import RECORDS, TREES


@settings(max_examples=examples(100), deadline=None)
@given(TREES, RECORDS)
def test_a_filter_keeps_the_rows_that_a_plain_reading_keeps(tree: Node, records: list[dict[str, str | None]]) -> None:
    names = frozenset(name for record in records for name in record)
    assert mask(tree, record_frame(records)) == [matches(tree, record, names=names) for record in records]


@settings(max_examples=examples(60), deadline=None)
@given(TREES, RECORDS)
def test_a_negated_filter_keeps_exactly_the_other_rows(tree: Node, records: list[dict[str, str | None]]) -> None:
    frame = record_frame(records)
    assert mask(Not(tree), frame) == [not found for found in mask(tree, frame)]


TYPED = {"@n": pl.Int64(), "@f": pl.Float64(), "@y": pl.Boolean()}
TYPED_RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "n": st.integers(-(2**40), 2**40).map(str),
            "f": st.sampled_from(["0.0", "500.0", "-0.5", "1.5", "7.0"]),
            "y": st.sampled_from(["true", "false"]),
        },
    ),
    min_size=1,
    max_size=5,
)
TYPED_QUERIES = st.builds(
    "{}{}:{}".format,
    st.sampled_from(["", "-"]),
    st.sampled_from(["n", "f", "y", "*"]),
    st.sampled_from(["500", "5*", ">=0.5", "<7", "[-1 TO 500]", "TRUE", '"500.0"', "=500", "*", "/5/", ">t", "1.50"]),
)


@given(TYPED_QUERIES, TYPED_RECORDS)
def test_the_answer_does_not_depend_on_how_a_segment_stores_its_fields(
    query: str, records: list[dict[str, str]]
) -> None:
    frame = record_frame(records)
    types = {name: dtype for name, dtype in TYPED.items() if name in frame.columns}
    typed = frame.with_columns(
        pl.col(name) == "true" if dtype == pl.Boolean else pl.col(name).cast(dtype) for name, dtype in types.items()
    )
    expr = compile_filter(parse_filter(query), {**typed.schema}, now=NOW, zone=UTC)
    assert typed.with_columns(wanted=expr)["wanted"].to_list() == mask(parse_filter(query), frame)


@pytest.mark.parametrize("term", ["sk" * 8000, "é" * 8000, "a*" * 500, "?é" * 300, '"' + "ſk" * 4000 + '"'])
@pytest.mark.parametrize("field", ["", "a:", "message:", "-"])
def test_the_longest_allowed_terms_stay_inside_what_the_engine_compiles(field: str, term: str) -> None:
    frame = record_frame([{"message": "x", "a": "x"}])
    assert rows(field + term, frame) == ([1] if field == "-" else [])


def test_many_long_alternatives_stay_inside_what_the_engine_compiles() -> None:
    frame = record_frame([{"message": "x" * 3000}, {"message": "s"}])
    assert rows(" OR ".join(["sk" * 2000] * 12 + ["X" * 3000]), frame) == [1]


def test_the_largest_allowed_queries_compile_quickly() -> None:
    frame = record_frame([{"message": f"m{n}", "a": str(n)} for n in range(100)])
    started = time.process_time()
    assert rows(" OR ".join(f"m{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert rows(" OR ".join(f"a:{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert len(rows("-(" * 50 + "m1" + ")" * 50, frame)) == 11
    assert len(rows("(" * 99 + "m1 OR a:2" + ")" * 99, frame)) == 12
    assert time.process_time() - started < 5
