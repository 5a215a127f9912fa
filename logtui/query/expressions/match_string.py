"""Field leaves over String columns -> expressions: whole values in any case, numbers by their meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query import regexes
from logtui.query.expressions import addresses, cells
from logtui.query.syntax.quantities import as_address, is_canonical_number, is_unusual_number
from logtui.query.syntax.tree import (
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Range,
    Regex,
)

if TYPE_CHECKING:
    import polars as pl

    from logtui.query.expressions.scope import Scope


def match_string(leaf: FieldLeaf, cell: pl.Expr, name: str, scope: Scope) -> pl.Expr:
    """The expression of a field leaf over text.

    Args:
        leaf: The leaf.
        cell: String.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
        scope: The surroundings.

    Returns:
        Boolean, null where the cell is or where a value cannot be read as the comparison needs it.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    match leaf:
        case Equals(value=value):
            return _equals(cell, value)
        case EqualsLiteral(value=value):
            return whole(cell, value)
        case Exact(value=value):
            return cell == value
        case Compare() | Range():
            return cells.compared(leaf, cell, name, scope)
        case Cidr(network=network):
            return addresses.in_network(cell, network)
        case Exists():
            return cell.is_not_null()
        case Prefix() | Glob() | Regex():
            return cell.str.contains(pattern_of(leaf))


def pattern_of(leaf: Prefix | Glob | Regex) -> str:
    """The expression that finds the values of a leaf that is a pattern."""
    match leaf:
        case Prefix(value=value):
            return f"(?i)^{regexes.escaped(value)}"
        case Glob(pattern=pattern):
            return regexes.glob_regex(pattern)
        case Regex(pattern=pattern, flags=flags):
            return regexes.flagged_regex(pattern, flags)


def whole(cell: pl.Expr, value: str) -> pl.Expr:
    """Whether a cell is a value, in any case."""
    return cell == value if regexes.is_caseless(value) else cell.str.contains(regexes.whole_regex(value))


def _equals(cell: pl.Expr, value: str) -> pl.Expr:
    if is_canonical_number(value):
        return cell.str.contains(regexes.number_regex(value))
    if is_unusual_number(value):
        return whole(cell, value) | cells.same_number(cell, value)
    address = as_address(value)
    if address is None:
        return whole(cell, value)
    same = addresses.in_network(cell, f"{address}/{address.max_prefixlen}")
    return same if address.version == 4 else whole(cell, value) | same
