"""Fields of the matching records: in how many they are, how many values they have, and the commonest ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ROWS: Final = 500_000
"""Records that are looked at at most: enough to know which values are common, few enough to answer while one waits."""

_TOP: Final = 8
_CORE: Final = ("level", "service", "host", "logger", "severity_text", "format", "source")


@dataclass(frozen=True, slots=True)
class Facet:
    """One field.

    Attributes:
        field: The name that users type.
        present: Records that have it.
        distinct: Different values, an estimate.
        top: The commonest values as texts with their counts, the commonest first.
        is_number: Whether its values are numbers.
    """

    field: str
    present: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    is_number: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """All fields of some records.

    Attributes:
        rows: Records that were looked at.
        total: Records that there are.
        fields: The fields, core columns first, then those that most records have.
    """

    rows: int
    total: int
    fields: tuple[Facet, ...]


def facets_of(frames: Sequence[pl.DataFrame], total: int) -> Facets:
    """Sum up the fields of records.

    Args:
        frames: The records that are looked at; their texts are not summed up.
        total: Records that there are.

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
