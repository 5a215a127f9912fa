"""text -> tree -> expression.

`parse` reads a query into a filter, a frozen tree, and its pipes. `compile_filter` turns the tree into one
boolean Polars expression over record frames, `Pipeline` the pipes into stages that frames go through, `spans`
finds what to highlight, `canonical` writes the query back. The language is described in `logtui help query`.
"""

from logtui.query.expressions.to_polars import compile_filter
from logtui.query.expressions.units import check_units
from logtui.query.highlight import spans
from logtui.query.names import columns_named, fields_of, is_core_only
from logtui.query.pipes.pipeline import Pipeline, makes_table
from logtui.query.pipes.scope import PipeScope
from logtui.query.syntax.canonical import canonical
from logtui.query.syntax.lenient import parse_leniently
from logtui.query.syntax.notation import notation
from logtui.query.syntax.parse import parse, parse_filter, without_comments
from logtui.query.syntax.pipes import Pipe, Query
from logtui.query.syntax.tree import Node, conjunction

__all__ = [
    "Node",
    "Pipe",
    "PipeScope",
    "Pipeline",
    "Query",
    "canonical",
    "check_units",
    "columns_named",
    "compile_filter",
    "conjunction",
    "fields_of",
    "is_core_only",
    "makes_table",
    "notation",
    "parse",
    "parse_filter",
    "parse_leniently",
    "spans",
    "without_comments",
]
