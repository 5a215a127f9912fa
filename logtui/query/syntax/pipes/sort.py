"""`sort`: everything in the order of some columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from lark import Token, Tree

from logtui.query.syntax.pipes.keys import Spanned
from logtui.query.syntax.pipes.offers import FIELD_NAMES, Offer
from logtui.query.syntax.pipes.parts import column_name, span_of, tree_of
from logtui.query.syntax.pipes.pipe import Pipe, names_a_field
from logtui.query.syntax.spelling import column_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span


@dataclass(frozen=True, slots=True)
class SortKey(Spanned):
    """A column to sort by; `name` is plain for columns such as `avg(took)`, escaped as all field names."""

    name: str
    descending: bool = False

    def text(self) -> str:
        """How it is written."""
        return f"{'-' if self.descending else ''}{column_text(self.name)}"


@dataclass(frozen=True, slots=True)
class Sort(Pipe):
    """Everything in the order of some columns."""

    name: ClassVar = "sort"
    usage: ClassVar = "sort -field, field"
    grammar: ClassVar = """
        sort: SORT _BY? sort_key (_COMMA sort_key)*
        sort_key: DESCENDING? column ORDER?
    """

    keys: tuple[SortKey, ...]

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Sort:
        """A key descends by a `-` in front of it or by `desc` behind it."""
        return cls(tuple(_sort_key(tree_of(part)) for part in parts), span=span)

    def arguments(self) -> str:
        """The keys, the weightiest first."""
        return ", ".join(key.text() for key in self.keys)

    @classmethod
    def offers(cls, typed: Sequence[Token]) -> Sequence[Offer]:
        """Fields, and behind a field the way down."""
        return (Offer("operator", ("desc",)),) if names_a_field(typed) else (FIELD_NAMES,)

    @property
    def names(self) -> Iterator[tuple[str, Span]]:
        """The columns to sort by."""
        return ((key.name, key.span) for key in self.keys)


def _sort_key(tree: Tree[Token]) -> SortKey:
    signs = {str(child).lower() for child in tree.children if isinstance(child, Token)}
    column = next(child for child in tree.children if isinstance(child, Tree))
    return SortKey(column_name(column), bool(signs & {"-", "desc"}), span=span_of(tree))
