"""text -> tree -> expression.

`parse` reads a query into a frozen tree, `compile_filter` turns the tree into one boolean Polars expression
over record frames, `spans` finds what to highlight. The language is described in `logtui help query`.
"""

from logtui.query.highlight import spans
from logtui.query.names import columns_named, fields_of, is_core_only
from logtui.query.notation import notation
from logtui.query.parse import parse
from logtui.query.to_polars import compile_filter
from logtui.query.tree import Node, conjunction
from logtui.query.units import check_units

__all__ = [
    "Node",
    "check_units",
    "columns_named",
    "compile_filter",
    "conjunction",
    "fields_of",
    "is_core_only",
    "notation",
    "parse",
    "spans",
]
