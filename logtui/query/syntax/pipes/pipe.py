"""The interface of pipes, through which all other code uses them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from logtui.query.syntax.pipes.keys import Spanned
from logtui.query.syntax.pipes.offers import FIELD_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from lark import Token

    from logtui.query.syntax.pipes.keys import Key
    from logtui.query.syntax.pipes.offers import Offer
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True)
class Pipe(Spanned, ABC):
    """One step behind the filter, a frozen value.

    Attributes:
        name: The word behind `|`.
        usage: An example of how it is written.
        grammar: Its rules in Lark's notation, the first of which has its name and begins with its name in capitals;
            rules that pipes share stand in `grammar.lark`.
    """

    name: ClassVar[str]
    usage: ClassVar[str]
    grammar: ClassVar[str]

    @classmethod
    @abstractmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Self:
        """Build the pipe from the parsed parts behind its name.

        Raises:
            LeafError: If a part cannot be what it looks like.
        """

    @abstractmethod
    def arguments(self) -> str:
        """The text behind the pipe's name in the canonical text; empty for none."""

    @classmethod
    def offers(cls, typed: Sequence[Token]) -> Sequence[Offer]:
        """Offers for the next token, the likeliest first.

        Args:
            typed: The whole tokens behind the name, without the word that is being typed.

        Returns:
            Names of fields, unless a field has just been named.
        """
        return () if names_a_field(typed) else (FIELD_NAMES,)

    @property
    def table(self) -> tuple[str, ...]:
        """The columns of the table that the pipe makes; empty if its output is records."""
        return ()

    @property
    def chooses_columns(self) -> bool:
        """Whether the pipe chooses the columns of its output."""
        return bool(self.table)

    @property
    def names(self) -> Iterable[tuple[str, Span]]:
        """The fields that the pipe names, in escaped form, with their spans."""
        return ()

    @property
    def reads(self) -> frozenset[str]:
        """Columns that the pipe reads besides those that it names."""
        return frozenset()

    @property
    def computes(self) -> frozenset[str]:
        """The fields that the pipe only computes with, in escaped form: numbers in place of their texts will do."""
        return frozenset()

    @property
    def most(self) -> int | None:
        """How many rows the pipe takes at most, None for all."""
        return None

    @property
    def counted_by(self) -> tuple[Key, ...] | None:
        """The keys by which the pipe counts records; None if it does anything else with them."""
        return None


def names_a_field(typed: Sequence[Token]) -> bool:
    """Whether the last token ends a field or a function of a field."""
    return bool(typed) and typed[-1].type in ("NAME", "_RPAR")
