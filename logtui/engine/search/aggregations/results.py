"""What is answered: the results of aggregations as plain data.

Each result has `missing`, the number of records without a value (for a histogram: without a time), and `is_exact`,
which is false if memory did not suffice for all different values, so that the result is an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Number: TypeAlias = int | float


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a field, how many records have it, and the nested results for these."""

    value: str
    count: int
    aggregations: Mapping[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TermsResult:
    """The commonest values, by count and then by value; `other` records have other values."""

    terms: tuple[Term, ...]
    other: int
    missing: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Interval:
    """The start of an interval, its records, and how many of these have each value of the field."""

    time: datetime
    count: int
    by: Mapping[str, int] = field(default_factory=dict)
    aggregations: Mapping[str, Result] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistogramResult:
    """All intervals in order, empty ones included; `other` records have values of the field that are not listed."""

    intervals: tuple[Interval, ...]
    is_divided: bool
    other: int
    missing: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class StatsResult:
    """The statistics of the numbers; all None but the count if there are none."""

    count: int
    min: Number | None
    max: Number | None
    avg: Number | None
    sum: Number | None
    p50: Number | None
    p95: Number | None
    p99: Number | None
    missing: int
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class CardinalityResult:
    """The number of different values."""

    count: int
    missing: int
    is_exact: bool = True


Result: TypeAlias = TermsResult | HistogramResult | StatsResult | CardinalityResult


@dataclass(frozen=True, slots=True)
class Aggregated:
    """The results by name.

    Attributes:
        results: The result of each aggregation.
        is_partial: Whether the deadline or cancelling ended it early.
    """

    results: Mapping[str, Result]
    is_partial: bool
