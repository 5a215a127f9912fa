"""Aggregations are read from JSON and written to it as the search API describes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.engine.search.aggregations.results import Aggregated, CardinalityResult
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Spec, Stats, Terms
from logtui.engine.search.datasets import dataset_of_runs
from logtui.engine.search.request import Request
from logtui.server.problems import ProblemError
from logtui.server.search.aggregations import answered, parsed
from tests.engine.search.test_conformance import placed

READ: Final[dict[str, tuple[dict[str, object], Spec]]] = {
    "terms by default, ten of them": ({"field": "service"}, Terms("service", 10)),
    "all levels": ({"field": "severity"}, Terms("severity", None)),
    "a size": ({"type": "terms", "field": "level", "size": 2}, Terms("level", 2)),
    "a histogram": (
        {"type": "histogram", "field": "timestamp", "interval": "1h", "by": "level"},
        Histogram("1h", "level", None),
    ),
    "a histogram is over the time": ({"type": "histogram", "interval": "1h30m"}, Histogram("1h30m")),
    "statistics": ({"type": "stats", "field": "took_ms"}, Stats("took_ms")),
    "a cardinality": ({"type": "cardinality", "field": "user"}, Cardinality("user")),
    "nested ones": (
        {"field": "service", "aggregations": {"users": {"type": "cardinality", "field": "user"}}},
        Terms("service", 10, {"users": Cardinality("user")}),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_an_aggregation_is_read(name: str) -> None:
    raw, spec = READ[name]
    assert parsed({"one": raw}) == {"one": spec}


def test_no_aggregations_are_none() -> None:
    assert parsed(None) == parsed({}) == {}


REFUSED: Final[dict[str, tuple[object, str]]] = {
    "no object": ([1], "aggregations: expected an object, got [1]"),
    "no object inside": ({"a": "level"}, 'aggregations.a: expected an object, got "level"'),
    "an unknown type": (
        {"a": {"type": "histgram"}},
        'aggregations.a.type: unknown "histgram"; did you mean histogram?',
    ),
    "a type that is no text": (
        {"a": {"type": []}},
        "aggregations.a.type: unknown []; known are terms, histogram, stats, cardinality",
    ),
    "an unknown key": (
        {"a": {"field": "x", "sizes": 3}},
        'aggregations.a.sizes: unknown "sizes"; did you mean size?',
    ),
    "a key of another type": (
        {"a": {"type": "stats", "field": "x", "size": 3}},
        'aggregations.a.size: unknown "size"; known are type, field',
    ),
    "no field": ({"a": {}}, "aggregations.a.field: expected the name of a field, got nothing"),
    "no size": (
        {"a": {"field": "x", "size": 0}},
        "aggregations.a.size: expected a whole number from 1 to 10000, got 0",
    ),
    "a size that is no number": (
        {"a": {"field": "x", "size": True}},
        "aggregations.a.size: expected a whole number from 1 to 10000, got true",
    ),
    "no interval": (
        {"a": {"type": "histogram"}},
        "aggregations.a.interval: expected a length of at least 1ms such as 5m or 1h, got nothing",
    ),
    "an interval that is too short": (
        {"a": {"type": "histogram", "interval": "5us"}},
        'aggregations.a.interval: expected a length of at least 1ms such as 5m or 1h, got "5us"',
    ),
    "an interval that goes backwards": (
        {"a": {"type": "histogram", "interval": "-1h"}},
        'aggregations.a.interval: expected a length of at least 1ms such as 5m or 1h, got "-1h"',
    ),
    "a histogram of numbers": (
        {"a": {"type": "histogram", "field": "took", "interval": "1h"}},
        'aggregations.a.field: a histogram is over timestamp, got "took"',
    ),
    "stats of levels": (
        {"a": {"type": "stats", "field": "severity"}},
        "aggregations.a.field: stats are of numbers, and severity holds none",
    ),
    "a fault in a nested one": (
        {"a": {"field": "x", "aggregations": {"b": {"type": "stats"}}}},
        "aggregations.a.aggregations.b.field: expected the name of a field, got nothing",
    ),
    "two levels of nesting": (
        {"a": {"field": "x", "aggregations": {"b": {"field": "y", "aggregations": {}}}}},
        "aggregations.a.aggregations.b.aggregations: a nested aggregation cannot hold further ones",
    ),
    "a nested one in the way of a count": (
        {"a": {"field": "x", "aggregations": {"count": {"field": "y"}}}},
        "aggregations.a.aggregations.count: count is a member of each group; choose another name",
    ),
    "too many": (
        {str(number): {"field": "x"} for number in range(21)},
        "aggregations: at most 20 with the nested ones, got 21",
    ),
    "much text": (
        {"a": {"field": ["x" * 90]}},
        f'aggregations.a.field: expected the name of a field, got ["{"x" * 37}…',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_aggregation_is_refused_with_its_place(name: str) -> None:
    raw, message = REFUSED[name]
    with pytest.raises(ProblemError) as caught:
        parsed(raw)
    assert (caught.value.status, caught.value.detail) == (400, message)
    assert message.startswith(f"{caught.value.members['place']}: ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["terms", "histogram", "stats", "1h", "level", ""]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "field", "size", "interval", "by", "aggregations", "x.y"]), inner)
    ),
    max_leaves=12,
)


@given(raw=JSON)
def test_any_json_is_read_or_refused(raw: object) -> None:
    try:
        specs = parsed(raw)
    except ProblemError:
        return
    assert list(specs) == list(raw or {})  # type: ignore[call-overload]


RECORDS: Final[list[dict[str, object]]] = [
    {"timestamp": "2026-01-01T00:10Z", "level": "error", "took_ms": "12"},
    {"timestamp": "2026-01-01T02:40Z", "level": "info", "took_ms": "8"},
    {"timestamp": "2026-01-01T02:41Z", "level": "info", "took_ms": "9007199254740993"},
    {"timestamp": None, "level": None},
]
ANSWERS: Final[dict[str, tuple[dict[str, object], object, dict[str, object]]]] = {
    "terms": ({"field": "level"}, {"info": 2, "error": 1}, {"other": 0, "missing": 1, "exact": True}),
    "a histogram": (
        {"type": "histogram", "field": "timestamp", "interval": "1h"},
        [
            {"time": "2026-01-01T00:00:00Z", "count": 1},
            {"time": "2026-01-01T01:00:00Z", "count": 0},
            {"time": "2026-01-01T02:00:00Z", "count": 2},
        ],
        {"other": 0, "missing": 1, "exact": True},
    ),
    "a divided histogram": (
        {"type": "histogram", "field": "@timestamp", "interval": "2h", "by": "level", "size": 1},
        [
            {"time": "2026-01-01T00:00:00Z", "count": 1, "by": {}},
            {"time": "2026-01-01T02:00:00Z", "count": 2, "by": {"info": 2}},
        ],
        {"other": 1, "missing": 1, "exact": True},
    ),
    "statistics keep the digits of whole numbers": (
        {"type": "stats", "field": "took_ms"},
        {
            "count": 3,
            "min": 8,
            "max": 9007199254740993,
            "avg": 3002399751580337.5,
            "sum": 9007199254741013,
            "p50": 12,
            "p95": pytest.approx(8106479329266883),
            "p99": pytest.approx(8827055269646161),
        },
        {"missing": 1, "exact": True},
    ),
    "a cardinality": ({"type": "cardinality", "field": "took_ms"}, 3, {"missing": 1, "exact": True}),
    "nested ones": (
        {"field": "level", "aggregations": {"kinds": {"type": "cardinality", "field": "took_ms"}}},
        {"info": {"count": 2, "kinds": 2}, "error": {"count": 1, "kinds": 1}},
        {
            "other": 0,
            "missing": 1,
            "exact": True,
            "aggregations": {
                "info": {"kinds": {"missing": 0, "exact": True}},
                "error": {"kinds": {"missing": 0, "exact": True}},
            },
        },
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_written(name: str) -> None:
    raw, expected, meta = ANSWERS[name]
    found = aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), Request.of(""), parsed({"one": raw}))
    written = msgspec.json.decode(msgspec.json.encode(answered(found)))
    assert written == {"aggregations": {"one": expected}, "aggregations_meta": {"one": meta}}


def test_estimates_say_so() -> None:
    found = Aggregated({"users": CardinalityResult(7_000_000, missing=0, is_exact=False)}, is_partial=False)
    assert answered(found)["aggregations_meta"]["users"] == {"missing": 0, "exact": False}


def test_times_of_any_interval_are_written_in_utc() -> None:
    records: list[dict[str, object]] = [{"timestamp": datetime(2026, 1, 1, 0, 0, 0, 250_000, UTC).isoformat()}]
    specs = parsed({"one": {"type": "histogram", "interval": "100ms"}})
    found = answered(aggregate(dataset_of_runs([[Chunk(placed(records))]]), Request.of(""), specs))
    assert found["aggregations"]["one"] == [{"time": "2026-01-01T00:00:00.200Z", "count": 1}]
