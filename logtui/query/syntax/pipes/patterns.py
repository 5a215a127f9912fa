"""`patterns`: the commonest messages, their variable parts masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from logtui.query.syntax.pipes.parts import count_in
from logtui.query.syntax.pipes.pipe import Pipe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lark import Token

    from logtui.query.syntax.pipes.offers import Offer
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span

_COUNT: Final = 50


@dataclass(frozen=True, slots=True)
class Patterns(Pipe):
    """The commonest messages, their variable parts masked."""

    name: ClassVar = "patterns"
    usage: ClassVar = "patterns 20"
    grammar: ClassVar = "patterns: PATTERNS [NUMBER]"

    count: int = _COUNT

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Patterns:
        """Without a number the fifty commonest."""
        return cls(count_in(parts, _COUNT), span=span)

    def arguments(self) -> str:
        """How many."""
        return str(self.count)

    @classmethod
    def offers(cls, _typed: Sequence[Token]) -> Sequence[Offer]:
        """Nothing: a number is typed."""
        return ()

    @property
    def table(self) -> tuple[str, ...]:
        """How many messages, their share, what they have in common, and one of them."""
        return ("count", "percent", "pattern", "example")

    @property
    def reads(self) -> frozenset[str]:
        """The messages."""
        return frozenset({"message"})
