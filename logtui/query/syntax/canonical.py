"""The canonical text: tree -> the one way to write it, which reads back as the same tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.query.syntax import scan
from logtui.query.syntax.escapes import ESCAPABLE, has_wildcards, pieces, unescape
from logtui.query.syntax.leaves import EVENT_TIME, last_of
from logtui.query.syntax.pipes import (
    Aggregate,
    Bucket,
    Dedup,
    Field,
    Fields,
    Histogram,
    Limit,
    Patterns,
    Pipe,
    Query,
    Sort,
    Stats,
    Top,
)
from logtui.query.syntax.tree import (
    All,
    And,
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Range,
    Regex,
    Text,
    TextGlob,
    TextRegex,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE: Final = re.compile(r"(?!(?:AND|OR|NOT)$)\w[\w.\-/%']*(?<!-)")
_PLAIN_NAME: Final = re.compile(r"(?:[^\W\d]|[_@$*])(?:[\w@$\-./\[\]*]*[\w@$./\[\]*])?")
_COLUMN_NAME: Final = re.compile(r"[a-z]\w*(?:\.\d+)?\([\w.]+\)")
_ALWAYS_ESCAPED: Final = frozenset('*?\\"()[]{}` ')
_FIRST_ESCAPED: Final = frozenset("=!<>:|")
_HARMLESS: Final = frozenset("@-./")
_KEYWORDS: Final = frozenset({"by", "as", "asc", "desc"})


def canonical(query: Query) -> str:
    """Write a query.

    Args:
        query: As `parse` returns it.

    Returns:
        One line that `parse` reads as the same query.
    """
    parts = [] if isinstance(query.filter, All) and query.pipes else [tree_text(query.filter)]
    return " ".join([*parts, *(f"| {pipe_text(pipe)}" for pipe in query.pipes)])


def tree_text(node: Node) -> str:
    """Write a filter: AND by juxtaposition, parentheses only where they matter."""
    match node:
        case And(children):
            return " ".join(
                f"({tree_text(child)})" if isinstance(child, Or) else tree_text(child) for child in children
            )
        case Or(children):
            return " OR ".join(map(tree_text, children))
        case Not(child):
            inner = tree_text(child)
            return f"-({inner})" if isinstance(child, And | Or | Not) else f"-{inner}"
        case All():
            return "*"
        case Text(needle):
            return needle if _BARE.fullmatch(needle) else quoted(needle)
        case TextGlob(pattern):
            return _escaped(pattern, first=ESCAPABLE, always=ESCAPABLE - _HARMLESS)
        case TextRegex(pattern, flags):
            return _slashed(pattern, flags)
        case _:
            return _field_text(node)


def pipe_text(pipe: Pipe) -> str:
    """Write a pipe without its `|`."""
    match pipe:
        case Stats(aggregates, by):
            return f"stats {', '.join(map(_aggregate, aggregates))}{_by(by)}"
        case Top(count, fields):
            return f"top {count} {_names(fields)}"
        case Histogram(width, by):
            return f"histogram {width}{_by(by)}"
        case Fields(fields):
            return f"fields {_names(fields)}"
        case Sort(keys):
            return f"sort {', '.join(('-' if key.descending else '') + _column(key.name) for key in keys)}"
        case Limit(count):
            return f"limit {count}"
        case Dedup(fields):
            return f"dedup {_names(fields)}" if fields else "dedup"
        case Patterns(count):
            return f"patterns {count}"


def quoted(text: str) -> str:
    """Write a text as a phrase."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def name_text(name: str) -> str:
    """Write a field name.

    Args:
        name: In escaped form.

    Returns:
        The name as it stands in a query: bare, with backslashes if it has wildcards, or quoted.
    """
    if _PLAIN_NAME.fullmatch(name) and name.lower() not in _KEYWORDS:
        return name
    if not has_wildcards(name):
        return quoted(unescape(name))
    return _escaped(name, first=ESCAPABLE, always=ESCAPABLE - _HARMLESS - frozenset("[]"))


def _field_text(leaf: FieldLeaf) -> str:
    if isinstance(leaf, Exists) and set(leaf.field) == {"*"}:
        return f"has:{leaf.field}"
    if isinstance(leaf, Compare) and leaf.field == EVENT_TIME and (last := last_of(leaf)):
        return f"last:{last}"
    name, value = name_text(leaf.field), _value(leaf)
    is_drive = len(name) == 1 and name.isalpha() and value.startswith("\\")
    return f"{quoted(name) if is_drive else name}:{value}"


def _value(leaf: FieldLeaf) -> str:
    match leaf:
        case Equals(value=value) | Cidr(network=value):
            return _word(value)
        case EqualsLiteral(value=value):
            return quoted(value)
        case Exact(value=value):
            return f"={quoted(value)}"
        case Prefix(value=value):
            return f"{quoted(value)}*"
        case Glob(pattern=pattern):
            return _escaped(pattern)
        case Regex(pattern=pattern, flags=flags):
            return _slashed(pattern, flags)
        case Compare(op=op, value=value, quoted=is_quoted):
            return op + (quoted(value) if is_quoted else _word(value))
        case Range():
            return _range(leaf)
        case Exists():
            return "*"


def _range(leaf: Range) -> str:
    low, high = (_bound(bound, is_quoted=leaf.quoted) for bound in (leaf.low, leaf.high))
    return f"{'[' if leaf.low_inclusive else '{'}{low} TO {high}{']' if leaf.high_inclusive else '}'}"


def _bound(bound: str | None, *, is_quoted: bool) -> str:
    if bound is None:
        return "*"
    return quoted(bound) if is_quoted else _word(bound)


def _word(value: str) -> str:
    """Write a plain value as a word."""
    return _signed("".join(f"\\{letter}" if letter in _ALWAYS_ESCAPED else letter for letter in value), _FIRST_ESCAPED)


def _escaped(pattern: str, *, first: frozenset[str] = _FIRST_ESCAPED, always: frozenset[str] = _ALWAYS_ESCAPED) -> str:
    """Write an escaped pattern as a word with wildcards."""
    written = [letter if is_wild or letter not in always else f"\\{letter}" for letter, is_wild in pieces(pattern)]
    starts_wild = bool(pattern) and pattern[0] in "*?"
    return "".join(written) if starts_wild else _signed("".join(written), first)


def _signed(word: str, first: frozenset[str]) -> str:
    """A word whose first letter is not taken for an operator."""
    looks_like_regex = word.startswith("//") or (word.startswith("/") and scan.regex_end(word, 0) is not None)
    is_operator = looks_like_regex or (word[:1] in first and not word.startswith("\\"))
    return f"\\{word}" if word and is_operator else word


def _slashed(pattern: str, flags: str) -> str:
    inside = re.sub(r"\\.|/", lambda match: "\\/" if match[0] == "/" else match[0], pattern, flags=re.DOTALL)
    return f"/{inside}/{flags}"


def _aggregate(one: Aggregate) -> str:
    argument = "" if one.field is None else name_text(one.field)
    alias = "" if one.alias is None else f" as {quoted_name(one.alias)}"
    return f"{one.function}({argument}){alias}"


def quoted_name(plain: str) -> str:
    """Write a column's plain name, in quotes unless it reads as a name as it stands."""
    is_name = _PLAIN_NAME.fullmatch(plain) and "*" not in plain and plain.lower() not in _KEYWORDS
    return plain if is_name else quoted(plain)


def _by(keys: Iterable[Field | Bucket]) -> str:
    written = [f"bucket({key.width})" if isinstance(key, Bucket) else name_text(key.name) for key in keys]
    return f" by {', '.join(written)}" if written else ""


def _names(fields: Iterable[Field]) -> str:
    return ", ".join(_column(field.name) for field in fields)


def _column(name: str) -> str:
    return name if _COLUMN_NAME.fullmatch(name) else name_text(name)
