"""The tree of a query: frozen nodes that know their place in the text and no backend.

Field names and glob patterns are kept in *escaped* form: a backslash before `*`, `?` or a backslash makes it
literal. `words.py` writes and reads that form.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

if TYPE_CHECKING:
    from logtui.query.meaning.columns import ColumnClass
    from logtui.query.meaning.comparison import Comparison

Span: TypeAlias = tuple[int, int]
"""Character offsets in the query text, half-open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spanned:
    span: Span = field(default=(0, 0), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class All(_Spanned):
    """Every record."""


@dataclass(frozen=True, slots=True)
class Text(_Spanned):
    """Records whose text contains the needle, in any case."""

    needle: str


@dataclass(frozen=True, slots=True)
class TextGlob(_Spanned):
    """Records whose text contains a match of the escaped glob pattern, in any case."""

    pattern: str


@dataclass(frozen=True, slots=True)
class TextRegex(_Spanned):
    """Records whose text contains a match of the regular expression."""

    pattern: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Equals(_Spanned):
    """`field:word`: the whole value, in any case; numbers and addresses also by their meaning."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class EqualsLiteral(_Spanned):
    """`field:"phrase"`: the whole value, in any case, letter by letter."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Exact(_Spanned):
    """`field:=value`: the whole value, case-sensitive."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Prefix(_Spanned):
    """`field:"phrase"*`: values that start with the phrase, in any case."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Glob(_Spanned):
    """`field:w*rd`: whole values that match the escaped glob pattern, in any case."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Regex(_Spanned):
    """`field:/re/flags`: values that contain a match."""

    field: str
    pattern: str
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Compare(_Spanned):
    """`field:>=value`; a quoted value is compared as text."""

    field: str
    op: str
    value: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Range(_Spanned):
    """`field:[low TO high}`; None is an open end, quoted bounds are compared as text."""

    field: str
    low: str | None
    high: str | None
    low_inclusive: bool = True
    high_inclusive: bool = True
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class FieldOperator(_Spanned, ABC):
    """A field and a value that has a file of its own in `logtui.query.operators`: how it is read, written and meant."""

    name: ClassVar[str]
    """What the notation calls it."""

    field: str

    @classmethod
    @abstractmethod
    def from_word(cls, word: str, field: str, span: Span) -> Self | None:
        """The leaf of a word behind a field name.

        Args:
            word: The plain word.
            field: The field's name in escaped form.
            span: The place of name and word.

        Returns:
            The leaf; None if the word is nothing of the kind.

        Raises:
            LeafError: If the word looks like one and is none.
        """

    @abstractmethod
    def value_text(self) -> str:
        """Write what stands behind the colon."""

    @abstractmethod
    def meaning(self, column: ColumnClass) -> Comparison:
        """Resolve the leaf for the columns of a class.

        Raises:
            LeafError: If such columns cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class Exists(_Spanned):
    """`field:*`: records that have the field; the empty string counts."""

    field: str


@dataclass(frozen=True, slots=True)
class And(_Spanned):
    """Records that match every child; two or more, none of them an `And`."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(_Spanned):
    """Records that match any child; two or more, none of them an `Or`."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(_Spanned):
    """The records that the child does not match, those without its fields included."""

    child: Node


TextLeaf: TypeAlias = Text | TextGlob | TextRegex
FieldLeaf: TypeAlias = Equals | EqualsLiteral | Exact | Prefix | Glob | Regex | Compare | Range | Exists | FieldOperator
Leaf: TypeAlias = All | TextLeaf | FieldLeaf
Node: TypeAlias = Leaf | And | Or | Not


def conjunction(children: list[Node], span: Span = (0, 0)) -> Node:
    """The flat `And` of some nodes.

    Args:
        children: At least one node; children that are `And` are taken apart.
        span: The place of the whole.

    Returns:
        The only child itself, or an `And`.
    """
    flat = [part for child in children for part in (child.children if isinstance(child, And) else (child,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat), span=span)


def disjunction(children: list[Node], span: Span = (0, 0)) -> Node:
    """The flat `Or` of some nodes.

    Args:
        children: At least one node; children that are `Or` are taken apart.
        span: The place of the whole.

    Returns:
        The only child itself, or an `Or`.
    """
    flat = [part for child in children for part in (child.children if isinstance(child, Or) else (child,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat), span=span)


def negation(child: Node, span: Span = (0, 0)) -> Node:
    """The complement of a node.

    Args:
        child: Any node; a `Not` is taken off instead of doubled.
        span: The place of the whole.

    Returns:
        The negated node.
    """
    return child.child if isinstance(child, Not) else Not(child, span=span)


def leaves_of(node: Node) -> list[Leaf]:
    """The leaves of a tree, from left to right."""
    if isinstance(node, And | Or):
        return [leaf for child in node.children for leaf in leaves_of(child)]
    return leaves_of(node.child) if isinstance(node, Not) else [node]
