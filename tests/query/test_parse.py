"""Every query of the case table has its tree or its error, and no text breaks the parser."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import QueryError
from logtui.query import notation, parse, parse_filter
from logtui.query.syntax.tree import And, leaves_of

CASES = Path(__file__).parent / "cases" / "parse.tsv"
SPACES = {"⟨NBSP⟩": "\u00a0", "⟨IDEO⟩": "\u3000", "⟨NL⟩": "\n"}

FRAGMENTS = st.sampled_from(
    [
        *'a:=!-+()[]{}"`/\\*?@.,| \n“İß\x00\ud800',
        *("level", ">=", "<", "AND", " OR ", "NOT ", " TO ", "| stats", "10.0.0.0/8", "::1", "last:15m"),
    ]
)


def cases() -> list[tuple[str, str]]:
    rows = [row.split("\t") for row in CASES.read_text("utf-8").splitlines() if not row.startswith("#")]
    return [(spaced(query), expected) for query, expected in rows]


def spaced(query: str) -> str:
    for name, space in SPACES.items():
        query = query.replace(name, space)
    return query


def outcome(query: str) -> str:
    try:
        return notation(parse(query))
    except QueryError as error:
        return f"ERROR {error.message} @{error.start}"


@pytest.mark.parametrize(("query", "expected"), cases())
def test_a_query_has_the_tree_or_the_error_of_the_table(query: str, expected: str) -> None:
    assert outcome(query) == expected


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=25).map("".join)))
def test_any_text_is_a_query_or_a_query_error_with_a_place(text: str) -> None:
    places = error_places(text)
    assert all(0 <= start <= len(text) and start <= end for start, end in places)


def error_places(text: str) -> list[tuple[int, int]]:
    try:
        return [leaf.span for leaf in leaves_of(parse_filter(text))]
    except QueryError as error:
        return [(error.start, error.end)] if "^" in error.with_caret() else [(-1, -1)]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\x00"\\“”„‟'), max_size=40))
def test_quoted_text_is_found_letter_by_letter(text: str) -> None:
    assert outcome(f'"{text}"') == f"(text {text!r})"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("(" * 10_000, "nested deeper"),
        ("NOT " * 10_000 + "a", "nested deeper"),
        ("!" * 5000 + "a", "nested deeper"),
        ("NOT (" * 60 + "a" + ")" * 60, "nested deeper"),
        ("a OR " * 1024 + "a", "more than 1024 terms"),
        ("x" * 1_000_000, "longer than 64 KiB"),
        ("é" * 40_000, "longer than 64 KiB"),
        ("/" + "a" * 1025 + "/", "longer than 1024 bytes"),
        ("/(a{1,900}){900}{90}/", "bad regex"),
        ("/" + "(" * 400 + ")" * 400 + "/", "bad regex"),
        ("sk" * 9000, "term is longer than 16 KiB"),
        ("service:" + "a*" * 1000, "term is longer than 1 KiB"),
        ("a\x00b", "NUL"),
        ("a\ud800", "surrogate"),
        ("\\", "backslash"),
    ],
)
def test_limits_are_errors_and_never_crashes(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(query)


def test_the_largest_allowed_queries_parse_quickly() -> None:
    started = time.process_time()
    tree = parse_filter("word " * 1024)
    parse("(" * 100 + "a" + ")" * 100)
    assert isinstance(tree, And)
    assert len(tree.children) == 1024
    assert time.process_time() - started < 2


def test_leaves_know_their_places() -> None:
    text = 'foo -level:debug took>=5 "a b"'
    assert [text[slice(*leaf.span)] for leaf in leaves_of(parse_filter(text))] == [
        "foo",
        "level:debug",
        "took>=5",
        '"a b"',
    ]


def test_an_error_shows_a_caret_and_a_way_out() -> None:
    with pytest.raises(QueryError) as caught:
        parse("status:[500 600]")
    assert caught.value.with_caret().splitlines()[:3] == [
        "status:[500 600]",
        "       ^^^^",
        "range must be [a TO b]",
    ]
    assert "TO" in (caught.value.hint or "")


def test_a_text_is_parsed_once() -> None:
    text = " OR ".join(f"*:*q{number}*z*" for number in range(100))
    assert parse(text) is parse(text)
