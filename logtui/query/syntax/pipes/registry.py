"""The closed set of pipes: one row for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.query.syntax.pipes.dedup import Dedup
from logtui.query.syntax.pipes.fields import Fields
from logtui.query.syntax.pipes.histogram import Histogram
from logtui.query.syntax.pipes.limit import Limit
from logtui.query.syntax.pipes.parts import children_of, span_of
from logtui.query.syntax.pipes.patterns import Patterns
from logtui.query.syntax.pipes.sort import Sort
from logtui.query.syntax.pipes.stats import Stats
from logtui.query.syntax.pipes.top import Top

if TYPE_CHECKING:
    from lark import Token, Tree

    from logtui.query.syntax.pipes.pipe import Pipe

STAGES: Final[dict[type[Pipe], str]] = {
    Stats: "stats.StatsStage",
    Top: "top.TopStage",
    Histogram: "histogram.HistogramStage",
    Fields: "fields.FieldsStage",
    Sort: "sort.SortStage",
    Limit: "limit.LimitStage",
    Dedup: "dedup.DedupStage",
    Patterns: "patterns.PatternsStage",
}
"""Pipe -> its stage: a module of `logtui.query.pipes`, which is loaded when the pipe is used, and a class in it."""

PIPES: Final = {pipe.name: pipe for pipe in STAGES}
"""Name -> pipe, in the order in which they are offered."""

HEADS: Final = frozenset(name.upper() for name in PIPES)
"""The tokens that pipes begin with."""


def pipe_rules() -> str:
    """The grammar of all pipes, in Lark's notation."""
    rules = "\n".join(line.strip() for pipe in PIPES.values() for line in pipe.grammar.splitlines())
    return f"?pipe: {' | '.join(PIPES)}\n{rules}\n%declare {' '.join(sorted(HEADS))}\n"


def read_pipe(tree: Tree[Token]) -> Pipe:
    """Turn the parse tree of one pipe into its value.

    Args:
        tree: What the grammar made of it: the pipe's name and its parts.

    Returns:
        The pipe.

    Raises:
        LeafError: If a function is unknown, a name holds wildcards where one field is needed, or a count is 0.
    """
    _, *parts = children_of(tree)
    return PIPES[str(tree.data)].from_parts(parts, span_of(tree))
