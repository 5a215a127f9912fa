"""`histogram`: records per interval of time, also of empty intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from logtui.query.syntax.pipes.keys import Bucket, columns_text, named
from logtui.query.syntax.pipes.offers import FIELD_NAMES, INTERVALS, Offer
from logtui.query.syntax.pipes.parts import fields_in, kind_of
from logtui.query.syntax.pipes.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lark import Token

    from logtui.query.syntax.pipes.keys import Field, Key
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True)
class Histogram(Pipe):
    """Records per interval of time, also of empty intervals; `width` as typed."""

    name: ClassVar = "histogram"
    usage: ClassVar = "histogram 5m by field"
    grammar: ClassVar = "histogram: HISTOGRAM DURATION [_BY names]"

    width: str
    by: tuple[Field, ...] = ()

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Histogram:
        """The interval as typed, and the fields."""
        width = next(str(part) for part in parts if kind_of(part) == "DURATION")
        return cls(width, fields_in(parts), span=span)

    def arguments(self) -> str:
        """The interval, then the fields that it is divided by."""
        return f"{self.width} by {columns_text(self.by)}" if self.by else self.width

    @classmethod
    def offers(cls, typed: Sequence[Token]) -> Sequence[Offer]:
        """An interval, then fields to divide it by."""
        previous = typed[-1].type if typed else ""
        if previous == "DURATION":
            return (Offer("operator", ("by",)),)
        if previous in ("_BY", "_COMMA"):
            return (FIELD_NAMES,)
        return () if previous else (INTERVALS,)

    @property
    def table(self) -> tuple[str, ...]:
        """The start of the interval, the fields, and how many records."""
        return ("time", *(field.column for field in self.by), "count")

    @property
    def names(self) -> Iterable[tuple[str, Span]]:
        """The fields that intervals are divided by."""
        return named(self.by)

    @property
    def reads(self) -> frozenset[str]:
        """The times."""
        return frozenset({"timestamp"})

    @property
    def counted_by(self) -> tuple[Key, ...]:
        """The interval and the fields."""
        return (Bucket(self.width), *self.by)
