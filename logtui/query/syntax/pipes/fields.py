"""`fields`: only some columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from logtui.query.syntax.pipes.keys import columns_text, named
from logtui.query.syntax.pipes.parts import fields_in
from logtui.query.syntax.pipes.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.query.syntax.pipes.keys import Field
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True)
class Fields(Pipe):
    """Only these columns, in this order."""

    name: ClassVar = "fields"
    usage: ClassVar = "fields name, name"
    grammar: ClassVar = "fields: FIELDS names"

    fields: tuple[Field, ...]

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Fields:
        """The names; they may hold wildcards."""
        return cls(fields_in(parts), span=span)

    def arguments(self) -> str:
        """The names."""
        return columns_text(self.fields)

    @property
    def chooses_columns(self) -> bool:
        """It does nothing else."""
        return True

    @property
    def names(self) -> Iterable[tuple[str, Span]]:
        """The columns to keep."""
        return named(self.fields)
