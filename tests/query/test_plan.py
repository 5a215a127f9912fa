"""What a query needs is known before the records are: columns, times and texts, and never too few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.query import (
    Needle,
    Node,
    Query,
    Scope,
    clauses_of,
    compile_filter,
    computed_columns,
    moments_of,
    parse,
    parse_filter,
    reads_of,
    time_range,
)
from tests.examples import examples
from tests.query.frames import BERLIN, NOW, mask, record_frame, rows
from tests.query.oracle import searched
from tests.query.samples import RECORDS, TREES

SCOPE = Scope({}, NOW, UTC)


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("timeout error", "'timeout' & 'error'"),
        ("timeout OR error", "'timeout'|'error'"),
        ("(timeout db) OR error", "'timeout'|'error'"),
        ("timeout OR level:error", ""),
        ("-timeout", ""),
        ("conn*refused", "'conn' & 'refused'"),
        ("svc:api* status:500.00", "service:'api' & status:'500'"),
        ("temp:-0 temp:-5.50", "temp:'0' & temp:'-5.5'"),
        ('a:"b c" a:="x"', "a:'x'"),
        ("ip:10.0.0.5 ip:fe80::1 ip:10.0.0.0/8", "ip:'10.0.0.5'"),
        ("/timed out/ /time(d)?/", "'timed out'"),
        ("/timed out/x", ""),
        ("*:x level:error ts:2026 a:*", ""),
        ("user.id:42", "user.id:'42'"),
    ],
)
def test_the_texts_that_a_match_must_contain(query: str, clauses: str) -> None:
    assert " & ".join("|".join(map(shown, clause)) for clause in clauses_of(parse_filter(query))) == clauses


def shown(needle: Needle) -> str:
    return f"{needle.field}:{needle.text!r}" if needle.field else repr(needle.text)


@settings(max_examples=examples(100), deadline=None)
@given(TREES, RECORDS)
def test_a_record_that_matches_contains_what_the_clauses_say(tree: Node, records: list[dict[str, str | None]]) -> None:
    found = mask(tree, record_frame(records))
    for record in (one for one, hit in zip(records, found, strict=True) if hit):
        for clause in clauses_of(tree):
            assert any(contains(record, needle) for needle in clause)


def contains(record: dict[str, str | None], needle: Needle) -> bool:
    text = searched(record) if needle.field is None else record.get(needle.field.partition(".")[0].partition("[")[0])
    return bool(rows(f"raw:{quoted(needle.text)}", record_frame([{"raw": text or ""}])))


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("last:15m", "2026-11-23T11:45", None),
        ("error ts:2026-11-23", "2026-11-23T00:00", "2026-11-24T00:00"),
        ("ts:[2026-11-01 TO 2026-11-02]", "2026-11-01T00:00", "2026-11-03T00:00"),
        ("ts:>now-1d ts:<now-1h", "2026-11-22T12:00", "2026-11-23T11:00"),
        ("ts:2026-11-01 OR ts:2026-11-20", "2026-11-01T00:00", "2026-11-21T00:00"),
        ("ts:2026-11-01 OR error", None, None),
        ("-last:15m", None, None),
        ("created:>2026-11-01", None, None),
    ],
)
def test_the_times_that_a_match_can_have(query: str, first: str | None, last: str | None) -> None:
    found = time_range(parse_filter(query), SCOPE)
    assert [None if end is None else f"{end:%Y-%m-%dT%H:%M}" for end in (found.first, found.last)] == [first, last]


TIMES = st.sampled_from(
    ["last:15m", "ts:now/d", "ts:>2026-11-22", "ts:<=now-1h/h", "ts:[now-2d TO now-1h}", "ts:*", "a", "ts:2026-11"]
)
TIME_QUERIES = st.recursive(
    TIMES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} {pair[1]})"),
        inner.map(lambda one: f"-({one})"),
    ),
    max_leaves=5,
)
MOMENTS = st.lists(st.one_of(st.none(), st.integers(-100, 10)), min_size=1, max_size=5)


@settings(max_examples=examples(80), deadline=None)
@given(TIME_QUERIES, MOMENTS)
def test_a_record_that_matches_is_in_the_time_range(query: str, hours: list[int | None]) -> None:
    moments = [None if hour is None else NOW + timedelta(hours=hour) for hour in hours]
    frame = record_frame([{"timestamp": None if one is None else one.isoformat(), "message": "a"} for one in moments])
    found = time_range(parse_filter(query), Scope({}, NOW, BERLIN))
    for number in rows(query, frame, BERLIN):
        assert is_inside(moments[number - 1], found.first, found.last)


def is_inside(moment: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    if moment is None:
        return first is None and last is None
    return (first is None or moment >= first) and (last is None or moment <= last)


@pytest.mark.parametrize(
    ("query", "columns", "missing"),
    [
        ("error", ["message", "raw", "format"], []),
        ("level:error", ["level", "severity_text"], []),
        ("svc:x user*:1", ["service", "@user", "@user.name"], []),
        ("items.id:7 nosuch:1", ["@items"], ["nosuch"]),
        ("* | stats avg(took) by level", ["level", "severity_text", "@took"], []),
        ("| patterns", ["message"], []),
        ("*", [], []),
    ],
)
def test_the_columns_that_are_read(query: str, columns: list[str], missing: list[str]) -> None:
    known = [*record_frame([]).columns, "@user", "@user.name", "@items", "@took"]
    reads = reads_of(parse(query), known)
    assert (list(reads.columns), list(reads.missing)) == (columns, missing)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("* | stats avg(took), max(size) by level", {"@took", "@size"}),
        ("took:>5 | stats p99(took)", {"@took"}),
        ("* | stats avg(took), count(took)", set()),
        ("* | stats avg(took) by took", set()),
        ("* | stats avg(took), count_distinct(@took)", set()),
        ("* | sort took | stats avg(took)", set()),
        ("* | stats count()", set()),
        ("took:>5", set()),
    ],
)
def test_the_columns_that_pipes_only_compute_with(query: str, columns: set[str]) -> None:
    assert computed_columns(parse(query), [*record_frame([]).columns, "@took", "@size"]) == columns


@settings(max_examples=examples(100), deadline=None)
@given(TREES, RECORDS)
def test_the_columns_that_are_read_are_enough(tree: Node, records: list[dict[str, str | None]]) -> None:
    frame = record_frame(records)
    needed = reads_of(Query(tree), frame.columns).columns
    expr = compile_filter(tree, frame.columns, now=NOW, zone=UTC)
    narrow = frame.select("seq", *needed).with_columns(wanted=expr)
    assert narrow["wanted"].to_list() == mask(tree, frame)


def test_typed_times_denote_intervals_that_follow_the_present() -> None:
    now, later = datetime(2025, 7, 23, 12, tzinfo=UTC), datetime(2025, 7, 23, 13, tzinfo=UTC)
    scopes = [Scope({}, moment, UTC) for moment in (now, later)]
    relative, absolute, none = (parse(text).filter for text in ("last:15m", "ts:>=2025-07-22", "level:error timeout"))
    assert moments_of(relative, scopes[0]) != moments_of(relative, scopes[1])
    assert moments_of(absolute, scopes[0]) == moments_of(absolute, scopes[1]) != (None,)
    assert moments_of(none, scopes[0]) == (None,)
