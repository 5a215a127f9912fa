"""Hints say what a query probably should have said; offers say where it would have found something."""

from __future__ import annotations

import pytest

from logtui.query import Query, canonical, hints_of, parse, parse_filter, relaxations
from tests.query.frames import record_frame

LATER = ["level:error last:15m@end", "level:error"]
QUOTE = "; quote both bounds to compare them as text"
LEVELS = "levels are trace, debug, info, warn, error, fatal"
SAMPLE = record_frame(
    [
        {
            "level": "error",
            "user.name": "alice",
            "status": "500",
            "tags": '["a"]',
            "took_ms": "5",
            "a.b": "1",
            "a.c": "2",
        },
        {"severity_text": "SUCCESS", "service": "api", "line": 3, "items": '[{"id": 7}]'},
    ]
)


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("timed or out", "or is searched for as a word; the operator is OR"),
        ("timed and out", "and is searched for as a word; the operator is AND"),
        ("not found", "not is searched for as a word; the operator is NOT"),
        ("status=500", "status=500 is searched for as text; status:500 asks the field"),
        (
            "status:[599 TO 500]",
            "the bounds are swapped: 599 is more than 500; quote both bounds to compare them as text",
        ),
        (
            "status:[1.2 TO 1.10]",
            "the bounds are swapped: 1.2 is more than 1.10; quote both bounds to compare them as text",
        ),
        ("took_ms:[2s TO 1s]", "the bounds are swapped: 2s is more than 1s"),
        ("level:[error TO warn]", "the bounds are swapped: error is more than warn"),
        ("level:(error warn)", "no record has both level:error and level:warn; write OR between them, or a comma"),
        ("status:(500 502)", "no record has both status:500 and status:502; write OR between them, or a comma"),
        ("status:5*", "status:5* also finds 5 and 50; status:[500 TO 599] is the range"),
        ("status:null", "status:null finds that word; records without the field are -status:*"),
        ("statsu:500", "no record has the field statsu; did you mean status?"),
        ("levle:error", "no record has the field levle; did you mean level?"),
        ("a:1", "a has parts, such as a.b; a.* means all of them"),
        (
            "level:eror2",
            "no level is called eror2; did you mean error? levels are trace, debug, info, warn, error, fatal",
        ),
        ("nosuchthing:1", "no record has the field nosuchthing"),
    ],
)
def test_a_query_that_is_no_error_may_still_need_a_hint(query: str, hint: str) -> None:
    assert [one.message for one in hints_of(parse(query), query, SAMPLE)] == [hint]


@pytest.mark.parametrize(
    "query",
    [
        '"or"',
        "or",
        "x=y",
        "status:[500 TO 599]",
        'status:["a" TO "b"]',
        "level:error OR level:warn",
        "level:success",
        "level:(error,warn)",
        "tags:(a b)",
        "-(status:500 OR status:502)",
        "items.id:7 user.name:x Status:1 user*:1 last:15m has:status",
        "status:5?? took_ms:>1.5s",
        "a.b:1 a.*:1",
    ],
)
def test_most_queries_need_no_hint(query: str) -> None:
    assert hints_of(parse(query), query, SAMPLE) == []


def test_names_are_not_judged_before_there_are_records() -> None:
    assert hints_of(parse("nosuch:1 x=y"), "nosuch:1 x=y") == []


@pytest.mark.parametrize(
    ("query", "offers"),
    [
        ("timeout", ['raw:"timeout"', "*:*timeout*"]),
        ("/Time/", ["/Time/i"]),
        ('service:="API"', ['service:"API"']),
        ("service:ap", ["service:*ap*", "*:ap"]),
        (
            "level:error last:15m",
            ["level:*error* last:15m", "*:error last:15m", "level:error last:15m@end", "level:error"],
        ),
        ("a:1 b:*", ["a:*1* b:*", "*:1 b:*", "b:*", "a:1"]),
        ("-timeout", []),
        ("*", []),
    ],
)
def test_a_query_that_finds_nothing_is_asked_less_strictly(query: str, offers: list[str]) -> None:
    found = [canonical(Query(one)) for one in relaxations(parse_filter(query))]
    assert [offer for offer in found if offer in offers] == offers
    assert all(offer != query for offer in found)
