"""What is asked for: aggregations as plain data."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Terms:
    """The commonest values of a field.

    Attributes:
        field: The field, as it is typed in a query.
        size: How many values; None for all.
        aggregations: What to compute for the records of each value, by name; these hold no further ones.
    """

    field: str
    size: int | None = 10
    aggregations: Mapping[str, Spec] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Histogram:
    """The number of records in each interval of time.

    Attributes:
        interval: The length of the intervals as in queries, such as `5m`.
        by: A field by whose values the records of an interval are counted too.
        size: How many of its values, those that most records have; None for all.
        aggregations: What to compute for the records of each interval, by name; these hold no further ones.
    """

    interval: str
    by: str | None = None
    size: int | None = 10
    aggregations: Mapping[str, Spec] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stats:
    """Count, sum, mean, extremes and percentiles of the numbers of a field."""

    field: str


@dataclass(frozen=True, slots=True)
class Cardinality:
    """The number of different values of a field."""

    field: str


Spec: TypeAlias = Terms | Histogram | Stats | Cardinality


def inner_of(spec: Spec) -> Mapping[str, Spec]:
    """The aggregations that are nested in one."""
    return spec.aggregations if isinstance(spec, Terms | Histogram) else {}
