"""A leaf is read once to a comparison that is plain data, and every back end has code for it or names its gap."""

from __future__ import annotations

import sys
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given

from logtui.errors import QueryError
from logtui.model.record import CORE_SCHEMA
from logtui.query import Scope, parse_filter
from logtui.query.meaning.comparison import Comparison, Condition, Never, Present
from logtui.query.meaning.conditions import conditions_of
from logtui.query.meaning.table import Table
from logtui.query.meaning.texts import TextComparison
from logtui.query.polars.table import TABLE as EXPRESSIONS
from logtui.query.rows.table import TABLE as TESTS
from logtui.query.syntax.leaf_error import LeafError
from tests.query.frames import NOW
from tests.query.samples import FIELD_LEAVES, LEVEL_LEAVES

if TYPE_CHECKING:
    from logtui.query.syntax.tree import FieldLeaf

SCOPE = Scope(CORE_SCHEMA, NOW, UTC)


def kinds_of(base: type[Comparison]) -> set[type[Comparison]]:
    """The types of comparisons; `dataclass(slots=True)` leaves a twin of each behind, which no module has."""
    return {base} | {kind for child in base.__subclasses__() if is_current(child) for kind in kinds_of(child)}


def is_current(kind: type[Comparison]) -> bool:
    return getattr(sys.modules[kind.__module__], kind.__name__) is kind


COMPARISONS = kinds_of(Comparison) - {Comparison, TextComparison}


def asked(query: str, column: str) -> tuple[Condition, ...]:
    return conditions_of(cast("FieldLeaf", parse_filter(query)), column, SCOPE)


@pytest.mark.parametrize("table", [EXPRESSIONS, TESTS], ids=["polars", "rows"])
def test_every_comparison_has_code_or_a_gap_with_a_reason(table: Table[Any]) -> None:
    assert set(table.rows) | set(table.gaps) == COMPARISONS
    assert not set(table.rows) & set(table.gaps)
    assert all(table.gaps.values())


def test_a_gap_of_a_back_end_is_an_error_with_its_reason() -> None:
    table = Table("the toy", {Never: str}, {Present: "it keeps no nulls"})
    assert table.code_of(Never()) is str
    with pytest.raises(QueryError, match="the toy cannot compare so: it keeps no nulls"):
        table.code_of(Present())


@pytest.mark.parametrize(
    ("query", "same", "column"),
    [
        ("a:>1.5s", "a:>1500ms", "@a"),
        ("a:[0 TO 2m}", "a:[0 TO 120s}", "@a"),
        ("a:10.0.0.5", "a:10.0.0.5/32", "@a"),
        ("a:10.0.0.9/8", "a:10.0.0.0/8", "@a"),
        ("ts:2026-11-23", "ts:[2026-11-23T00:00Z TO 2026-11-24T00:00Z}", "timestamp"),
        ("ts:>2026-11-22", "ts:>=2026-11-23", "timestamp"),
        ("ts:<=2026-11", "ts:<2026-12", "timestamp"),
        ("last:15m", "ts:>=2026-11-23T11:45:00Z", "timestamp"),
        ("level:>=W", "level:>=warning", "level"),
        ("bytes:>1kB", "bytes:>1000", "bytes"),
        ("line:5", "line:[5 TO 5]", "line"),
        ("message:disk", 'message:"disk"*', "message"),
        ("level:10.0.0.0/8", "level:10.0.0.0/16", "level"),
    ],
)
def test_leaves_that_ask_the_same_have_one_meaning(query: str, same: str, column: str) -> None:
    assert asked(query, column) == asked(same, column)


@pytest.mark.parametrize(
    ("query", "column", "expected"),
    [
        ("level:err", "level", "level IsLevel(level='error') severity_text Whole(value='err')"),
        ("level:success", "level", "severity_text Whole(value='success')"),
        ("level:>=warn", "level", "level LevelBounds(bounds=(('>=', 'warn'),))"),
        (
            "took_ms:>1s",
            "@took_ms",
            "@took_ms Quantities(kind='duration', bounds=(('>', 1000000000.0),), unit=1000000)",
        ),
        ("a:>0", "@a", "@a Signs(bounds=(('>', 0),))"),
        ("a:5.0", "@a", "@a CanonicalNumber(value='5.0')"),
        ("service:*", "service", "service Present()"),
        ("line:x*", "line", "line WholeGlob(pattern='x*')"),
        ("line:x", "line", "line Never()"),
        ("raw:=x", "raw", "raw Exactly(value='x')"),
        ("*:>5", "level", ""),
        ("*:10.0.0.0/8", "timestamp", ""),
    ],
)
def test_what_a_leaf_asks_of_a_column(query: str, column: str, expected: str) -> None:
    assert " ".join(f"{one.column} {one.comparison}" for one in asked(query, column)) == expected


@pytest.mark.parametrize(
    ("query", "elements", "is_deep"),
    [("a:x", "either", False), ("a:>5", "instead", False), ("a:*", "none", False), ("a*:x", "either", True)],
)
def test_arrays_are_asked_by_their_elements(query: str, elements: str, *, is_deep: bool) -> None:
    (condition,) = asked(query, "@a")
    assert (condition.elements, condition.is_deep) == (elements, is_deep)


def test_a_time_that_is_a_bound_itself_is_kept_apart_by_the_nanosecond_behind_it() -> None:
    ends = [repr(asked(f"ts:{op}now-1h", "timestamp")[0].comparison) for op in (">=", ">", "<", "<=")]
    ns = 1795431600000000000
    assert ends == [
        f"Instants(start={ns}, end=None)",
        f"Instants(start={ns + 1}, end=None)",
        f"Instants(start=None, end={ns})",
        f"Instants(start=None, end={ns + 1})",
    ]


@given(FIELD_LEAVES | LEVEL_LEAVES)
def test_meanings_are_values_that_can_be_kept_in_tables(leaf: FieldLeaf) -> None:
    for column in ("@a", "service", "message", "level", "timestamp", "line"):
        try:
            conditions = conditions_of(leaf, column, SCOPE)
        except LeafError:
            continue
        assert {conditions: column}[conditions_of(leaf, column, SCOPE)] == column
