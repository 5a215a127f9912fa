"""Answers from rollups, pruned row groups and late fetching equal those of a full scan."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.search import planner as planning
from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import by_time
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.decisions import decisions
from logtui.engine.search.executor import piped
from logtui.engine.search.planner import Planner
from logtui.engine.search.request import Request
from logtui.model import needle_words as model_words
from logtui.query import count_keys
from logtui.store import Store, rollup
from logtui.store import word_index as words
from tests.examples import examples
from tests.store.records import ROWS, START, frame_of

NOW = datetime(2025, 7, 23, 2, 0, tzinfo=UTC)
LEAVES = st.sampled_from(
    [
        "timeout",
        "TIMEOUT",
        "user",
        "user17",
        "set",
        "key",
        "éé",
        "é5",
        "beef",
        "abcd",
        "ms",
        "api",
        "apit",
        "ERROR",
        "id",
        "x",
        '"timeout took"',
        '"user timeout"',
        "t*out",
        "time?ut",
        "user*ms",
        "/time/",
        "/TIME/i",
        "message:timeout",
        'message:"took ms"',
        "message:=timeout",
        "message:*time*",
        "message:t*out",
        "message:user*ms*",
        "message:us?r*",
        "level:error",
        "level:>=warn",
        "level:odd",
        "level:*",
        "severity:ERROR",
        "service:api",
        "service:*",
        "service:work*",
        "code:500",
        "code:*",
        "absent:x",
        "absent:*",
        "*:timeout",
        "timestamp:>=2025-07-23T00:00:00Z",
        "timestamp:<2025-07-23T00:30:10Z",
        "timestamp:*",
        "timestamp:2025-07-23",
        "timestamp:2025-07-22T23:59",
        "last:2h",
        "r1",
        "user1",
        "17",
        '"user17 timeout"',
        '"17 "',
        "us*17",
        "id:abc17",
        "id:=abc17",
        'id:"abc17"',
        "id:abc1*",
        "id:17",
        "code:17",
        "format:json",
        "*",
    ]
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda text: f"NOT ({text})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
    ),
    max_leaves=4,
)
PIPES = st.sampled_from(
    [
        "",
        "| stats count()",
        "| stats count() by level, service",
        "| stats count() by bucket(5m)",
        "| stats count() by bucket(1h), severity",
        "| stats count() as n by bucket(90s)",
        "| top 2 service",
        "| histogram 1h by level",
        "| stats count(code), max(code) by level",
        "| stats count() by code",
        "| stats rate() by level",
    ]
)
MOMENTS = st.one_of(st.none(), st.integers(-10, 200).map(lambda minutes: START + timedelta(minutes=minutes, seconds=7)))


def sealed(folder: Path, frame: pl.DataFrame, borders: list[int], *, outlined: bool) -> Store:
    """A store that holds a frame, cut at some rows."""
    store = Store(folder, writable=True, group_rows=4)
    edges = sorted({0, frame.height, *(border % frame.height for border in borders)})
    for low, high in pairwise(edges):
        segment = store.seal(frame[low:high], {})
        if outlined:
            store.outline(segment)
    return store


@pytest.mark.slow
@settings(max_examples=examples(60), deadline=None)
@given(
    rows=ROWS,
    borders=st.lists(st.integers(0, 40), max_size=3),
    query=QUERIES,
    pipes=PIPES,
    since=MOMENTS,
    until=MOMENTS,
    outlined=st.booleans(),
    most_patterns=st.sampled_from([1, 3, 4096]),
    most_groups=st.sampled_from([1, 3, 8_192]),
    shortest_word=st.sampled_from([1, 2, 5]),
    most_words=st.sampled_from([0, 1, 16_384]),
)
def test_a_planned_answer_is_that_of_a_full_scan(
    rows: list[dict[str, Any]],
    borders: list[int],
    query: str,
    pipes: str,
    since: datetime | None,
    until: datetime | None,
    outlined: bool,
    most_patterns: int,
    most_groups: int,
    shortest_word: int,
    most_words: int,
) -> None:
    frame = frame_of(rows)
    request = replace(Request.of(f"{query} {pipes}", now=NOW), since=since, until=until)
    expected = frame.filter(request.expression(frame.columns))
    with (
        patch.object(rollup, "_MOST_PATTERNS", most_patterns),
        patch.object(rollup, "_MOST_GROUPS", most_groups),
        patch.object(planning, "_FEW", 1),
        patch.object(model_words, "SHORTEST_WORD", shortest_word),
        patch.object(words, "SHORTEST_WORD", shortest_word),
        patch.object(words, "_MOST_WORDS", most_words),
        tempfile.TemporaryDirectory() as folder,
        sealed(Path(folder), frame, borders, outlined=outlined) as store,
    ):
        planner, dataset = Planner(store), dataset_of_store(store)
        for plan in planner.plan(request, store.segments()).segments:
            found = sum(map(len, plan.rows(request)))
            assert plan.count in (None, found)
            for order in (Order.NEWEST_FIRST, Order.OLDEST_FIRST):
                assert sum(map(len, plan.rows_along(order, request))) == found
        tables, again = [list(dataset.table(request)) for _ in range(2)]
        for order in (Order.NEWEST_FIRST, Order.OLDEST_FIRST):
            ordered = pl.concat(
                [frame.head(0), *dataset.records(replace(request, order=order).without_pipes())], how="diagonal"
            )
            assert_frame_equal(ordered, by_time(expected, order))
    assert [table.to_dicts() for table in tables] == [table.to_dicts() for table in again]
    if pipes:
        table = pl.concat(piped(request, [expected] if len(expected) else []))
        assert_frame_equal(pl.concat(tables), table, check_dtypes=False)
    else:
        joined = pl.concat([frame.head(0), *tables], how="diagonal")
        assert_frame_equal(joined, expected)


@pytest.mark.parametrize(
    ("query", "rows_looked_at"),
    [
        ("timeout | stats count() by level", 0),
        ("-timeout level:error", 0),
        ("refused", 0),
        ("NOT refused", 0),
        ("conn*refused OR level:warn", 0),
        ("PaymentService level:error", 0),
        ("user99", 0),
        ("message:conn*refused*", 0),
        ("message:*timeout* | stats count() by service", 0),
        ("level:error | histogram 1m", 0),
        ("service:pay* -level:error | stats count() by bucket(5m)", 0),
        ("user50", 4),
        ("message:user50 | stats count()", 4),
        ("user50 OR user59", 6),
        ("NOT user50", 60),
        ("user5?", 14),
        ("status:500", 0),
        ("timestamp:<2025-07-22T23:59:30Z | stats count()", 34),
        ("timestamp:<2025-07-22T23:59:00Z | stats count()", 0),
    ],
)
def test_rows_are_looked_at_only_where_rollups_cannot_tell(tmp_path: Path, query: str, rows_looked_at: int) -> None:
    messages = ["request served in {n} ms", "connection timeout after {n} ms", "login of user{n}"]
    rows = [
        {
            "timestamp": START + timedelta(seconds=number * 3),
            "level": ["info", "error", "info"][number % 3],
            "service": "PaymentService",
            "message": (message := messages[number % 3].format(n=number)),
            "raw": f"23:58:{number:02} PaymentService {message}",
            "format": "service",
        }
        for number in range(60)
    ]
    request = Request.of(query, now=NOW)
    with sealed(tmp_path, frame_of(rows), [30], outlined=True) as store:
        plans = Planner(store).plan(request, store.segments(), count_keys(request.condition.pipes)).segments
        looked_at = sum(place.rows for plan in plans if plan.count is None for place in plan.places())
    assert looked_at == rows_looked_at


def test_segments_without_such_a_seq_are_not_planned(tmp_path: Path) -> None:
    frame = frame_of([{"timestamp": START, "message": f"record {number}", "raw": "{}"} for number in range(9)])
    numbered = frame.with_columns(seq=pl.int_range(9, dtype=pl.UInt64))
    asked = {"seq:>5": [3], "seq:<=3 record": [1, 2], "seq:4": [2], "seq:>8": [], "*": [1, 2, 3]}
    with sealed(tmp_path, numbered, [3, 6], outlined=False) as store:
        planner = Planner(store)
        for query, segments in asked.items():
            plan = planner.plan(Request.of(query), store.segments())
            assert [each.segment.number for each in plan.segments] == segments, query


def number_of_decisions(planner: Planner, store: Store, request: Request) -> int:
    """How many segments a planner decides anew for a query."""
    with patch("logtui.engine.search.planner.decisions", wraps=decisions) as decide:
        planner.plan(request, store.segments())
    return sum(call.args[1].segments.n_unique() for call in decide.call_args_list)


def test_a_publication_costs_the_new_segment_alone(tmp_path: Path) -> None:
    frame = frame_of(
        [{"timestamp": START, "level": "error", "message": f"record {number}", "raw": "{}"} for number in range(9)]
    )
    with sealed(tmp_path, frame, [3, 6], outlined=True) as store:
        planner = Planner(store)
        assert number_of_decisions(planner, store, Request.of("record level:error")) == 3
        assert number_of_decisions(planner, store, Request.of("record   level:error | stats count()")) == 0
        store.outline(store.seal(frame[:2], {}))
        assert number_of_decisions(planner, store, Request.of("record level:error")) == 1
        store.seal(frame[:5], {}, replaces=store.segments()[-1:])
        assert number_of_decisions(planner, store, Request.of("record level:error")) == 1
        assert number_of_decisions(planner, store, Request.of("record level:warn")) == 4


def test_a_segment_is_decided_again_once_more_is_known_of_its_texts(tmp_path: Path) -> None:
    frame = frame_of([{"timestamp": START, "message": f"login of user{number}", "raw": "{}"} for number in range(9)])
    with sealed(tmp_path, frame, [], outlined=False) as store:
        planner, request = Planner(store), Request.of("user77777")
        assert planner.plan(request, store.segments()).segments
        store.outline(store.segments()[0])
        assert not planner.plan(request, store.segments()).segments


def test_relative_times_are_decided_for_each_present(tmp_path: Path) -> None:
    with sealed(
        tmp_path, frame_of([{"timestamp": START, "message": "started", "raw": "{}"}]), [], outlined=True
    ) as store:
        planner = Planner(store)
        assert number_of_decisions(planner, store, Request.of("last:2h started", now=START + timedelta(hours=1))) == 1
        assert number_of_decisions(planner, store, Request.of("last:2h started", now=START + timedelta(hours=1))) == 0
        assert (
            number_of_decisions(planner, store, Request.of("last:2h started", now=START + timedelta(minutes=30))) == 1
        )
        assert number_of_decisions(planner, store, Request.of("last:2h@end started", now=NOW, newest=START)) == 1
        assert number_of_decisions(planner, store, Request.of("started", now=START)) == 1
        assert number_of_decisions(planner, store, Request.of("started", now=NOW)) == 0


def test_plans_that_are_kept_are_bounded(tmp_path: Path) -> None:
    with (
        patch.object(planning, "_MOST_BYTES", 4 * planning._PLAN_BYTES),
        sealed(
            tmp_path, frame_of([{"timestamp": START, "message": "started", "raw": "{}"}]), [], outlined=True
        ) as store,
    ):
        planner = Planner(store)
        for number in range(10):
            assert number_of_decisions(planner, store, Request.of(f"absent{number}")) == 1
        assert len(planner._plans) <= 4
        assert number_of_decisions(planner, store, Request.of("absent9")) == 0
        assert number_of_decisions(planner, store, Request.of("absent0")) == 1
