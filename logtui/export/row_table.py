"""Writes single records as CSV (RFC 4180) without Polars, with a column for each of the commonest fields."""

from __future__ import annotations

import csv
from collections import Counter
from io import TextIOWrapper
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from logtui.export.columns import FIELDS, RECORD_COLUMNS
from logtui.export.records import core_cells, fields_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import BinaryIO

    from logtui.model.row import Row

_ALWAYS: Final = ("pod", "namespace", "container")
_COMPONENT: Final = "component"
_RESERVED: Final = frozenset((*RECORD_COLUMNS, _COMPONENT, FIELDS))
_SAMPLE_RECORDS: Final = 1000
_MAX_FIELDS: Final = 16


def write_table(rows: Iterable[Row], stream: BinaryIO) -> int:
    """Write records as they come; the fields of the first 1,000 decide which fields get a column.

    Args:
        rows: The records.
        stream: Where the bytes go.

    Returns:
        The number of records.
    """
    coming = iter(rows)
    first = list(islice(coming, _SAMPLE_RECORDS))
    names = _commonest(first)
    text = TextIOWrapper(stream, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow((*RECORD_COLUMNS, *_ALWAYS, _COMPONENT, *map(_column, names), FIELDS))
    count = 0
    for row in chain(first, coming):
        writer.writerow(_cells(row, names))
        count += 1
    text.detach()
    return count


def _commonest(rows: Sequence[Row]) -> list[str]:
    counts = Counter(name for row in rows for name in row.fields if name not in _ALWAYS)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    return ranked[:_MAX_FIELDS]


def _column(name: str) -> str:
    """The name of a field's column; it gets an `@` if another column has the field's name."""
    return f"@{name}" if name in _RESERVED else name


def _cells(row: Row, names: Sequence[str]) -> Iterator[object]:
    core = core_cells(row)
    always, others = map(row.fields.get, _ALWAYS), map(row.fields.get, names)
    return chain(core.values(), always, [core["logger"]], others, [fields_json(row)])
