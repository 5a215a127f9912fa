"""How many columns a filter compares: names with wildcards may stand for any number, and each costs time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.query.names import columns_named
from logtui.query.syntax.escapes import has_wildcards
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import FieldLeaf, leaves_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query.syntax.tree import Node

MOST_COMPARISONS: Final = 1_024
"""As many take 0.4 s to compile, and for globs 0.8 s more each time that they begin."""


def check_breadth(node: Node, columns: Sequence[str]) -> None:
    """Refuse a filter whose names with wildcards stand for too many columns.

    Args:
        node: The filter's tree.
        columns: The columns of the records.

    Raises:
        LeafError: At the first leaf that is too much.
    """
    named: dict[str, int] = {}
    left = MOST_COMPARISONS
    for leaf in leaves_of(node):
        if isinstance(leaf, FieldLeaf) and has_wildcards(leaf.field):
            if leaf.field not in named:
                named[leaf.field] = len(columns_named(leaf.field, columns))
            left -= named[leaf.field]
            if left < 0:
                raise LeafError(
                    f"names with wildcards stand for more than {MOST_COMPARISONS:,} columns in all",
                    leaf.span,
                    "name the fields, or write alternatives as one regex, such as *:/a|b/",
                )
