"""The builder of pipes: Lark's parse tree of one pipe -> its value."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from lark import Token, Tree

from logtui.model.names import CORE_ALIASES
from logtui.query.syntax import scan
from logtui.query.syntax.escapes import escape, has_wildcards, unescape
from logtui.query.syntax.leaves import LeafError
from logtui.query.syntax.pipes import (
    FUNCTIONS,
    PATTERNS_COUNT,
    TOP_COUNT,
    WITHOUT_FIELD,
    Aggregate,
    Bucket,
    Dedup,
    Field,
    Fields,
    Histogram,
    Limit,
    Patterns,
    Pipe,
    Sort,
    SortKey,
    Stats,
    Top,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.query.syntax.tree import Span

_Parsed: TypeAlias = Tree[Token] | Token
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d+)?)")
_LARGEST: Final = 10**9


def percentile_of(function: str) -> float | None:
    """The share that `p95` or `p99.9` means, 0.95 or 0.999; None for other functions."""
    match = _PERCENTILE.fullmatch(function)
    return float(match[1]) / 100 if match else None


def build_pipe(tree: Tree[Token]) -> Pipe:
    """Turn the parse tree of one pipe into its value.

    Args:
        tree: What the grammar made of it: the pipe's name and its parts.

    Returns:
        The pipe.

    Raises:
        LeafError: If a function is unknown, a name holds wildcards where one field is needed, or a count is 0.
    """
    head, *parts = _children(tree)
    return _BUILDERS[_token(head).type](parts, _span(tree))


def _children(tree: Tree[Token]) -> list[_Parsed]:
    """The parts that are there: Lark leaves None where an optional one is missing."""
    return [part for part in cast("list[_Parsed | None]", tree.children) if part is not None]


def _span(parsed: _Parsed) -> Span:
    tokens = [parsed] if isinstance(parsed, Token) else list(parsed.scan_values(lambda value: isinstance(value, Token)))
    return min(token.start_pos or 0 for token in tokens), max(token.end_pos or 0 for token in tokens)


def _stats(parts: list[_Parsed], span: Span) -> Stats:
    aggregates = tuple(_aggregate(part) for part in parts if _kind(part) == "aggregate")
    keys = tuple(_key(part) for part in parts if _kind(part) == "key")
    columns = [one.column for one in (*keys, *aggregates)]
    if len(set(columns)) < len(columns):
        raise LeafError("two columns have the same name", span, "name one of them: avg(took) as mean")
    return Stats(aggregates, keys, span=span)


def _kind(part: _Parsed) -> str:
    return str(part.data) if isinstance(part, Tree) else str(part.type)


def _aggregate(part: _Parsed) -> Aggregate:
    tree = _tree(part)
    function, *others = _children(tree)
    arguments = [child for child in others if isinstance(child, Tree)]
    alias = next((_plain(child) for child in others if isinstance(child, Token)), None)
    argument = _argument(arguments[0]) if arguments else None
    return _checked(Aggregate(str(function).lower(), argument, alias, span=_span(tree)))


def _argument(arguments: Tree[Token]) -> str | None:
    return next((_single(child) for child in arguments.children if isinstance(child, Token)), None)


def _checked(aggregate: Aggregate) -> Aggregate:
    name, span = aggregate.function, aggregate.span
    if name not in FUNCTIONS and percentile_of(name) is None:
        known = f"functions are {', '.join(FUNCTIONS)}, p50, p99"
        close = difflib.get_close_matches(name, FUNCTIONS, n=1)
        raise LeafError(f"unknown function {name!r}", span, f"did you mean {close[0]}? {known}" if close else known)
    if aggregate.field is None and name not in WITHOUT_FIELD:
        raise LeafError(f"{name} needs a field", span, f"write it like {name}(duration_ms)")
    if aggregate.field is not None and name == "rate":
        raise LeafError("rate counts records and takes no field", span, "write rate()")
    return aggregate


def _key(part: _Parsed) -> Field | Bucket:
    name, *arguments = _children(_tree(part))
    if not arguments:
        return Field(_single(_token(name)), span=_span(part))
    if str(name).lower() != "bucket":
        raise LeafError(f"unknown grouping {str(name)!r}", _span(part), "an interval is written bucket(5m)")
    *times, width = arguments
    if any(CORE_ALIASES.get(str(time), str(time)) != "timestamp" for time in times):
        raise LeafError("intervals are those of the record's time", _span(part), "write bucket(5m)")
    return Bucket(str(width), span=_span(part))


def _top(parts: list[_Parsed], span: Span) -> Top:
    return Top(_count(parts, TOP_COUNT), _names(parts), span=span)


def _histogram(parts: list[_Parsed], span: Span) -> Histogram:
    width = next(str(part) for part in parts if _kind(part) == "DURATION")
    return Histogram(width, _names(parts), span=span)


def _fields(parts: list[_Parsed], span: Span) -> Fields:
    return Fields(_names(parts), span=span)


def _sort(parts: list[_Parsed], span: Span) -> Sort:
    return Sort(tuple(_sort_key(_tree(part)) for part in parts), span=span)


def _sort_key(tree: Tree[Token]) -> SortKey:
    signs = {str(child).lower() for child in tree.children if isinstance(child, Token)}
    column = next(child for child in tree.children if isinstance(child, Tree))
    return SortKey(_column(column), bool(signs & {"-", "desc"}), span=_span(tree))


def _limit(parts: list[_Parsed], span: Span) -> Limit:
    return Limit(_count(parts, 0, least=0), span=span)


def _dedup(parts: list[_Parsed], span: Span) -> Dedup:
    return Dedup(_names(parts), span=span)


def _patterns(parts: list[_Parsed], span: Span) -> Patterns:
    return Patterns(_count(parts, PATTERNS_COUNT), span=span)


def _count(parts: list[_Parsed], default: int, least: int = 1) -> int:
    token = next((part for part in parts if _kind(part) == "NUMBER"), None)
    if token is None:
        return default
    number = int(str(token)[:12])
    if not least <= number <= _LARGEST:
        raise LeafError(f"expected a count from {least} to {_LARGEST}, got {token}", _span(token))
    return number


def _names(parts: list[_Parsed]) -> tuple[Field, ...]:
    columns = [column for part in parts if _kind(part) == "names" for column in _tree(part).children]
    return tuple(Field(_column(_tree(column)), span=_span(column)) for column in columns)


def _column(tree: Tree[Token]) -> str:
    """The escaped name of a column: a field, or a function of `stats` such as `avg(took)`."""
    name, *arguments = tree.children
    if not arguments:
        return scan.field_pattern(str(name))
    return escape(Aggregate(str(name).lower(), _argument(_tree(arguments[0]))).column)


def _single(token: Token) -> str:
    """The escaped name of exactly one field."""
    name = scan.field_pattern(str(token))
    if has_wildcards(name):
        raise LeafError(f"one field is needed, got {str(token)!r}", _span(token), "* means many fields")
    return name


def _plain(token: Token) -> str:
    return unescape(scan.field_pattern(str(token)))


def _tree(part: _Parsed) -> Tree[Token]:
    if not isinstance(part, Tree):
        raise TypeError(f"expected a branch, got the token {part!r}")
    return part


def _token(part: _Parsed) -> Token:
    if not isinstance(part, Token):
        raise TypeError(f"expected a token, got the branch {part!r}")
    return part


_BUILDERS: Final[dict[str, Callable[[list[_Parsed], Span], Pipe]]] = {
    "STATS": _stats,
    "TOP": _top,
    "HISTOGRAM": _histogram,
    "FIELDS": _fields,
    "SORT": _sort,
    "LIMIT": _limit,
    "DEDUP": _dedup,
    "PATTERNS": _patterns,
}
