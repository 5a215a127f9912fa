r"""Recognises tokens at an offset of a query text, for the lexer to choose from.

Every function takes the text and an offset, looks ahead and returns an end or None; none of them raises.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from logtui.model.names import CORE_ALIASES
from logtui.model.severities import level_named
from logtui.query.syntax.escapes import ESCAPABLE, QUOTES, phrase_text, word_pattern
from logtui.query.syntax.quantities import as_address, looks_ordered

_SPACE: Final = re.compile(r"[\s\ufeff]*")
_ESCAPED: Final = r"\\[*?:\"()\[\]{}\\/|&!+\-=<>~^@` ]"
_NAME: Final = re.compile(rf"(?:[^\W\d]|[_@$*]|{_ESCAPED})(?:[\w@$\-./\[\]*]|{_ESCAPED})*")
_REGEX: Final = re.compile(r"/((?:[^/\\\n]|\\.)+)/([imsx]*)")
_COMPARISON: Final = re.compile(r"\s*(>=|<=|>|<)\s*(?=[^\s=<>])")
_DRIVE: Final = re.compile(r"[A-Za-z]:\\(?!-\d|[*?\"])")  # no path holds `*?"`, and `n:\-5` asks for a number
_MEASURE: Final = re.compile(
    r"[+-]?\d[\d_,.]*[ \t]+(?:(?i:[kmgtpe]i?b)|[KMGTPE]i|ns|[uµμ]s|ms|s|min|h)(?=[\s),]|$)", re.ASCII
)
_LITERAL_SIGNS: Final = re.compile(r"--|->|-=|!=|!~|\+\+")
_RANGE: Final = re.compile(
    r"([\[{])\s*(\"(?:[^\"\\]|\\.)*\"|[^\s\[\]{}\"]+)\s+TO\s+(\"(?:[^\"\\]|\\.)*\"|[^\s\[\]{}\"]+)\s*([\]}])"
)


class Name(NamedTuple):
    """A field name in front of a separator.

    Attributes:
        pattern: The name in escaped form.
        end: Offset just after the name.
        is_plain: Whether the name is unquoted.
    """

    pattern: str
    end: int
    is_plain: bool


def space_end(text: str, at: int) -> int:
    """The offset of the next character that is no white space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def word_end(text: str, at: int, *, stop_at_comma: bool = False) -> int:
    """The end of a word: white space, or a parenthesis that closes nothing inside the word."""
    depth = 0
    while at < len(text) and not text[at].isspace():
        if text[at] == "\\" and text[at + 1 : at + 2] in ESCAPABLE and at + 1 < len(text):
            at += 1
        elif text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
        if depth < 0 or (stop_at_comma and depth == 0 and text[at] == "," and text[at - 1] != "\\"):
            break
        at += 1
    return at


def phrase_end(text: str, at: int) -> int | None:
    """The end of the phrase that a quote opens, just after its closing quote; None if it is never closed."""
    closing = '"' if text[at] == '"' else QUOTES
    at += 1
    while at < len(text):
        if text[at] in closing:
            return at + 1
        at += 2 if text[at] == "\\" and (text[at + 1 : at + 2] in QUOTES or text[at + 1 : at + 2] == "\\") else 1
    return None


def regex_end(text: str, at: int, *, stop_at_comma: bool = False) -> int | None:
    """The end of `/re/flags`; None if the slash only begins a word such as `/api/users`."""
    match = _REGEX.match(text, at)
    if not match:
        return None
    following = text[match.end() : match.end() + 1]
    closes = following in ("", ")") or following.isspace() or (stop_at_comma and following == ",")
    return match.end() if closes else None


def regex_parts(source: str) -> tuple[str, str]:
    """The pattern and the flags of `/re/flags`; an escaped slash is a slash."""
    pattern, _, flags = source[1:].rpartition("/")
    return re.sub(r"\\(.)", lambda m: "/" if m[1] == "/" else m[0], pattern, flags=re.DOTALL), flags


def measure_end(text: str, at: int) -> int | None:
    """The end of a number and a unit with a blank between them, such as `10 MB`; None if there is no such thing."""
    match = _MEASURE.match(text, at)
    return match.end() if match else None


def range_parts(text: str, at: int) -> re.Match[str] | None:
    """The range `[a TO b]` at an offset, with the groups open, low, high and close."""
    return _RANGE.match(text, at)


def name_at(text: str, at: int) -> Name | None:
    """The field name at an offset, quoted or not, whatever follows it."""
    if text[at] in QUOTES:
        end = phrase_end(text, at)
        return None if end is None else Name(_escape_quoted(text[at + 1 : end - 1]), end, is_plain=False)
    match = _NAME.match(text, at)
    return Name(word_pattern(match[0]), match.end(), is_plain=True) if match else None


def _escape_quoted(inside: str) -> str:
    return re.sub(r"([*?\\])", r"\\\1", phrase_text(inside))


def field_end(text: str, at: int, name: Name, *, stop_at_comma: bool = False) -> int | None:
    """The offset of the value if `name:` begins a field; None if the colon belongs to a pasted text."""
    following = text[name.end + 1 : name.end + 2]
    if text[name.end : name.end + 1] != ":" or following in ("", ")") or following.isspace():
        return None
    if following == ":" and not _starts_address(text, name.end + 1, stop_at_comma=stop_at_comma):
        return None
    if text.startswith("//", name.end + 1) or (name.is_plain and _DRIVE.match(text, at)):
        return None
    return None if stop_at_comma and following == "," else name.end + 1


def _starts_address(text: str, at: int, *, stop_at_comma: bool) -> bool:
    """Whether an address or network such as `::1` or `::/0` begins at an offset, and not the rest of `std::move`."""
    address, _, length = text[at : word_end(text, at, stop_at_comma=stop_at_comma)].partition("/")
    return as_address(address) is not None and (length.isdigit() or address != "::")


def comparison_end(text: str, name: Name, *, stop_at_comma: bool = False) -> tuple[str, int] | None:
    """The operator and the value's offset of `name >= 5` or `name!=x`; None if it is text such as `a->b`."""
    if text.startswith("!=", name.end):
        following = text[name.end + 2 : name.end + 3]
        return None if following in ("", ")", "=") or following.isspace() else ("!=", name.end + 2)
    match = _COMPARISON.match(text, name.end)
    if not match or name.pattern.endswith("-"):
        return None
    value = text[match.end() : word_end(text, match.end(), stop_at_comma=stop_at_comma)]
    is_level = CORE_ALIASES.get(name.pattern, name.pattern) == "level" and level_named(value) is not None
    return (match[1], match.end()) if is_level or looks_ordered(value) else None


def sign_applies(text: str, at: int) -> bool:
    """Whether `-`, `!` or `+` at a token's start touches an operand, so that it is an operator."""
    following = text[at + 1 : at + 2]
    return following not in ("", ")") and not following.isspace() and not _LITERAL_SIGNS.match(text, at)


def field_pattern(source: str) -> str:
    """The escaped name out of the source text of a field name."""
    name = name_at(source, 0)
    return name.pattern if name else source
