"""`top`: the commonest values, or combinations of values, with their counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from logtui.query.syntax.pipes.keys import columns_text, named
from logtui.query.syntax.pipes.parts import count_in, fields_in
from logtui.query.syntax.pipes.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.query.syntax.pipes.keys import Field
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span

_COUNT: Final = 10


@dataclass(frozen=True, slots=True)
class Top(Pipe):
    """The commonest values, or combinations of values, with their counts."""

    name: ClassVar = "top"
    usage: ClassVar = "top 10 field"
    grammar: ClassVar = "top: TOP [NUMBER] names"

    count: int
    fields: tuple[Field, ...]

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Top:
        """Without a number the ten commonest."""
        return cls(count_in(parts, _COUNT), fields_in(parts), span=span)

    def arguments(self) -> str:
        """How many, and of which fields."""
        return f"{self.count} {columns_text(self.fields)}"

    @property
    def table(self) -> tuple[str, ...]:
        """The values, their count and their share."""
        return (*(field.column for field in self.fields), "count", "percent")

    @property
    def names(self) -> Iterable[tuple[str, Span]]:
        """The fields whose values are counted."""
        return named(self.fields)

    @property
    def counted_by(self) -> tuple[Field, ...]:
        """The fields."""
        return self.fields
