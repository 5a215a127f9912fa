"""Field shares: which fields records have, how many of the records have each, and what their values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.engine.search.part import Piece
    from logtui.engine.search.request import Request

MOST_RECORDS: Final = 500_000
"""Records looked at: enough for a share of one in a thousand, few enough to answer while a user waits."""

_CORE: Final = ("timestamp", "level", "service", "host", "logger", "message", "severity_text", "source", "format")
_NUMBER: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
_BOOLEAN: Final = r"^(?:true|false)$"


@dataclass(frozen=True, slots=True)
class FieldShare:
    """How many records have a field.

    Attributes:
        name: The name that users type.
        type: `number` or `boolean` if all values read as such, else `string`; `time` for the timestamp.
        present: Number of records that have it.
    """

    name: str
    type: str
    present: int


@dataclass(frozen=True, slots=True)
class FieldShares:
    """The fields of some records.

    Attributes:
        records: Number of records that were looked at.
        fields: Core columns first, then the other fields, those that most records have first.
        is_partial: Whether there are more records that match.
    """

    records: int
    fields: tuple[FieldShare, ...]
    is_partial: bool


def field_shares(request: Request, pieces: Iterable[Piece], most: int = MOST_RECORDS) -> FieldShares:
    """Count the fields of records, of those in the newest parts first.

    Args:
        request: The request; the answer is partial if its deadline passes.
        pieces: The matches of each part.
        most: How many records are looked at before it ends, rounded up to whole row groups.
    """
    count = _Count()
    for piece in sorted(pieces, key=_newest, reverse=True):
        for frame in piece.frames():
            if count.records >= most or request.has_ended():
                return count.shares(is_partial=True)
            count.add(frame)
    return count.shares(is_partial=request.has_ended())


class _ValueCount(NamedTuple):
    """How many values there are, and how many of them read as numbers and as Booleans."""

    present: int
    numbers: int
    booleans: int

    def plus(self, other: _ValueCount) -> _ValueCount:
        return _ValueCount(self.present + other.present, self.numbers + other.numbers, self.booleans + other.booleans)


_NOTHING: Final = _ValueCount(0, 0, 0)


class _Count:
    """Counts, by column, the records that have a value, and the values that read as numbers and as Booleans."""

    def __init__(self) -> None:
        self.records = 0
        self._counts: dict[str, _ValueCount] = {}

    def add(self, frame: pl.DataFrame) -> None:
        """Count the records of a frame."""
        self.records += len(frame)
        for name in frame.columns:
            if name in _CORE or name.startswith(FIELD_PREFIX):
                self._counts[name] = self._counts.get(name, _NOTHING).plus(_counted(frame[name]))

    def shares(self, *, is_partial: bool) -> FieldShares:
        """What was counted."""
        found = {name: counts for name, counts in self._counts.items() if counts.present}
        ranked = sorted(found, key=lambda name: (_rank(name), -found[name].present, name))
        fields = tuple(FieldShare(_typed_name(name), _type(name, found[name]), found[name].present) for name in ranked)
        return FieldShares(self.records, fields, is_partial)


def _newest(piece: Piece) -> int:
    newest = piece.newest
    return -(2**63) if newest is None else newest


def _counted(values: pl.Series) -> _ValueCount:
    present = len(values) - values.null_count()
    if values.dtype.is_numeric():
        return _ValueCount(present, present, 0)
    if values.dtype != pl.String or not present or values.name in CORE_SCHEMA:
        return _ValueCount(present, 0, present if values.dtype == pl.Boolean else 0)
    return _ValueCount(present, _matching(values, _NUMBER), _matching(values, _BOOLEAN))


def _matching(values: pl.Series, pattern: str) -> int:
    return int(values.str.contains(pattern).sum())


def _rank(name: str) -> int:
    return _CORE.index(name) if name in _CORE else len(_CORE)


def _type(name: str, count: _ValueCount) -> str:
    if name == "timestamp":
        return "time"
    if count.numbers == count.present:
        return "number"
    return "boolean" if count.booleans == count.present else "string"


def _typed_name(column: str) -> str:
    """The plain name of a field, unless a core column has it."""
    plain = column.removeprefix(FIELD_PREFIX)
    return column if plain != column and plain in CORE_SCHEMA else plain
