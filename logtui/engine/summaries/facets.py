"""Facets: for each field of the matching records, how many have it, how many values it has, and the commonest ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS: Final = 500_000
"""Records counted at most: enough to know the common values, few enough to answer while the user waits."""

_TOP: Final = 8
_CORE: Final = ("level", "service", "host", "logger", "severity_text", "format", "source")


@dataclass(frozen=True, slots=True)
class Facet:
    """The facet of one field.

    Attributes:
        field: The name that users type.
        present: Number of records that have the field.
        distinct: Estimated number of different values.
        top: The commonest values as texts with their counts, the commonest first.
        is_number: Whether the values are numbers.
    """

    field: str
    present: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    is_number: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of all fields of some records.

    Attributes:
        rows: Number of records that were counted.
        total: Number of records that match.
        fields: Core columns first, then the other fields, those that most records have first.
    """

    rows: int
    total: int
    fields: tuple[Facet, ...]


def facets_of(frames: Sequence[pl.DataFrame], total: int) -> Facets:
    """Count the values of the fields of records.

    Args:
        frames: The records to count; the message and the raw text are left out.
        total: Number of records that match.

    Returns:
        The fields that at least one of the records has.
    """
    if not frames:
        return Facets(0, total, ())
    records = pl.concat(frames, how="diagonal_relaxed")
    named = [name for name in records.columns if name in _CORE or name.startswith(FIELD_PREFIX)]
    facets = [_facet(records[name]) for name in named if records[name].null_count() < records.height]
    core = sorted((facet for facet in facets if facet.field in _CORE), key=lambda facet: _CORE.index(facet.field))
    fields = [facet for facet in facets if facet.field not in _CORE]
    ranked = sorted(fields, key=lambda facet: (-facet.present, facet.field))
    return Facets(records.height, total, (*core, *ranked))


def _facet(values: pl.Series) -> Facet:
    texts = values.cast(pl.String) if not values.dtype.is_nested() else _written(values)
    counts = texts.drop_nulls().value_counts(sort=True).head(_TOP)
    distinct = texts.drop_nulls().to_frame().select(pl.all().approx_n_unique()).item()
    plain = values.name.removeprefix(FIELD_PREFIX)
    name = values.name if plain != values.name and plain in CORE_SCHEMA else plain
    present = len(values) - values.null_count()
    return Facet(name, present, distinct, tuple(counts.iter_rows()), values.dtype.is_numeric())


def _written(values: pl.Series) -> pl.Series:
    return pl.Series(values.name, [None if value is None else str(value) for value in values.to_list()], pl.String)
