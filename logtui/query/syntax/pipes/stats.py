"""`stats`: aggregates of all records, or of each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from lark import Token, Tree

from logtui.model.names import CORE_ALIASES
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.pipes.aggregate import FUNCTIONS, WITHOUT_FIELD, Aggregate, checked
from logtui.query.syntax.pipes.keys import Bucket, Field
from logtui.query.syntax.pipes.offers import FIELD_NAMES, INTERVALS, Offer
from logtui.query.syntax.pipes.parts import (
    argument_of,
    children_of,
    kind_of,
    plain_name,
    single_name,
    span_of,
    token_of,
    tree_of,
)
from logtui.query.syntax.pipes.pipe import Pipe
from logtui.query.syntax.spelling import name_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.query.syntax.pipes.keys import Key
    from logtui.query.syntax.pipes.parts import Parsed
    from logtui.query.syntax.tree import Span

_PERCENTILES: Final = ("p50", "p90", "p95", "p99")
_CALLS: Final = tuple(f"{name}()" if name in WITHOUT_FIELD else f"{name}(" for name in (*FUNCTIONS, *_PERCENTILES))


@dataclass(frozen=True, slots=True)
class Stats(Pipe):
    """Aggregates of all records, or of each group."""

    name: ClassVar = "stats"
    usage: ClassVar = "stats count(), avg(field) by field, bucket(5m)"
    grammar: ClassVar = """
        stats: STATS aggregate (_COMMA aggregate)* [_BY key (_COMMA key)*]
        aggregate: NAME arguments? [_AS NAME]
        key: NAME | NAME _LPAR [NAME _COMMA] DURATION _RPAR
    """

    aggregates: tuple[Aggregate, ...]
    by: tuple[Key, ...] = ()

    @classmethod
    def from_parts(cls, parts: Sequence[Parsed], span: Span) -> Stats:
        """Two columns of one name are an error."""
        aggregates = tuple(_aggregate(tree_of(part)) for part in parts if kind_of(part) == "aggregate")
        keys = tuple(_key(tree_of(part)) for part in parts if kind_of(part) == "key")
        columns = [one.column for one in (*keys, *aggregates)]
        if len(set(columns)) < len(columns):
            raise LeafError("two columns have the same name", span, "name one of them: avg(took) as mean")
        return cls(aggregates, keys, span=span)

    def arguments(self) -> str:
        """The aggregates, then what they are grouped by."""
        aggregates = ", ".join(one.text() for one in self.aggregates)
        keys = ", ".join(f"bucket({key.width})" if isinstance(key, Bucket) else name_text(key.name) for key in self.by)
        return f"{aggregates} by {keys}" if keys else aggregates

    @classmethod
    def offers(cls, typed: Sequence[Token]) -> Sequence[Offer]:
        """Functions, inside them their fields, then what to group by."""
        previous = typed[-1].type if typed else ""
        if previous == "_LPAR":
            return (INTERVALS,) if str(typed[-2]).lower() == "bucket" else (Offer("field", ending=")"),)
        if any(token.type == "_BY" for token in typed):
            keys = (FIELD_NAMES, Offer("function", ("bucket(5m)",)))
            return keys if previous in ("_BY", "_COMMA") else ()
        if previous in ("", "_COMMA"):
            return (Offer("function", _CALLS),)
        return (Offer("operator", ("by", "as")),) if previous == "_RPAR" else ()

    @property
    def table(self) -> tuple[str, ...]:
        """The keys of the groups, then the results."""
        return tuple(one.column for one in (*self.by, *self.aggregates))

    @property
    def names(self) -> Iterator[tuple[str, Span]]:
        """The fields of the aggregates and of the keys."""
        yield from ((one.field, one.span) for one in self.aggregates if one.field is not None)
        yield from ((key.name, key.span) for key in self.by if isinstance(key, Field))

    @property
    def reads(self) -> frozenset[str]:
        """The times, if there are intervals, or rates, which are divided by the time between records."""
        is_timed = any(isinstance(key, Bucket) for key in self.by) or any(
            one.function == "rate" for one in self.aggregates
        )
        return frozenset({"timestamp"} if is_timed else ())

    @property
    def computes(self) -> frozenset[str]:
        """The fields of sums, means, extremes and percentiles, unless the pipe counts or groups by their texts, too."""
        counted = {one.field for one in self.aggregates if one.function in ("count", "count_distinct")}
        grouped = {key.name for key in self.by if isinstance(key, Field)}
        return frozenset({one.field for one in self.aggregates if one.field is not None} - counted - grouped)

    @property
    def counted_by(self) -> tuple[Key, ...] | None:
        """The keys, if records are counted and nothing else."""
        only_counts = all(one.function == "count" and one.field is None for one in self.aggregates)
        return self.by if only_counts else None


def _aggregate(tree: Tree[Token]) -> Aggregate:
    function, *others = children_of(tree)
    arguments = [child for child in others if isinstance(child, Tree)]
    alias = next((plain_name(child) for child in others if isinstance(child, Token)), None)
    argument = argument_of(arguments[0]) if arguments else None
    return checked(Aggregate(str(function).lower(), argument, alias, span=span_of(tree)))


def _key(tree: Tree[Token]) -> Key:
    name, *arguments = children_of(tree)
    if not arguments:
        return Field(single_name(token_of(name)), span=span_of(tree))
    if str(name).lower() != "bucket":
        raise LeafError(f"unknown grouping {str(name)!r}", span_of(tree), "an interval is written bucket(5m)")
    *times, width = arguments
    if any(CORE_ALIASES.get(str(time), str(time)) != "timestamp" for time in times):
        raise LeafError("intervals are those of the record's time", span_of(tree), "write bucket(5m)")
    return Bucket(str(width), span=span_of(tree))
