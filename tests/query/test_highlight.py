"""Highlights are what the positive terms of a query match, in characters of the shown text."""

from __future__ import annotations

import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.query import field_spans, parse_filter, spans
from tests.store.records import frame_of


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


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("service:auth*", {"service": ["<auth>-7", "", ""]}),
        ("service:AUTH-7 OR service:web", {"service": ["<auth-7>", "<Web>", ""]}),
        ("service:=web", {"service": ["", "", ""]}),
        ('service:"web"', {"service": ["", "<Web>", ""]}),
        ('service:"au"*', {"service": ["<au>th-7", "", ""]}),
        (r"service:/\d|u/", {"service": ["a<u>th-<7>", "", ""]}),
        ("*ion:no*th", {"@region": ["<north>", "", ""]}),
        ("NOT service:web region:*north", {"@region": ["<north>", "", "İ<north>"]}),
        ("message:auth error level:error unseen:x", {}),
    ],
)
def test_values_are_marked_by_the_conditions_on_their_fields(query: str, expected: dict[str, list[str]]) -> None:
    services, regions = ["auth-7", "Web", None], pl.Series("@region", ["north", "south", "İnorth"])
    records = frame_of([{"service": each, "message": "auth", "raw": "x"} for each in services]).with_columns(regions)
    found = field_spans(parse_filter(query), records)
    shown = {name: [_shown(*pair) for pair in zip(records[name], found[name], strict=True)] for name in found}
    assert shown == expected


def _shown(text: str | None, places: list[tuple[int, int]]) -> str:
    for start, end in reversed(places):
        text = f"{(text or '')[:start]}<{(text or '')[start:end]}>{(text or '')[end:]}"
    return (text or "") if places else ""


def test_no_expression_makes_highlighting_slow() -> None:
    started = time.process_time()
    assert spans(parse_filter("/(a+)+$/ OR a*a*a*a*a*b"), "a" * 9_000 + "c" * 1_000_000) == []
    assert time.process_time() - started < 2
