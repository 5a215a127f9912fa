"""What follows the filter: the closed set of pipes, as frozen values, and how each is written.

Field names are in escaped form, as in the tree. Columns of a table that an earlier pipe made go by their
names there: `count`, `avg(took)`, or what stands behind `as`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.query.syntax.escapes import unescape

if TYPE_CHECKING:
    from logtui.query.syntax.tree import Node, Span

USAGE: Final[dict[str, str]] = {
    "stats": "stats count(), avg(field) by field, bucket(5m)",
    "top": "top 10 field",
    "histogram": "histogram 5m by field",
    "fields": "fields name, name",
    "sort": "sort -field, field",
    "limit": "limit 10",
    "dedup": "dedup field",
    "patterns": "patterns 20",
}
"""Pipe -> how it is written."""

PIPES: Final = tuple(USAGE)

FUNCTIONS: Final = ("count", "count_distinct", "sum", "avg", "min", "max", "median", "rate")
"""Functions of `stats`; besides them `p1` to `p99` and `p99.9`."""

WITHOUT_FIELD: Final = ("count", "rate")
"""Functions that count records when they are given no field."""

TOP_COUNT: Final = 10
PATTERNS_COUNT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    span: Span = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Aggregate(_Spanned):
    """`avg(took) as mean`: one number per group; `field` is None where records are counted."""

    function: str
    field: str | None = None
    alias: str | None = None

    @property
    def column(self) -> str:
        """The name of the result's column."""
        if self.alias is not None:
            return self.alias
        return self.function if self.field is None else f"{self.function}({unescape(self.field)})"


@dataclass(frozen=True, slots=True)
class Bucket(_Spanned):
    """`bucket(5m)`: the start of the time interval that a record lies in; `width` as typed."""

    width: str

    @property
    def column(self) -> str:
        """The name of the result's column."""
        return "time"


@dataclass(frozen=True, slots=True)
class Field(_Spanned):
    """A field of the records, or a column of the table so far."""

    name: str

    @property
    def column(self) -> str:
        """The plain name."""
        return unescape(self.name)


@dataclass(frozen=True, slots=True)
class SortKey(_Spanned):
    """A column to sort by; `name` is plain for columns such as `avg(took)`, escaped as all field names."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Stats(_Spanned):
    """Aggregates of all records, or of each group."""

    aggregates: tuple[Aggregate, ...]
    by: tuple[Field | Bucket, ...] = ()


@dataclass(frozen=True, slots=True)
class Top(_Spanned):
    """The commonest values, or combinations of values, with their counts."""

    count: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Histogram(_Spanned):
    """Records per interval of time, also of empty intervals; `width` as typed."""

    width: str
    by: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields(_Spanned):
    """Only these columns, in this order."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Sort(_Spanned):
    """Everything in the order of some columns."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class Limit(_Spanned):
    """The first rows."""

    count: int


@dataclass(frozen=True, slots=True)
class Dedup(_Spanned):
    """The first row of each combination of values; of each message if no field is named."""

    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Patterns(_Spanned):
    """The commonest messages, their variable parts masked."""

    count: int = PATTERNS_COUNT


TablePipe: TypeAlias = Stats | Top | Histogram | Patterns
"""Pipes that turn records into a table of their own."""

RowPipe: TypeAlias = Fields | Sort | Limit | Dedup
"""Pipes that choose from the rows and columns that there are."""

Pipe: TypeAlias = TablePipe | RowPipe


@dataclass(frozen=True, slots=True)
class Query:
    """A filter and the pipes that its records go through."""

    filter: Node
    pipes: tuple[Pipe, ...] = ()
