"""Strategies for JSON records as senders write them: any alias, any type, nested, odd numbers, keys twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

TIMES = st.sampled_from(
    [
        "2024-01-15T10:00:00Z",
        "2024-01-15T10:00:00.123456789+02:00",
        "2024-01-15 10:00:00,5",
        "2024-01-15",
        "2024-01-15t10:00:00z",
        "2024-13-45T10:00:00Z",
        "1600-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "15/Jan/2024:10:00:00 +0000",
        "Jan 15 10:00:00",
        "14:05:01",
        "yesterday",
        1705312800,
        1705312800123,
        1705312800123456,
        1705312800123456789,
        1705312800.25,
        999999999,
        946684800000,
        17053128001,
        0,
        -1.5,
        1e300,
        None,
        True,
    ]
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "db timeout",
            "a: b",
            "key=value n=7 user: bob",
            '{"msg":"inner","level":"warn"}',
            '{"no":"record"}',
            "{odd}",
            "INFO:app.main:ready",
            "Traceback (most recent call last):",
            "two\nlines",
            'quotes " and \\ and \u00e9\u4e2d',
            "\x1b[31mred\x1b[0m",
            ": null",
        ]
    ),
    st.text(max_size=12),
)
SCALARS = st.one_of(
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.integers(2**53, 2**70),
    st.floats(width=32),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "a", "a.b", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = {
    "time": ["timestamp", "@timestamp", "ts", "time", "date", "isoTimestamp", "created_at", "@t"],
    "message": ["message", "msg", "log", "@message", "text", "@mt", "error"],
    "level": ["level", "severity", "lvl", "levelname", "severity_number"],
    "other": [
        "service",
        "host",
        "logger",
        "trace_id",
        "traceId",
        "user.id",
        "user",
        "status",
        "method",
        "data",
        "a:b",
        "stream",
    ],
}
LEVELS = st.sampled_from(["info", "WARN", "E", 30, 17, "nonsense", None])


@st.composite
def members(draw: st.DrawFn, *, usual: bool = False) -> list[tuple[str, Any]]:
    """The members of a record in any order; now and then a key comes twice."""
    count = 1 if usual else draw(st.integers(0, 2))
    found: list[tuple[str, Any]] = []
    for kind, values in (
        ("time", TIMES),
        ("message", TEXTS if usual else VALUES),
        ("level", LEVELS),
        ("other", VALUES),
    ):
        keys = draw(st.lists(st.sampled_from(KEYS[kind]), min_size=count * (kind in ("time", "message")), max_size=2))
        found += [(key, draw(values)) for key in keys]
    return draw(st.permutations(found))


def as_text(found: Iterable[tuple[str, Any]]) -> str:
    return "{" + ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in found) + "}"


RECORDS = st.builds(as_text, members())
USUAL = st.builds(as_text, members(usual=True))
