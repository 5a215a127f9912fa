"""Cuts records that differ much in their fields into parts in which few cells are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.model.record import field_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

_MOST_CELLS: Final = 1 << 15
"""Cells of fields, empty ones too, that are formatted at once whatever they hold."""
_SPARSE: Final = 16
"""A frame is sparse if fewer than one of so many cells holds a value."""


def narrow_parts(records: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Cut records into consecutive parts, each without fields that none of its records has.

    What formats fields looks at each of them in each record, so records that all have fields of their own, such as
    keys made of numbers of users, would cost the square of their number in time and memory.

    Args:
        records: A record frame.

    Yields:
        Record frames, in order; one if there are few cells, or if most records have most of the fields.
    """
    fields = field_columns(records)
    if len(fields) * len(records) <= _MOST_CELLS:
        yield records
        return
    values = {name: len(records) - records[name].null_count() for name in fields}
    narrow = records.drop(name for name in fields if not values[name])
    if len(records) == 1 or sum(values.values()) * _SPARSE >= len(field_columns(narrow)) * len(records):
        yield narrow
        return
    for half in (narrow[: len(narrow) // 2], narrow[len(narrow) // 2 :]):
        yield from narrow_parts(half)
