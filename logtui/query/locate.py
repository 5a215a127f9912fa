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
from logtui.query.syntax.tree import And, Equals, EqualsLiteral, Exact, Node, Not, Or, Prefix, Text, TextGlob

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from logtui.query.syntax.tree import Leaf

_WILD: Final = "\0"
_END: Final = " "
_TEXTS: Final = frozenset({"message", "raw"})
ANYWHERE: Final = -1
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

    def of_leaf(leaf: Leaf) -> int:
        words = _words_of(leaf, columns, indexed)
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
    """Whether a word index can rule places out for a filter; if not, the index need not be read."""

    def nowhere(_words: Sequence[NeedleWord]) -> int:
        return 0

    return located(node, nowhere, columns, columns) != ANYWHERE


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
            return _in_field(field, value, _END, columns, indexed)
        case EqualsLiteral(field=field, value=value) | Exact(field=field, value=value) if as_number(value) is None:
            return _in_field(field, value, _END, columns, indexed)
        case Prefix(field=field, value=value) if as_number(value) is None:
            return _in_field(field, value, "", columns, indexed)
        case _:
            return []


def _in_field(field: str, value: str, end: str, columns: Sequence[str], indexed: Collection[str]) -> list[NeedleWord]:
    """The words of a value that a field begins with, and ends with if `end` is no letter; texts contain the value."""
    named = set(columns_named(field, columns))
    if not named or not named <= {*indexed, *_TEXTS}:
        return []
    return needle_words(value if named & _TEXTS else f"{_END}{value}{end}")
