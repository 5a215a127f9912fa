"""Highlights are what the positive terms of a query match, in characters of the shown text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.query import parse_filter, spans


def marked(query: str, text: str) -> str:
    for start, end in reversed(spans(parse_filter(query), text)):
        text = f"{text[:start]}<{text[start:end]}>{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("error", "an <Error> of İstanbul: <ERROR> 7, user 42"),
        ("istanbul", "an Error of İstanbul: ERROR 7, user 42"),
        ("stanbul err", "an <Err>or of İ<stanbul>: <ERR>OR 7, user 42"),
        ("-error user", "an Error of İstanbul: ERROR 7, <user> 42"),
        ("-(a -user)", "an Error of İstanbul: ERROR 7, <user> 42"),
        ("error OR erro*7", "an <Error of İstanbul: ERROR 7>, user 42"),
        (r"/\d+$/", "an Error of İstanbul: ERROR 7, user <42>"),
        ("/error/i", "an <Error> of İstanbul: <ERROR> 7, user 42"),
        ("message:user level:error", "an Error of İstanbul: ERROR 7, <user> 42"),
        ("/x*/ 7,", "an Error of İstanbul: ERROR <7,> user 42"),
        ("*", "an Error of İstanbul: ERROR 7, user 42"),
    ],
)
def test_matches_are_marked_where_they_stand(query: str, expected: str) -> None:
    assert marked(query, "an Error of İstanbul: ERROR 7, user 42") == expected.replace("<>", "")


@given(st.text(max_size=80), st.sampled_from(["a", "a*b", "/a|b/i", "a OR b OR /./", "message:é -x"]))
def test_spans_are_sorted_apart_and_inside_the_text(text: str, query: str) -> None:
    found = spans(parse_filter(query), text)
    edges = [edge for span in found for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(text) for edge in edges)


def test_no_expression_makes_highlighting_slow() -> None:
    started = time.process_time()
    assert spans(parse_filter("/(a+)+$/ OR a*a*a*a*a*b"), "a" * 9_000 + "c" * 1_000_000) == []
    assert time.process_time() - started < 2
