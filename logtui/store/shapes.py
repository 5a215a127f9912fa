"""Shapes: JSON records without the values that other columns hold, from which the raw text is rebuilt.

The shape of `{"level":"info","message":"started"}` is that text with marks in place of `info` and `started`; thousands
of records have the same one. A record has a shape only if that and its columns give its raw text back, byte by byte.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHAPE: Final = "shape"
_SAMPLED: Final = 32
_PROBED: Final = 256
"""If so many records have hardly two of a shape, shapes take as much room as raw texts: 30,000 records with 10 of 300
members each took 154 bytes either way, and reading them 34 µs instead of 1."""

_BLOCK_ROWS: Final = 32_768
"""Each pass over the texts makes new ones: blocks bound the memory of merging."""

_MOST_SLOTS: Final = 48
"""Each one costs 1 µs a record; values of members beyond stay in the shapes."""

_MARK: Final = "\0"
_MEMBER: Final = re.compile(r'("(?:[^"\\]|\\.)*"\s*:\s*"?)((?<=")(?:[^"\\]|\\.)*|(?<!")[^\s,{}\[\]"]+)')
_TEXTS: Final = tuple(
    name for name, kind in CORE_SCHEMA.items() if kind == pl.String and name not in ("raw", "source", "format")
)
_TIMES: Final = {
    f"timestamp{digits}": pl.col("timestamp").dt.strftime(f"%Y-%m-%dT%H:%M:%S{digits}Z")
    for digits in ("", "%.3f", "%.6f", "%.9f")
}


class _Slot(NamedTuple):
    """A member of objects whose value a column holds.

    Attributes:
        before: The text before the value: the key, the colon, a quote if the value is a text.
        name: The name of the value among those of `_values`.
    """

    before: str
    name: str


def shapes_of(records: pl.DataFrame) -> pl.Series:
    """The shape of each record.

    Args:
        records: A record frame.

    Returns:
        String `shape`, null for a record whose raw text could not be rebuilt, and for all if that would save nothing.
    """
    slots = _slots(records)
    probed = records.gather_every(max(1, records.height // _PROBED))
    if records.height > _PROBED and _shapes(probed, slots).n_unique() > probed.height / 2:
        return pl.Series(SHAPE, [None], pl.String).new_from_index(0, records.height)
    return pl.concat([_shapes(block, slots) for block in records.iter_slices(_BLOCK_ROWS)])


def _shapes(records: pl.DataFrame, slots: Iterable[_Slot]) -> pl.Series:
    texts = records.lazy().select(pl.all().exclude("raw"), pl.col("raw").alias(SHAPE))
    values = _values(records.columns)
    for slot in slots:
        texts = texts.with_columns(_emptied(slot, values[slot.name]))
    is_same = rebuilt(records.columns).eq_missing(pl.col("raw"))
    shaped = texts.with_columns(records["raw"]).with_columns(
        pl.when(is_same & pl.col(SHAPE).str.contains(_MARK, literal=True)).then(SHAPE)
    )
    return shaped.select(SHAPE).collect().to_series()


def rebuilt(columns: Iterable[str]) -> pl.Expr:
    """The raw texts of records by their shapes.

    Args:
        columns: The columns that there are.
    """
    text = pl.col(SHAPE)
    for name, value in _values(columns).items():
        text = text.str.replace(_mark(name), value.fill_null(""), literal=True)
    return text


def _values(columns: Iterable[str]) -> Mapping[str, pl.Expr]:
    """The texts that may stand in a raw text, by the names of their marks."""
    known = [name for name in columns if name in _TEXTS or name.startswith(FIELD_PREFIX)]
    return {name: pl.col(name) for name in known} | _TIMES


def _mark(name: str) -> str:
    return f"{_MARK}{name}{_MARK}"


def _emptied(slot: _Slot, value: pl.Expr) -> pl.Expr:
    """Shapes with a mark in place of a value, where it is there."""
    parts = pl.col(SHAPE).str.splitn(pl.lit(slot.before) + value, 2)
    first, rest = parts.struct.field("field_0"), parts.struct.field("field_1")
    marked = first + pl.lit(slot.before + _mark(slot.name)) + rest
    return pl.when(value.is_not_null() & rest.is_not_null()).then(marked).otherwise(SHAPE).alias(SHAPE)


def _slots(records: pl.DataFrame) -> list[_Slot]:
    """The members whose values columns hold in some of the records."""
    is_json = pl.col("format") == "json"
    sample = records.lazy().filter(is_json).select("raw", **_values(records.columns)).collect()
    rows = sample.gather_every(max(1, sample.height // _SAMPLED)).iter_rows(named=True)
    counts = Counter(chain.from_iterable(_members(row) for row in rows))
    return [slot for slot, _ in counts.most_common(_MOST_SLOTS)]


def _members(row: dict[str, str | None]) -> Iterator[_Slot]:
    """The members of one record whose values columns hold; a column that is named like the member comes first."""
    raw = row.pop("raw") or ""
    for before, value in _MEMBER.findall(raw):
        key = before[1 : before.index('"', 1)]
        names = [name for name, text in row.items() if text == value and value]
        if names:
            yield _Slot(before, min(names, key=lambda name: not name.endswith(key)))
