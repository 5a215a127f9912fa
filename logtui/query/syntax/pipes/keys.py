"""The keys by which pipes group, count and choose records.

Field names are in escaped form, as in the tree. Columns of a table that an earlier pipe made go by their names
there: `count`, `avg(took)`, or what stands behind `as`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from logtui.query.syntax.escapes import unescape
from logtui.query.syntax.spelling import column_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanned:
    """A part of a query with its span in the query text."""

    span: Span = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Field(Spanned):
    """A field of the records, or a column of the table so far."""

    name: str

    @property
    def column(self) -> str:
        """The plain name."""
        return unescape(self.name)


@dataclass(frozen=True, slots=True)
class Bucket(Spanned):
    """`bucket(5m)`: the start of the time interval that a record lies in; `width` as typed."""

    width: str

    @property
    def column(self) -> str:
        """The name of the result's column."""
        return "time"


Key: TypeAlias = Field | Bucket


def columns_text(fields: Iterable[Field]) -> str:
    """Write the names of columns as a list."""
    return ", ".join(column_text(field.name) for field in fields)


def named(fields: Iterable[Field]) -> Iterator[tuple[str, Span]]:
    """The escaped names of fields, with their places."""
    return ((field.name, field.span) for field in fields)
