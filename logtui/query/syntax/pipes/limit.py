"""`limit`: the first rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from logtui.query.syntax.pipes.parts import count_in
from logtui.query.syntax.pipes.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from logtui.query.syntax.pipes.offers import Offer
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True)
class Limit(Pipe):
    """The first rows."""

    name: ClassVar = "limit"
    usage: ClassVar = "limit 10"
    grammar: ClassVar = "limit: LIMIT NUMBER"

    count: int

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Limit:
        """No rows at all may be asked for, too."""
        return cls(count_in(parts, 0, least=0), span=span)

    def arguments(self) -> str:
        """How many."""
        return str(self.count)

    @classmethod
    def offers(cls, _typed: Sequence[Token]) -> Sequence[Offer]:
        """Nothing: a number is typed."""
        return ()

    @property
    def most(self) -> int:
        """As many as are let through."""
        return self.count
