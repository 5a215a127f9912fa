"""Random queries: filters that can be written down, and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from logtui.model.levels import LEVELS
from logtui.query import Node, Query
from logtui.query.syntax.escapes import escape, has_wildcards
from logtui.query.syntax.leaves import EVENT_TIME
from logtui.query.syntax.pipes.aggregate import Aggregate
from logtui.query.syntax.pipes.dedup import Dedup
from logtui.query.syntax.pipes.fields import Fields
from logtui.query.syntax.pipes.histogram import Histogram
from logtui.query.syntax.pipes.keys import Bucket, Field
from logtui.query.syntax.pipes.limit import Limit
from logtui.query.syntax.pipes.patterns import Patterns
from logtui.query.syntax.pipes.sort import Sort, SortKey
from logtui.query.syntax.pipes.stats import Stats
from logtui.query.syntax.pipes.top import Top
from logtui.query.syntax.tree import (
    All,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    Glob,
    Not,
    Prefix,
    Range,
    Regex,
    Text,
    TextGlob,
    TextRegex,
    conjunction,
    disjunction,
)
from tests.query.operators import operator_leaves

if TYPE_CHECKING:
    from logtui.query.syntax.pipes import Pipe

SIGNS = "aBz09_*?\\:\"()[]{}/|-!+=<>~^@.,%é'&` "
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00“”„‟"), max_size=12)
WORDS = st.text(st.sampled_from(SIGNS), min_size=1, max_size=8)
REGEXES = st.sampled_from(["a", "^a/b$", r"\d+/", "[0-9]+", "(a|é)b? c", r"\.", r"a\\", "/", r"\\/x"])
FLAGS = st.sampled_from(["", "i", "ims", "x"])
NAMES = st.one_of(
    st.sampled_from(["level", "a", "user.id", "odd field", "a:b", "by", "7up", "@x", "$v", "k/l-m[0].n", "é", "a-"]),
    WORDS,
).map(escape)
GLOB_NAMES = st.sampled_from(["*", "user.*", "*.id", "a*b*", r"odd\ f*"]).map(lambda name: name.replace("\\ ", " "))
OPERATORS = st.sampled_from([">", ">=", "<", "<="])
BOUNDS = st.one_of(st.sampled_from(["0", "-7", "1.5s", "10MiB", "10.0.0.1", "2026-11-23", "now-1h/d"]), WORDS)
UNQUOTED = BOUNDS.filter(lambda bound: not set(bound) & set(' []{}"') and bound.lower() != "nan")
WIDTHS = st.sampled_from(["5m", "1h", "1.5s", "1d", "250ms"])


def is_writable(leaf: Node) -> bool:
    """Whether the parser can make this leaf: networks, lone stars and `last:` are other leaves than they look."""
    match leaf:
        case Equals(field, value):
            return field not in ("_exists_", "_missing_", "has", "last") and "/" not in value
        case EqualsLiteral(field) | Prefix(field) | Exact(field) | Glob(field):
            return field not in ("_exists_", "_missing_", "has", "last")
        case TextGlob(pattern):
            return has_wildcards(pattern) and set(pattern) != {"*"} and not pattern.endswith("?")
        case Range(low=low, high=high):
            return low is not None or high is not None
        case _:
            return True


def patterns(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Escaped globs with at least one wildcard between literal texts."""
    ends = st.sampled_from(["*", "?", "**"])
    return st.builds(lambda before, wild, after: escape(before) + wild + escape(after), texts, ends, texts)


LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.just(All()),
    st.builds(Text, st.one_of(ANY, WORDS, st.sampled_from(["AND", "a:b", "x", "--v", "| stats"]))),
    st.builds(TextGlob, patterns(WORDS)),
    st.builds(TextRegex, REGEXES, FLAGS),
    st.builds(Equals, NAMES, WORDS),
    st.builds(EqualsLiteral, NAMES, ANY),
    st.builds(Exact, NAMES, ANY),
    st.builds(Prefix, NAMES, ANY),
    st.builds(Glob, NAMES, patterns(WORDS)),
    st.builds(Regex, NAMES, REGEXES, FLAGS),
    operator_leaves(NAMES),
    st.builds(Exists, st.one_of(NAMES, GLOB_NAMES)),
    st.builds(Equals, GLOB_NAMES, st.just("x")),
    st.builds(Compare, NAMES, OPERATORS, UNQUOTED, st.just(False)),
    st.builds(Compare, NAMES, OPERATORS, ANY.filter(lambda text: text.lower() != "nan"), st.just(True)),
    st.builds(Range, NAMES, UNQUOTED, st.one_of(st.none(), UNQUOTED), st.booleans(), st.booleans()),
    st.builds(Range, NAMES, st.none(), WORDS, st.booleans(), st.booleans(), st.just(True)),
    st.builds(Compare, st.just("level"), OPERATORS, st.sampled_from(LEVELS)),
    st.builds(Compare, st.just(EVENT_TIME), st.just(">="), st.sampled_from(["now-15m", "end-1h30m", "now-1d/d"])),
).filter(is_writable)

FILTERS: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda child: child.child if isinstance(child, Not) else Not(child)),
        st.lists(inner, min_size=2, max_size=4).map(conjunction),
        st.lists(inner, min_size=2, max_size=4).map(disjunction),
    ),
    max_leaves=10,
)

FIELDS = st.builds(Field, NAMES)
FUNCTIONS = st.sampled_from(["count", "count_distinct", "sum", "avg", "min", "max", "median", "p50", "p99.9"])
AGGREGATES = st.one_of(
    st.builds(Aggregate, st.sampled_from(["count", "rate"]), st.none(), st.one_of(st.none(), WORDS)),
    st.builds(Aggregate, FUNCTIONS, NAMES, st.one_of(st.none(), WORDS)),
)
EXAMPLES: dict[str, st.SearchStrategy[Pipe]] = {
    "stats": st.builds(
        Stats,
        st.lists(AGGREGATES, min_size=1, max_size=3).map(tuple),
        st.lists(st.one_of(FIELDS, st.builds(Bucket, WIDTHS)), max_size=2).map(tuple),
    ).filter(
        lambda stats: len({one.column for one in (*stats.by, *stats.aggregates)}) == len(stats.by + stats.aggregates)
    ),
    "top": st.builds(Top, st.integers(1, 99), st.lists(FIELDS, min_size=1, max_size=2).map(tuple)),
    "histogram": st.builds(Histogram, WIDTHS, st.lists(FIELDS, max_size=2).map(tuple)),
    "fields": st.builds(
        Fields, st.lists(st.builds(Field, st.one_of(NAMES, GLOB_NAMES)), min_size=1, max_size=3).map(tuple)
    ),
    "sort": st.builds(Sort, st.lists(st.builds(SortKey, NAMES, st.booleans()), min_size=1, max_size=3).map(tuple)),
    "limit": st.builds(Limit, st.integers(0, 99)),
    "dedup": st.builds(Dedup, st.lists(FIELDS, max_size=2).map(tuple)),
    "patterns": st.builds(Patterns, st.integers(1, 99)),
}
"""Pipe -> values of it that can be written down."""

PIPES = st.one_of(*EXAMPLES.values())
QUERIES = st.builds(Query, FILTERS, st.lists(PIPES, max_size=3).map(tuple))
