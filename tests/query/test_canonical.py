"""The canonical text reads back as the same query, and is its own canonical text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from logtui.query import Query, canonical, parse
from tests.examples import examples
from tests.query.trees import QUERIES

CASES = Path(__file__).parent / "cases" / "parse.tsv"


def texts() -> list[str]:
    return [row.split("\t")[0] for row in CASES.read_text("utf-8").splitlines() if "\tERROR" not in row]


@settings(max_examples=examples(100), deadline=None)
@given(QUERIES)
def test_what_is_printed_reads_back_as_the_same_query(query: Query) -> None:
    assert parse(canonical(query)) == query


@pytest.mark.parametrize("text", [text for text in texts() if not text.startswith("#")])
def test_the_canonical_text_of_a_typed_query_means_the_same_and_stays(text: str) -> None:
    printed = canonical(parse(text))
    assert parse(printed) == parse(text)
    assert canonical(parse(printed)) == printed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("error AND NOT timeout", "error -timeout"),
        ("(a OR b) (c)", "(a OR b) c"),
        ("status >= 500", "status:>=500"),
        ("svc:(a,b)", "svc:a OR svc:b"),
        ("path:/api/users last:15m", "path:/api/users last:15m"),
        ("odd\\ field:x 10:32", '"odd field":x "10:32"'),
        ("a|STATS count", '"a|STATS" count'),
        ("| stats COUNT as n by level,bucket( 5m )|sort n desc", "| stats count() as n by level, bucket(5m) | sort -n"),
    ],
)
def test_the_canonical_text_is_the_shortest_common_way_to_write_it(typed: str, expected: str) -> None:
    assert canonical(parse(typed)) == expected
