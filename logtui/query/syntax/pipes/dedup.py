"""`dedup`: the first row of each combination of values."""

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
class Dedup(Pipe):
    """The first row of each combination of values; of each message if no field is named."""

    name: ClassVar = "dedup"
    usage: ClassVar = "dedup field"
    grammar: ClassVar = "dedup: DEDUP [names]"

    fields: tuple[Field, ...] = ()

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Dedup:
        """The fields, if there are any."""
        return cls(fields_in(parts), span=span)

    def arguments(self) -> str:
        """The fields."""
        return columns_text(self.fields)

    @property
    def names(self) -> Iterable[tuple[str, Span]]:
        """The fields whose values are compared."""
        return named(self.fields)

    @property
    def reads(self) -> frozenset[str]:
        """The messages, where no field is named."""
        return frozenset() if self.fields else frozenset({"message"})
