"""Where matches of a filter may be, as far as the words with a digit in them tell that it asks for."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from logtui.model.needle_words import NeedleWord, needle_words
from logtui.query.names import columns_named
from logtui.query.syntax.escapes import pieces
from logtui.query.syntax.quantities import as_address, as_number
from logtui.query.syntax.tree import And, Equals, EqualsLiteral, Exact, Node, Not, Or, Prefix, Text, TextGlob

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from logtui.query.syntax.tree import Leaf

_WILD: Final = "\0"
_TEXTS: Final = frozenset({"message", "raw"})
ANYWHERE: Final = -1
"""The mask of all places."""


def located(
    node: Node, find: Callable[[Sequence[NeedleWord]], int], columns: Sequence[str], told: Collection[str]
) -> int:
    """The mask of the places that may hold records which match.

    Args:
        node: The tree.
        find: The mask of the places that may hold all of some words.
        columns: The columns of the records.
        told: Columns, besides the message and the raw text, whose words `find` knows.

    Returns:
        The mask; -1 for all places.
    """

    def of_leaf(leaf: Leaf) -> int:
        words = _words_of(leaf, columns, told)
        return find(words) if words else ANYWHERE

    return places(node, of_leaf)


def places(node: Node, of_leaf: Callable[[Leaf], int]) -> int:
    """The mask of the places that may hold records which match.

    Args:
        node: The tree.
        of_leaf: The mask of the places that may hold records which match a leaf.

    Returns:
        The mask; -1 for all places.
    """
    match node:
        case And(children):
            return reduce(and_, (places(child, of_leaf) for child in children), ANYWHERE)
        case Or(children):
            return reduce(or_, (places(child, of_leaf) for child in children), 0)
        case Not():
            return ANYWHERE
        case _:
            return of_leaf(node)


def asks_for_words(node: Node, columns: Sequence[str]) -> bool:
    """Whether words with a digit in them may tell where matches are."""

    def none(_words: Sequence[NeedleWord]) -> int:
        return 0

    return located(node, none, columns, columns) != ANYWHERE


def _words_of(leaf: Leaf, columns: Sequence[str], told: Collection[str]) -> list[NeedleWord]:
    """Words that a matching record has in a text or in a column that is told of."""
    match leaf:
        case Text(needle):
            return needle_words(needle)
        case TextGlob(pattern):
            literal = "".join(_WILD if is_wild else letter for letter, is_wild in pieces(pattern))
            return needle_words(literal, _WILD)
        case Equals(field=field, value=value) if as_number(value) is None and as_address(value) is None:
            return _in_field(field, value, columns, told)
        case (
            EqualsLiteral(field=field, value=value) | Exact(field=field, value=value) | Prefix(field=field, value=value)
        ) if as_number(value) is None:
            return _in_field(field, value, columns, told)
        case _:
            return []


def _in_field(field: str, value: str, columns: Sequence[str], told: Collection[str]) -> list[NeedleWord]:
    named = columns_named(field, columns)
    is_told = bool(named) and all(name in told or name in _TEXTS for name in named)
    return needle_words(value) if is_told else []
