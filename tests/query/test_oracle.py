"""Compiled filters agree with a plain reading of the language, and negation is the exact complement."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from logtui.query.syntax.tree import (
    Node,
    Not,
)
from tests.query.frames import mask, record_frame, rows
from tests.query.oracle import matches
from tests.query.samples import RECORDS, TREES


@settings(max_examples=300, deadline=None)
@given(TREES, RECORDS)
def test_a_filter_keeps_the_rows_that_a_plain_reading_keeps(tree: Node, records: list[dict[str, str | None]]) -> None:
    names = frozenset(name for record in records for name in record)
    assert mask(tree, record_frame(records)) == [matches(tree, record, names=names) for record in records]


@settings(max_examples=150, deadline=None)
@given(TREES, RECORDS)
def test_a_negated_filter_keeps_exactly_the_other_rows(tree: Node, records: list[dict[str, str | None]]) -> None:
    frame = record_frame(records)
    assert mask(Not(tree), frame) == [not found for found in mask(tree, frame)]


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
    started = time.perf_counter()
    assert rows(" OR ".join(f"m{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert rows(" OR ".join(f"a:{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert len(rows("-(" * 50 + "m1" + ")" * 50, frame)) == 11
    assert len(rows("(" * 99 + "m1 OR a:2" + ")" * 99, frame)) == 12
    assert time.perf_counter() - started < 5
