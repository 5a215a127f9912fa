"""Field statistics of a sample of records: which fields there are, how common they are, and their values."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import QueryError
from logtui.formats import with_message_fields
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX
from logtui.query import Known, columns_named

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED_CORE: Final = ("level", "service", "host", "logger", "message", "timestamp", "source", "format")
_MOST_VALUES: Final = 200


def known_of(sample: pl.DataFrame) -> Known:
    """Make the field statistics that the completion of queries uses.

    Args:
        sample: Some records.

    Returns:
        The fields that at least one of them has, and a function that counts the values of a field.
    """
    records = with_message_fields(sample)
    columns = [*_NAMED_CORE, *(name for name in records.columns if name.startswith(FIELD_PREFIX))]
    present = {name: records.height - records[name].null_count() for name in columns}
    fields = {_plain(name): count / records.height for name, count in present.items() if count}

    @lru_cache(maxsize=64)
    def values(name: str) -> Sequence[tuple[str, int]]:
        return _values(records, name)

    return Known(fields, values)


def _plain(column: str) -> str:
    """The name that users type: with the prefix `@` only if a core column has the same name."""
    plain = column.removeprefix(FIELD_PREFIX)
    return column if column != plain and plain in CORE_SCHEMA else plain


def _values(records: pl.DataFrame, name: str) -> Sequence[tuple[str, int]]:
    try:
        columns = columns_named(name, records.columns)
    except (LookupError, QueryError):
        return ()
    counts: Counter[str] = Counter()
    for column in columns:
        texts = records[column].cast(pl.String).drop_nulls()
        counts.update(dict(texts.value_counts(sort=True).head(_MOST_VALUES).iter_rows()))
    return counts.most_common(_MOST_VALUES)
