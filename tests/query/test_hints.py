"""Hints say what a query probably should have said; offers say where it would have found something."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import polars as pl
import pytest

from logtui.errors import QueryError
from logtui.query import Query, canonical, compile_filter, hints_of, parse, parse_filter, relaxations
from tests.query.frames import NOW, record_frame

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
        ("status=500", "status=500 is written status:500 in logtui"),
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
        ("sev:error", "no record has the field sev; did you mean level?"),
        ("MachineName:x", "no record has the field MachineName; did you mean host?"),
        ("event:x", "no record has the field event; did you mean message?"),
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


HABITS = [
    line.split("\t")
    for line in (Path(__file__).parent / "cases" / "habits.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def advice(query: str) -> list[str]:
    """The hints of a query, or that of its error."""
    try:
        return [hint.message for hint in hints_of(parse(query), query, SAMPLE)]
    except QueryError as error:
        return [str(error.hint)]


@pytest.mark.parametrize(("typed", "written"), HABITS)
def test_a_habit_of_another_tool_is_told_how_it_is_written_here(typed: str, written: str) -> None:
    assert f"{typed} is written {written} in logtui" in advice(f"* {typed}" if typed.startswith("| ") else typed)


@pytest.mark.parametrize(("typed", "written"), HABITS)
def test_what_is_written_here_parses_and_needs_no_hint(typed: str, written: str) -> None:
    query = f"* {written}" if typed.startswith("|") and written.startswith("|") else written
    parse(query)
    assert not [hint for hint in advice(query) if "is written" in hint]


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("* | json", "| json is not needed: fields are read from each record, leave it out"),
        ("* | status:500", "conditions stand in front of the first |"),
        ("* | fields - status", "| fields - status is written | fields a, b in logtui: those to show"),
        ("* | stats mean(took_ms)", "mean(took_ms) is written avg(took_ms) in logtui"),
        ("* | stats count_uniq(status)", "count_uniq(status) is written count_distinct(status) in logtui"),
        ("* | stats quantile(0.99, took_ms)", "quantile(0.99, took_ms) is written p99(took_ms) in logtui"),
        ("* | stats pct95(took_ms)", "pct95(took_ms) is written p95(took_ms) in logtui"),
        ("* | stats count() by bin(5m)", "bin(5m) is written bucket(5m) in logtui"),
        ("* | stats count() by span=5m", "span=5m is written bucket(5m) in logtui"),
        ("* | stats avg(tok_ms)", "no record has the field tok_ms; did you mean took_ms?"),
        ("* | top 3 statsu", "no record has the field statsu; did you mean status?"),
        ("* | stats count() by status | sort -coun", "there is no column coun behind that pipe; did you mean count?"),
        ("* | stats count() as n | fields m", "there is no column m behind that pipe; there are n"),
        ("status:eq_field(took_ms)", "there is no function eq_field; write status:value or status:/regex/"),
        ("@http.status_code:500", "no record has the field http.status_code; did you mean status?"),
        ("@service:api", "no record has a field service of its own; write service without @"),
        ("/a{1000000}/", 'quote it if it is text: "/…/"'),
    ],
)
def test_what_cannot_be_replaced_is_explained(query: str, hint: str) -> None:
    assert advice(query) == [hint]


@pytest.mark.parametrize(
    "query",
    [
        "nosuch: 500",
        "it's slow",
        '"status: 500"',
        "/status: 500/",
        "status:2025-10-07",
        "a->b",
        "~/.ssh",
        "status:500 | stats count() by status | sort -count | limit 3",
    ],
)
def test_what_is_no_habit_gets_no_such_hint(query: str) -> None:
    assert not [hint for hint in advice(query) if "is written" in hint]


def test_a_comparison_by_a_foreign_sign_is_told_whether_or_not_a_record_has_the_field() -> None:
    assert "nowhere != 5 is written -nowhere:5 in logtui" in advice("nowhere != 5")
    assert not [hint for hint in advice("nowhere=5") if "is written" in hint]


def test_the_error_of_a_regex_names_no_library() -> None:
    with pytest.raises(QueryError, match="bad regex: too large when its repetitions are written out"):
        parse("/a{1000000}/")


@pytest.mark.parametrize("query", ["ts:>=25:00", "ts:2026-02-30", "last:99999999999999d", "ts:>now-99999999999y"])
def test_the_error_of_an_impossible_time_names_no_library(query: str) -> None:
    with pytest.raises(QueryError, match=r"^there is no time '[^']+'( \(write it like .*\))?$"):
        compile_filter(parse_filter(query), ["timestamp"], now=NOW, zone=UTC)


def test_the_ends_of_a_range_are_one_word_each() -> None:
    with pytest.raises(QueryError, match=r"\[1MB TO 2MB\]"):
        parse("size:[1 MB TO 2 MB]")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("took:[1s TO 2MB]", "1s is a duration but 2MB is a size"),
        ("took:[5 TO 2s]", "5 is a number but 2s is a duration"),
        ("size:[10M TO 20MB]", "10M is a number but 20MB is a size"),
    ],
)
def test_the_ends_of_a_range_are_of_one_kind(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as raised:
        parse(query)
    assert raised.value.hint is not None


@pytest.mark.parametrize("query", ["took:[0 TO 2s]", 'took:["5" TO 2s]', "n:[1 TO 2M]", "n:[a TO 5]", "n:[* TO 2s]"])
def test_zero_and_what_measures_nothing_go_with_any_end(query: str) -> None:
    parse(query)


def test_only_the_time_of_a_record_falls_into_intervals() -> None:
    with pytest.raises(QueryError, match="intervals are those of the record's time"):
        parse("* | stats count() by bucket(took, 5m)")


@pytest.mark.parametrize(
    ("own", "messages"),
    [
        ("api", []),
        ("API", []),
        ("web", ["service is logtui's own column; @service asks the field of the log"]),
    ],
)
def test_a_field_behind_a_column_is_told_only_where_they_differ(own: str, messages: list[str]) -> None:
    records = record_frame([{"service": "api"}]).with_columns(pl.lit(own).alias("@service"))
    assert [hint.message for hint in hints_of(parse("service:api"), "service:api", records)] == messages


def test_a_key_that_formats_read_into_a_core_column_needs_no_hint_where_it_stands() -> None:
    sample = record_frame([{"logger": "bob", "raw": '{"name":"bob"}'}])
    assert hints_of(parse("name:eve"), "name:eve", sample) == []
    assert [hint.message for hint in hints_of(parse("app:eve"), "app:eve", sample)] == [
        "no record has the field app; did you mean service?"
    ]


def test_a_number_of_the_log_is_offered_where_a_column_of_logtui_has_its_short_name() -> None:
    sample = record_frame([{"response_bytes": "203023"}])
    hints = [(hint.message, hint.only_if_empty) for hint in hints_of(parse("bytes:>1MB"), "bytes:>1MB", sample)]
    assert hints == [("bytes is logtui's own column; did you mean response_bytes?", True)]
