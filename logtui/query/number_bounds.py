"""Where matches of a filter may be, as far as the smallest and the largest numbers of fields tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.model.names import FIELD_PREFIX
from logtui.query.expressions.match_twin import numbers_asked
from logtui.query.expressions.scope import OPERATORS
from logtui.query.locate import ANYWHERE, places
from logtui.query.names import AmbiguousNameError, columns_named
from logtui.query.syntax.escapes import has_wildcards
from logtui.query.syntax.tree import FieldLeaf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.model.twins import Twin
    from logtui.query.expressions.match_twin import Asked
    from logtui.query.syntax.tree import Leaf, Node


def numbers_located(node: Node, columns: Sequence[str], twins: Mapping[str, Twin]) -> int:
    """The mask of the row groups that may hold records which match.

    Args:
        node: The tree.
        columns: The columns of the records.
        twins: What is known of the numbers of field columns.

    Returns:
        The mask; -1 for all row groups.
    """

    def of_leaf(leaf: Leaf) -> int:
        return _of_field(leaf, columns, twins) if isinstance(leaf, FieldLeaf) else ANYWHERE

    return places(node, of_leaf) if twins else ANYWHERE


def _of_field(leaf: FieldLeaf, columns: Sequence[str], twins: Mapping[str, Twin]) -> int:
    column = _column_or_none(leaf.field, columns)
    twin = None if column is None else twins.get(column)
    if column is None or twin is None:
        return ANYWHERE
    asked = numbers_asked(leaf, column.removeprefix(FIELD_PREFIX), is_whole=twin.is_whole)
    if asked is None:
        return ANYWHERE
    # Of large numbers that are equal as floats, the exact ones may still differ.
    is_exact = twin.is_whole or asked[0] is not None
    return sum(
        1 << group
        for group, extent in enumerate(twin.groups)
        if extent is not None and _meets(extent, asked, is_exact=is_exact)
    )


def _column_or_none(name: str, columns: Sequence[str]) -> str | None:
    try:
        named = [] if has_wildcards(name) else columns_named(name, columns)
    except AmbiguousNameError:
        return None
    return named[0] if named else None


def _meets(extent: tuple[float, float], asked: Asked, *, is_exact: bool) -> bool:
    """Whether some number from the first to the last may keep all bounds."""
    unit, bounds = asked
    low, high = extent if unit is None else (extent[0] * unit, extent[1] * unit)
    return all(
        OPERATORS[op if is_exact else op[0] + "="](high if op[0] == ">" else low, float(bound)) for op, bound in bounds
    )
