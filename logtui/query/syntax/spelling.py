"""How words, phrases and names are written, so that the parser reads the same ones."""

from __future__ import annotations

import re
from typing import Final

from logtui.query.syntax import scan
from logtui.query.syntax.escapes import ESCAPABLE, has_wildcards, pieces, unescape

_PLAIN_NAME: Final = re.compile(r"(?:[^\W\d]|[_@$*])(?:[\w@$\-./\[\]*]*[\w@$./\[\]*])?")
_COLUMN_NAME: Final = re.compile(r"[a-z]\w*(?:\.\d+)?\([\w.]+\)")
_ALWAYS_ESCAPED: Final = frozenset('*?\\"()[]{}` ')
_FIRST_ESCAPED: Final = frozenset("=!<>:|")
_HARMLESS: Final = frozenset("@-./")
_KEYWORDS: Final = frozenset({"by", "as", "asc", "desc"})


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


def plain_name_text(plain: str) -> str:
    """Write a column's plain name, in quotes unless it reads as a name as it stands."""
    is_name = _PLAIN_NAME.fullmatch(plain) and "*" not in plain and plain.lower() not in _KEYWORDS
    return plain if is_name else quoted(plain)


def column_text(name: str) -> str:
    """Write the escaped name of a field or of a column such as `avg(took)`."""
    return name if _COLUMN_NAME.fullmatch(name) else name_text(name)


def word_text(value: str) -> str:
    """Write a plain value as a word."""
    return _signed("".join(f"\\{letter}" if letter in _ALWAYS_ESCAPED else letter for letter in value), _FIRST_ESCAPED)


def glob_text(pattern: str) -> str:
    """Write the escaped pattern of a value as a word with wildcards."""
    return _escaped(pattern, first=_FIRST_ESCAPED, always=_ALWAYS_ESCAPED)


def bare_glob_text(pattern: str) -> str:
    """Write the escaped pattern of a text that belongs to no field as a word with wildcards."""
    return _escaped(pattern, first=ESCAPABLE, always=ESCAPABLE - _HARMLESS)


def _escaped(pattern: str, *, first: frozenset[str], always: frozenset[str]) -> str:
    written = [letter if is_wild or letter not in always else f"\\{letter}" for letter, is_wild in pieces(pattern)]
    starts_wild = bool(pattern) and pattern[0] in "*?"
    return "".join(written) if starts_wild else _signed("".join(written), first)


def _signed(word: str, first: frozenset[str]) -> str:
    """A word whose first letter is not taken for an operator."""
    looks_like_regex = word.startswith("//") or (word.startswith("/") and scan.regex_end(word, 0) is not None)
    is_operator = looks_like_regex or (word[:1] in first and not word.startswith("\\"))
    return f"\\{word}" if word and is_operator else word
