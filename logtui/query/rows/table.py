"""The table from comparisons to tests of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from logtui.model.severities import LEVELS
from logtui.model.times import rfc3339
from logtui.query.meaning.addresses import AddressBounds, InNetwork, Ipv4Bounds
from logtui.query.meaning.columns import ColumnClass, class_of
from logtui.query.meaning.comparison import Comparison, Condition, Never, Present
from logtui.query.meaning.integers import IntegerBounds
from logtui.query.meaning.levels import IsLevel, LevelBounds, LevelNamed
from logtui.query.meaning.quantities import CanonicalNumber, Quantities, SameNumber, Signs
from logtui.query.meaning.table import Table
from logtui.query.meaning.texts import (
    AnyOf,
    Contains,
    Exactly,
    InnerGlob,
    Matches,
    StartsWith,
    TextBounds,
    TextComparison,
    Whole,
    WholeGlob,
)
from logtui.query.meaning.times import Instants, WrittenTimes
from logtui.query.rows import addresses, quantities, texts, times
from logtui.query.rows.bounds import within

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.model.row import Row

    Code: TypeAlias = Callable[[Any], Callable[[Any], bool]]
    """A comparison -> whether a value meets it."""

_ORDER: Final = {level: place for place, level in enumerate(LEVELS)}


def test_of(comparison: Comparison) -> Callable[[Any], bool]:
    """Whether a value, which is not missing, meets a comparison."""
    return TABLE.code_of(comparison)(comparison)


def holds(condition: Condition) -> Callable[[Row], bool]:
    """Whether a record meets a condition; times and integers are written as text for comparisons of texts.

    Args:
        condition: A condition on a core column.
    """
    kind, test = class_of(condition.column), test_of(condition.comparison)
    name = "timestamp_ns" if kind == "time" else condition.column
    written = _WRITTEN.get(kind) if isinstance(condition.comparison, TextComparison) else None
    return _on(name, test if written is None else _behind(written, test))


def _on(name: str, test: Callable[[Any], bool]) -> Callable[[Row], bool]:
    """Make a test of one attribute; a missing value fails it."""

    def met(row: Row) -> bool:
        value = getattr(row, name, None)
        return value is not None and test(value)

    return met


def _behind(written: Callable[[Any], str], test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: test(written(value))


def _any_of(comparison: AnyOf) -> Callable[[str], bool]:
    tests = [test_of(one) for one in comparison.comparisons]
    return lambda text: any(test(text) for test in tests)


def _level_named(comparison: LevelNamed) -> Callable[[str], bool]:
    return frozenset(filter(test_of(comparison.name), LEVELS)).__contains__


def _level_bounds(comparison: LevelBounds) -> Callable[[str], bool]:
    keeps = within([(op, _ORDER[level]) for op, level in comparison.bounds])
    return lambda level: keeps(_ORDER[level])


_WRITTEN: Final[dict[ColumnClass, Callable[[Any], str]]] = {"time": rfc3339, "integer": str}

TABLE: Final[Table[Code]] = Table(
    "the row predicate",
    {
        Never: lambda _comparison: lambda _value: False,
        Present: lambda _comparison: lambda _value: True,
        AnyOf: _any_of,
        Exactly: lambda comparison: comparison.value.__eq__,
        Whole: lambda comparison: texts.whole(comparison.value),
        StartsWith: lambda comparison: texts.prefix(comparison.value),
        Contains: lambda comparison: texts.contains(comparison.needle),
        WholeGlob: lambda comparison: texts.glob(comparison.pattern),
        InnerGlob: lambda comparison: texts.text_glob(comparison.pattern),
        Matches: lambda comparison: texts.regex(comparison.pattern, comparison.flags),
        TextBounds: lambda comparison: within(comparison.bounds),
        CanonicalNumber: quantities.canonical_number,
        SameNumber: quantities.same_number,
        Quantities: quantities.quantity_bounds,
        Signs: quantities.signs,
        InNetwork: addresses.in_network,
        Ipv4Bounds: addresses.ipv4_bounds,
        AddressBounds: addresses.address_bounds,
        WrittenTimes: times.written_times,
        Instants: times.instants,
        IntegerBounds: lambda comparison: within(comparison.bounds),
        IsLevel: lambda comparison: comparison.level.__eq__,
        LevelNamed: _level_named,
        LevelBounds: _level_bounds,
    },
)
