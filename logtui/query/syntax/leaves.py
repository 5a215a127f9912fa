"""Makes leaves of the tree from words, phrases, ranges and regular expressions."""

from __future__ import annotations

import math
import re
from typing import Final

from logtui.model.names import CORE_ALIASES
from logtui.query.operators.registry import word_operator
from logtui.query.regexes import regex_fault
from logtui.query.syntax import scan
from logtui.query.syntax.escapes import escape, has_wildcards, phrase_text, unescape, word_pattern
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.quantities import as_duration, as_number, measured_kind
from logtui.query.syntax.tree import (
    All,
    Compare,
    Equals,
    EqualsLiteral,
    Exists,
    Glob,
    Leaf,
    Node,
    Not,
    Prefix,
    Range,
    Regex,
    Span,
    Text,
    TextGlob,
    TextRegex,
)

EVENT_TIME: Final = "@time"
"""The name under which `last:15m` asks for the event time; `last:15m@end` counts back from the newest record."""

MAX_PATTERN_BYTES: Final = 1024
MAX_TERM_BYTES: Final = 16 * 1024
"""Limits of a term with and without wildcards, so that no expression outgrows what the engine compiles."""

_LAST: Final = re.compile(r"([^-@]+)(?:@(now|end))?")
_SINCE: Final = re.compile(r"(now|end)-([^-@/+]+)")
_INTERVAL: Final = re.compile(r"\d+(?:\.\d+)?(?:ms|[smhdw])")


def _limited(pattern: str, span: Span) -> str:
    limit = MAX_PATTERN_BYTES if has_wildcards(pattern) else MAX_TERM_BYTES
    if len(pattern.encode()) > limit:
        raise LeafError(f"term is longer than {limit // 1024} KiB", span, "a shorter part finds it too")
    return pattern


def bare_word(typed: str, span: Span) -> Leaf:
    """Make the leaf of a word without a field.

    Args:
        typed: The word as it stands in the query.
        span: Its place.

    Returns:
        `All` for stars alone, otherwise a text or a glob.

    Raises:
        LeafError: If the word is too long.
    """
    pattern = _limited(word_pattern(typed, question_at_end=False), span)
    if set(pattern) == {"*"}:
        return All(span=span)
    return TextGlob(pattern, span=span) if has_wildcards(pattern) else Text(unescape(pattern), span=span)


def field_word(typed: str, field: str, span: Span) -> Node:
    """Make the leaf of a word behind a field name.

    Args:
        typed: The word as it stands in the query.
        field: The field's name in escaped form.
        span: The place of name and word.

    Returns:
        The leaf, or the negation that `_missing_:f` is.

    Raises:
        LeafError: If the word is too long, or looks like an operator's value and is none.
    """
    pattern = _limited(word_pattern(typed), span)
    if special := _special(field, pattern, span):
        return special
    if set(pattern) == {"*"}:
        return All(span=span) if field == "*" else Exists(field, span=span)
    if has_wildcards(pattern):
        return Glob(field, pattern, span=span)
    plain = unescape(pattern)
    return word_operator(plain, field, span) or Equals(field, plain, span=span)


def _existence(field: str, pattern: str, span: Span) -> Node | None:
    """Whether a field exists, if that is what a name asks."""
    if field in ("_exists_", "has"):
        return Exists(pattern, span=span)
    return Not(Exists(pattern, span=span), span=span) if field == "_missing_" else None


def _special(field: str, pattern: str, span: Span) -> Node | None:
    if asked := _existence(field, pattern, span):
        return asked
    if field == "last" and (match := _LAST.fullmatch(pattern)) and as_duration(match[1]) is not None:
        return Compare(EVENT_TIME, ">=", f"{match[2] or 'now'}-{match[1]}", span=span)
    if CORE_ALIASES.get(field, field) == "timestamp" and _INTERVAL.fullmatch(pattern):
        raise LeafError(f"expected a time, got {pattern!r}", span, f"last:{pattern} is the time since then")
    return None


def last_of(leaf: Compare) -> str | None:
    """What stands behind `last:` if a comparison can be written so: `15m`, or `15m@end`."""
    match = _SINCE.fullmatch(leaf.value)
    if leaf.op != ">=" or leaf.quoted or not match or as_duration(match[2]) is None:
        return None
    return match[2] if match[1] == "now" else f"{match[2]}@{match[1]}"


def phrase(text: str, field: str | None, span: Span, *, is_prefix: bool) -> Node:
    """Make the leaf of a quoted phrase.

    Args:
        text: The phrase without its quotes and escapes.
        field: The field's name in escaped form, or None.
        span: Its place.
        is_prefix: Whether a star follows the phrase.

    Returns:
        A text, a literal or a prefix; for the names of existence what they mean.

    Raises:
        LeafError: If the phrase is too long.
    """
    _limited(escape(text), span)
    if field is None:
        return Text(text, span=span)
    if text and (asked := _existence(field, escape(text), span)):
        return asked
    return Prefix(field, text, span=span) if is_prefix else EqualsLiteral(field, text, span=span)


def regex(leaf: Regex | TextRegex) -> Leaf:
    """Check that the engine accepts the expression of a leaf, and return the leaf.

    Raises:
        LeafError: If the engine refuses the expression.
    """
    fault = regex_fault(leaf.pattern, leaf.flags)
    if fault:
        raise LeafError(fault, leaf.span, 'quote it if it is text: "/…/"')
    return leaf


def comparison(leaf: Compare) -> Leaf:
    """Check that the value of a leaf can be compared, and return the leaf.

    Raises:
        LeafError: If the value is not a number (NaN), which has no order.
    """
    number = as_number(leaf.value)
    if leaf.value.lower() == "nan" or (number is not None and math.isnan(number)):
        raise LeafError("NaN has no order", leaf.span, "write a number")
    return leaf


def range_of(source: str, field: str, span: Span) -> Leaf:
    """Make the leaf of a range.

    Args:
        source: The range as it stands in the query, such as `[500 TO 599}`.
        field: The field's name in escaped form.
        span: The place of name and range.

    Returns:
        A range, or `Exists` if both ends are open.
    """
    match = scan.range_parts(source, 0)
    if match is None:
        raise LeafError("range must be [a TO b]", span)
    (low, low_quoted), (high, high_quoted) = _bound(match[2]), _bound(match[3])
    if low is None and high is None:
        return Exists(field, span=span)
    if low is not None and high is not None and not (low_quoted or high_quoted):
        _refuse_two_kinds(low, high, span)
    return Range(field, low, high, match[1] == "[", match[4] == "]", low_quoted or high_quoted, span=span)


def _refuse_two_kinds(low: str, high: str, span: Span) -> None:
    """Refuse a range whose ends are of different kinds, such as a number and a duration."""
    ends = [(kind, end) for end in (low, high) if (kind := measured_kind(end))]
    if len(ends) == 2 and ends[0][0] != ends[1][0]:
        message = " but ".join(f"{end} is a {kind}" for kind, end in ends)
        raise LeafError(message, span, "write both ends in units of one kind, or quote them to compare text")


def _bound(source: str) -> tuple[str | None, bool]:
    if source.startswith('"'):
        return phrase_text(source[1:-1]), True
    return (None if source == "*" else unescape(word_pattern(source))), False
