"""text -> tree -> meaning -> Polars expression or row predicate.

`parse` parses a query into a filter, which is a frozen tree, and pipes. `meaning` resolves each leaf of the tree to a
comparison, from which `compile_filter` makes one boolean Polars expression over record frames. `Pipeline` turns the
pipes into stages that process frames, `spans` finds the places to highlight, and `canonical` writes the query back as
text. The language is described in `logtui help query`.

Names are imported when they are first used, because the compilers import Polars and the parser does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.query.clickhouse.approximation import Approximation
    from logtui.query.clickhouse.filter import approximate
    from logtui.query.clocks import dated, has_clocks, has_relative_times
    from logtui.query.completion import Completion, Known, complete
    from logtui.query.highlight import field_spans, spans
    from logtui.query.hints import Hint, hints_of, hints_of_names
    from logtui.query.locate import asks_for_words, located
    from logtui.query.meaning.scope import Scope
    from logtui.query.names import columns_named, fields_of, is_core_only
    from logtui.query.number_bounds import interval_of, numbers_located
    from logtui.query.outlines import ELSEWHERE, HEAD_AND_MESSAGE, MESSAGE_ONLY, Outlines, asks_for_texts, decide
    from logtui.query.pipes.pipeline import Pipeline, chooses_columns, makes_table
    from logtui.query.pipes.scope import PipeScope
    from logtui.query.pipes.weights import WEIGHT, CountKeys, count_keys, weight_of
    from logtui.query.plan import (
        Needle,
        Reads,
        TimeRange,
        clauses_of,
        computed_columns,
        moments_of,
        reads_of,
        time_range,
    )
    from logtui.query.polars.filter import compile_filter
    from logtui.query.polars.units import check_units, has_units
    from logtui.query.questions import at_line, containing, level_in, not_before, value_beginning, value_in, with_key
    from logtui.query.refine import conjoined, conjuncts, flipped, limited, pattern_clause, refined, value_clause
    from logtui.query.regexes import needle_regex
    from logtui.query.relax import counts_back_from_newest, relaxations
    from logtui.query.syntax.canonical import canonical
    from logtui.query.syntax.lenient import parse_leniently
    from logtui.query.syntax.notation import notation
    from logtui.query.syntax.parse import parse, parse_filter, without_comments
    from logtui.query.syntax.pipes import Pipe, Query
    from logtui.query.syntax.roles import ROLES, roles_of
    from logtui.query.syntax.tree import All, And, Node, conjunction
    from logtui.query.written_names import with_cores

__all__ = [
    "ELSEWHERE",
    "HEAD_AND_MESSAGE",
    "MESSAGE_ONLY",
    "ROLES",
    "WEIGHT",
    "All",
    "And",
    "Approximation",
    "Completion",
    "CountKeys",
    "Hint",
    "Known",
    "Needle",
    "Node",
    "Outlines",
    "Pipe",
    "PipeScope",
    "Pipeline",
    "Query",
    "Reads",
    "Scope",
    "TimeRange",
    "approximate",
    "asks_for_texts",
    "asks_for_words",
    "at_line",
    "canonical",
    "check_units",
    "chooses_columns",
    "clauses_of",
    "columns_named",
    "compile_filter",
    "complete",
    "computed_columns",
    "conjoined",
    "conjunction",
    "conjuncts",
    "containing",
    "count_keys",
    "counts_back_from_newest",
    "dated",
    "decide",
    "field_spans",
    "fields_of",
    "flipped",
    "has_clocks",
    "has_relative_times",
    "has_units",
    "hints_of",
    "hints_of_names",
    "interval_of",
    "is_core_only",
    "level_in",
    "limited",
    "located",
    "makes_table",
    "moments_of",
    "needle_regex",
    "not_before",
    "notation",
    "numbers_located",
    "parse",
    "parse_filter",
    "parse_leniently",
    "pattern_clause",
    "reads_of",
    "refined",
    "relaxations",
    "roles_of",
    "spans",
    "time_range",
    "value_beginning",
    "value_clause",
    "value_in",
    "weight_of",
    "with_cores",
    "with_key",
    "without_comments",
]

_MODULES: Final = {
    "completion": "Completion Known complete",
    "clickhouse.approximation": "Approximation",
    "clickhouse.filter": "approximate",
    "clocks": "dated has_clocks has_relative_times",
    "meaning.scope": "Scope",
    "polars.filter": "compile_filter",
    "polars.units": "check_units has_units",
    "highlight": "field_spans spans",
    "hints": "Hint hints_of hints_of_names",
    "written_names": "with_cores",
    "locate": "asks_for_words located",
    "number_bounds": "interval_of numbers_located",
    "names": "columns_named fields_of is_core_only",
    "outlines": "ELSEWHERE HEAD_AND_MESSAGE MESSAGE_ONLY Outlines asks_for_texts decide",
    "pipes.pipeline": "Pipeline chooses_columns makes_table",
    "pipes.scope": "PipeScope",
    "pipes.weights": "CountKeys WEIGHT count_keys weight_of",
    "plan": "Needle Reads TimeRange clauses_of computed_columns moments_of reads_of time_range",
    "questions": "at_line containing level_in not_before value_beginning value_in with_key",
    "regexes": "needle_regex",
    "refine": "conjoined conjuncts flipped limited pattern_clause refined value_clause",
    "relax": "counts_back_from_newest relaxations",
    "syntax.canonical": "canonical",
    "syntax.lenient": "parse_leniently",
    "syntax.notation": "notation",
    "syntax.parse": "parse parse_filter without_comments",
    "syntax.pipes": "Pipe Query",
    "syntax.roles": "ROLES roles_of",
    "syntax.tree": "All And Node conjunction",
}
_MODULE_OF: Final = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
