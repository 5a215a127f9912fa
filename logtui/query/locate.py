"""Where matches of a filter may be, as far as the words with a digit in them tell that it asks for."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final

from logtui.model.needle_words import NeedleWord, needle_words
from logtui.query.names import columns_named
from logtui.query.syntax.escapes import pieces
from logtui.query.syntax.quantities import as_address, as_number
from logtui.query.syntax.tree import And, Equals, EqualsLiteral, Exact, Node, Or, Prefix, Text, TextGlob

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from logtui.query.syntax.tree import Leaf

_WILD: Final = "\0"
_TEXTS: Final = frozenset({"message", "raw"})
_ANYWHERE: Final = -1


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
    match node:
        case And(children):
            return reduce(and_, (located(child, find, columns, told) for child in children), _ANYWHERE)
        case Or(children):
            return reduce(or_, (located(child, find, columns, told) for child in children), 0)
        case Text() | TextGlob() | Equals() | EqualsLiteral() | Exact() | Prefix():
            words = _words_of(node, columns, told)
            return find(words) if words else _ANYWHERE
        case _:
            return _ANYWHERE


def asks_for_words(node: Node, columns: Sequence[str]) -> bool:
    """Whether words with a digit in them may tell where matches are."""

    def none(_words: Sequence[NeedleWord]) -> int:
        return 0

    return located(node, none, columns, columns) != _ANYWHERE


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
