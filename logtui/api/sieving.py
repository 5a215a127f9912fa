"""Derives from a filter the sieve by which the reader leaves out records that cannot match."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.formats.rows import RowSieve
from logtui.query.rows import level_test, needles_of

if TYPE_CHECKING:
    from logtui.query.syntax.tree import Node


def sieve_of(node: Node) -> RowSieve | None:
    """Derive the sieve of a filter.

    Args:
        node: The tree.

    Returns:
        What every matching record meets; None if nothing can be told by its first line.
    """
    level, needles = level_test(node), needles_of(node)
    return RowSieve(level, needles) if level or needles else None
