"""Fields of the matching records: in how many they are, how many values they have, and the commonest ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.engine.window.row_window import RowWindow

MOST_ROWS: Final = 500_000
"""Records that are looked at; of more, equally long stretches from all over them are."""

_STRETCHES: Final = 20
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


def facets_of(window: RowWindow, cancelled: Callable[[], bool] = lambda: False) -> Facets:
    """Sum up the fields of a window's records.

    Args:
        window: The records.
        cancelled: Asked between stretches; true ends the work early.

    Returns:
        The fields that at least one of the records has.
    """
    frames = [frame for frame in _stretches(window) if not cancelled()]
    if not frames:
        return Facets(0, window.count, ())
    records = pl.concat(frames, how="diagonal_relaxed")
    own = [name for name in records.columns if name.startswith(FIELD_PREFIX)]
    facets = [_facet(records[name]) for name in (*_CORE, *own) if records[name].null_count() < records.height]
    core = [facet for facet in facets if facet.field in _CORE]
    fields = [facet for facet in facets if facet.field not in _CORE]
    ranked = sorted(fields, key=lambda facet: (-facet.present, facet.field))
    return Facets(records.height, window.count, (*core, *ranked))


def _stretches(window: RowWindow) -> list[pl.DataFrame]:
    if window.count <= MOST_ROWS:
        return [frame.drop("raw", "message") for frame in window.frames()]
    length = MOST_ROWS // _STRETCHES
    starts = [index * (window.count - length) // (_STRETCHES - 1) for index in range(_STRETCHES)]
    return [window.page(start, length).drop("raw", "message") for start in starts]


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
