"""Conditions on texts; ClickHouse folds and searches ASCII letters as the Rust engine does, and others need not."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final

from logtui.query import regexes
from logtui.query.clickhouse.approximation import UNKNOWN, Approximation
from logtui.query.clickhouse.sql import Sql, all_of, sql, text
from logtui.query.meaning.texts import Exactly

if TYPE_CHECKING:
    from logtui.query.meaning.texts import (
        Contains,
        InnerGlob,
        Matches,
        StartsWith,
        TextBounds,
        Whole,
        WholeGlob,
    )

_MOST_CHARACTERS: Final = 500
"""Longer needles are searched for by their beginning, because RE2 refuses large expressions."""

_FOLDED_ELSEWHERE: Final = re.compile(r"[ksKS]|[^\x00-\x7f]")
"""Characters that another one is equal to if case is ignored, besides the two of an ASCII letter: the sign of the
kelvin is a K, and the long s an S."""

_OTHERS: Final = {"k": "\u212a", "s": "\u017f"}
_MOST_OTHERS: Final = 5
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_LIKE_SPECIAL: Final = re.compile(r"[\\%_]")
_CLASS: Final = re.compile(r"\[(?:[^\\\]]|\\.)*\]|\\.", re.DOTALL)
_UNICODE_CLASSES: Final = {
    r"\d": r"(?:[0-9]|[^\x00-\x7f])",
    r"\w": r"(?:\w|[^\x00-\x7f])",
    r"\s": r"(?:[\s\x0b]|[^\x00-\x7f])",
}
"""What matches all that a class of the Rust engine does, since those of RE2 have only ASCII characters."""


def exactly(comparison: Exactly, cell: Sql) -> Approximation:
    """Whether a text equals the value, case-sensitively."""
    return Approximation.exactly(_equal(cell, comparison.value))


def whole(comparison: Whole, cell: Sql) -> Approximation:
    """Whether a text equals the value, in any case."""
    value = comparison.value
    if regexes.is_caseless(value):
        return Approximation.exactly(_equal(cell, value))
    if not _FOLDED_ELSEWHERE.search(value):
        return Approximation.exactly(sql("lower({}) = {}", cell, text(value.lower())))
    if len(value) > _MOST_CHARACTERS:
        return Approximation(_like(cell, _loosely(value), "{}%"), _equal(cell, value))
    return _found(cell, regexes.whole_regex(value), _equal(cell, value))


def starts_with(comparison: StartsWith, cell: Sql) -> Approximation:
    """Whether a text starts with the value, in any case."""
    return _folded(cell, comparison.value, "{}%", "^")


def contains(comparison: Contains, cell: Sql) -> Approximation:
    """Whether a text contains the needle, in any case."""
    return _folded(cell, comparison.needle, "%{}%", "")


def whole_glob(comparison: WholeGlob, cell: Sql) -> Approximation:
    """Whether a text as a whole matches the glob."""
    return _globbed(cell, regexes.glob_regex(comparison.pattern))


def inner_glob(comparison: InnerGlob, cell: Sql) -> Approximation:
    """Whether a text contains a match of the glob."""
    return _globbed(cell, regexes.text_glob_regex(comparison.pattern))


def matches(comparison: Matches, cell: Sql) -> Approximation:
    """Whether a text contains a match of the regular expression."""
    pattern, flags = comparison.pattern, comparison.flags
    if not regexes.is_common_regex(pattern, flags) or ("i" in flags and not pattern.isascii()):
        return UNKNOWN
    escapes = set(_CLASS.findall(pattern))
    if any(re.search(r"\\[DWSbB]|\[.*\\[dws]", escape, re.DOTALL) for escape in escapes):
        return UNKNOWN
    exact = searched(cell, regexes.flagged_regex(pattern, flags))
    if escapes.isdisjoint(_UNICODE_CLASSES):
        return Approximation.exactly(exact)
    wider = _CLASS.sub(lambda found: _UNICODE_CLASSES.get(found[0], found[0]), pattern)
    return Approximation(searched(cell, regexes.flagged_regex(wider, flags)), exact)


def text_bounds(comparison: TextBounds, cell: Sql) -> Approximation:
    """Whether a text is between the bounds; ClickHouse orders bytes, which is the order of the code points."""
    return Approximation.exactly(all_of(sql(f"{{}} {op} {{}}", cell, text(value)) for op, value in comparison.bounds))


def spellings(comparison: Whole | Exactly) -> tuple[str, ...]:
    """The texts with ASCII letters in lower case that meet a comparison; none if they are too many to list."""
    value = comparison.value
    lowered = "".join(letter.lower() if letter.isascii() else letter for letter in value)
    if isinstance(comparison, Exactly) or regexes.is_caseless(value):
        return (lowered,)
    if not value.isascii() or sum(map(lowered.count, _OTHERS)) > _MOST_OTHERS:
        return ()
    return tuple(map("".join, product(*(letter + _OTHERS.get(letter, "") for letter in lowered))))


def searched(cell: Sql, regex: str) -> Sql:
    """The condition that a text contains a match of an expression for the Rust engine, without its Unicode classes.

    ClickHouse lets the dot match the end of a line unless told otherwise.
    """
    flagged = re.match(r"\(\?([ims]+)\)", regex)
    flags, body = (flagged[1], regex[flagged.end() :]) if flagged else ("", regex)
    return sql("match({}, {})", cell, text(f"(?{flags}{'' if 's' in flags else '-s'}){body}"))


def _folded(cell: Sql, value: str, like: str, start: str) -> Approximation:
    """Whether a value in any case is at a place in a text.

    Args:
        cell: The text.
        value: The value.
        like: The place, as a pattern of `LIKE`, which the text indexes serve.
        start: The same as the beginning of an expression.
    """
    if regexes.is_caseless(value) or not _FOLDED_ELSEWHERE.search(value):
        return Approximation.exactly(_like(cell, _literal(value.lower()), like))
    near, spelt = _like(cell, _loosely(value), like), sql("{} LIKE {}", cell, text(like.format(_literal(value))))
    if len(value) > _MOST_CHARACTERS:
        return Approximation(near, spelt)
    found = _found(cell, f"(?i){start}{regexes.escaped(value)}", spelt)
    necessary = all_of([near, found.necessary])
    return Approximation.exactly(necessary) if found.is_exact else Approximation(necessary, spelt)


def _found(cell: Sql, regex: str, spelt: Sql) -> Approximation:
    """Whether an expression that ignores case is found: for certain if it is ASCII, or if the text is spelt so."""
    wider = _BEYOND_ASCII.sub("(?s:.)", regex)
    return (
        Approximation.exactly(searched(cell, regex)) if wider == regex else Approximation(searched(cell, wider), spelt)
    )


def _globbed(cell: Sql, regex: str) -> Approximation:
    if len(regex) > _MOST_CHARACTERS:
        return UNKNOWN
    spelt = searched(cell, regex.replace("(?i)", "", 1).replace("(?is)", "(?s)", 1))
    return _found(cell, regex, spelt)


def _equal(cell: Sql, value: str) -> Sql:
    return sql("{} = {}", cell, text(value))


def _like(cell: Sql, literal: str, like: str) -> Sql:
    return sql("lower({}) LIKE {}", cell, text(like.format(literal)))


def _literal(value: str) -> str:
    return _LIKE_SPECIAL.sub(r"\\\g<0>", value)


def _loosely(value: str) -> str:
    """The pattern of `LIKE` that finds a value in lower-case texts, with any character where others are its equals."""
    return "".join("_" if _FOLDED_ELSEWHERE.match(letter) else _literal(letter.lower()) for letter in value)
