"""Row groups whose numbers cannot keep the bounds of a filter are told apart."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.model.twins import Twin
from logtui.query import Scope, compile_filter, interval_of, numbers_located, parse_filter
from tests.examples import examples
from tests.query.frames import record_frame
from tests.query.oracle import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ["timestamp", "message", "@took_ms", "@size", "@Size"]
TWINS = {
    "@took_ms": Twin(is_whole=True, groups=((0, 9), (10, 19), None)),
    "@size": Twin(is_whole=False, groups=((2.0**53, 2.0**53), (0.5, 1.5), (1e300, float("inf")))),
}


def scope(twins: Mapping[str, Twin]) -> Scope:
    return Scope(dict.fromkeys(COLUMNS, pl.String()), datetime.now(UTC), UTC, twins=twins)


@pytest.mark.parametrize(
    ("query", "mask"),
    [
        ("took_ms:>9", 0b010),
        ("took_ms:>=9", 0b011),
        ("took_ms:<10", 0b001),
        ("took_ms:[5 TO 12]", 0b011),
        ("took_ms:15", 0b010),
        ("took_ms:15.5", 0),
        ("took_ms:>15ms", 0b010),
        ("took_ms:>1h", 0),
        ("@size:>9007199254740992", 0b101),
        ("@size:<1k", 0b010),
        ("@size:0.5", -1),
        ("took_ms:>9 took_ms:<5", 0),
        ("took_ms:>15 OR took_ms:<5", 0b011),
        ("took_ms:>15 OR message:x", -1),
        ("NOT took_ms:>15", -1),
        ("*:>15", -1),
        ("SIZE:>15", -1),
        ("absent:>15", -1),
        ('took_ms:>"15"', -1),
        ("took_ms:1*", -1),
    ],
)
def test_only_row_groups_that_may_hold_such_numbers_remain(query: str, mask: int) -> None:
    assert numbers_located(parse_filter(query), scope(TWINS)) == mask


def test_without_twins_every_row_group_remains() -> None:
    assert numbers_located(parse_filter("took_ms:>9"), scope({})) == -1


SEQ_LEAVES = st.one_of(
    st.tuples(st.sampled_from([">", ">=", "<", "<=", "", "="]), st.integers(-3, 12)).map("seq:{0[0]}{0[1]}".format),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map("seq:[{0[0]} TO {0[1]}]".format),
    st.sampled_from(["seq:*", "line:>5", "message", "*", "seq:x"]),
)
SEQ_FILTERS = st.recursive(
    SEQ_LEAVES,
    lambda inner: st.one_of(
        inner.map("NOT ({})".format),
        st.tuples(inner, inner).map("({0[0]}) ({0[1]})".format),
        st.tuples(inner, inner).map("({0[0]}) OR ({0[1]})".format),
    ),
    max_leaves=4,
)


@settings(max_examples=examples(100), deadline=None)
@given(SEQ_FILTERS)
def test_what_matches_lies_in_the_interval(text: str) -> None:
    frame = record_frame([{"message": "message", "seq": seq} for seq in range(10)])
    node = parse_filter(text)
    low, high = interval_of(node, "seq", Scope({"seq": pl.Int64()}, NOW, UTC))
    matching = frame.filter(compile_filter(node, frame.columns, now=NOW, zone=UTC))["seq"].to_list()
    assert all(low <= seq <= high for seq in matching)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("seq:>5", (6, inf)),
        ("seq:<5.5", (-inf, 5.5)),
        ("seq:<=5 timeout level:error", (-inf, 5)),
        ("seq:>5 seq:<=9 OR seq:12", (6, 12)),
        ("NOT seq:>5", (-inf, inf)),
        ("seq:>5 OR timeout", (-inf, inf)),
    ],
)
def test_the_interval_of_a_filter(query: str, expected: tuple[float, float]) -> None:
    assert interval_of(parse_filter(query), "seq", Scope({"seq": pl.Int64()}, NOW, UTC)) == expected
