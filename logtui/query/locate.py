"""Narrows a filter to the places, such as row groups, that may hold matches, by looking up its words with a digit.

Words with a digit, such as ids, are rare, so an index of them rules out most places. A set of places is a bit mask.
"""

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
"""All bits set, however many places there are."""


def located(
    node: Node, find: Callable[[Sequence[NeedleWord]], int], columns: Sequence[str], indexed: Collection[str]
) -> int:
    """Find the places that may hold matching records.

    Args:
        node: The filter's tree.
        find: Looks words up in the index and returns the mask of the places that may hold all of them.
        columns: The columns of the records.
        indexed: Columns whose words `find` knows, besides the message and the raw text.

    Returns:
        The mask, a bit for each place; -1 for all places.
    """
    match node:
        case And(children):
            return reduce(and_, (located(child, find, columns, indexed) for child in children), _ANYWHERE)
        case Or(children):
            return reduce(or_, (located(child, find, columns, indexed) for child in children), 0)
        case Text() | TextGlob() | Equals() | EqualsLiteral() | Exact() | Prefix():
            words = _words_of(node, columns, indexed)
            return find(words) if words else _ANYWHERE
        case _:
            return _ANYWHERE


def asks_for_words(node: Node, columns: Sequence[str]) -> bool:
    """Whether a word index can rule places out for a filter; if not, the index need not be read."""

    def nowhere(_words: Sequence[NeedleWord]) -> int:
        return 0

    return located(node, nowhere, columns, columns) != _ANYWHERE


def _words_of(leaf: Leaf, columns: Sequence[str], indexed: Collection[str]) -> list[NeedleWord]:
    """Words that every record matching a leaf has; none if the leaf looks in a column that is not indexed.

    Values that are numbers or addresses are left out: another spelling of the same number also matches.
    """
    match leaf:
        case Text(needle):
            return needle_words(needle)
        case TextGlob(pattern):
            literal = "".join(_WILD if is_wild else letter for letter, is_wild in pieces(pattern))
            return needle_words(literal, _WILD)
        case Equals(field=field, value=value) if as_number(value) is None and as_address(value) is None:
            return _in_field(field, value, columns, indexed)
        case (
            EqualsLiteral(field=field, value=value) | Exact(field=field, value=value) | Prefix(field=field, value=value)
        ) if as_number(value) is None:
            return _in_field(field, value, columns, indexed)
        case _:
            return []


def _in_field(field: str, value: str, columns: Sequence[str], indexed: Collection[str]) -> list[NeedleWord]:
    named = columns_named(field, columns)
    is_indexed = bool(named) and all(name in indexed or name in _TEXTS for name in named)
    return needle_words(value) if is_indexed else []
