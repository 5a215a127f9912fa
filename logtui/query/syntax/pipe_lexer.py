"""The lexer of pipes: what follows the filter is made of names, numbers and a few keywords."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from lark import Token

from logtui.errors import QueryError
from logtui.query.syntax import scan
from logtui.query.syntax.escapes import QUOTES
from logtui.query.syntax.pipes.registry import PIPES
from logtui.query.syntax.quantities import as_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

_START: Final = re.compile(rf"\|(?:(?=\s|$)|(?=(?:{'|'.join(PIPES)})\b))\s*(\w*)")
_NEXT: Final = re.compile(r"\|\s*(\w*)")
_EXAMPLE: Final = next(iter(PIPES.values())).usage
_SIGNS: Final = {"(": "_LPAR", ")": "_RPAR", ",": "_COMMA"}
_KEYWORDS: Final = {"by": "_BY", "as": "_AS", "asc": "ORDER", "desc": "ORDER"}
_QUANTITY: Final = re.compile(r"\d+(?:\.\d+)?[a-zµμ]*(?:\d+[a-zµμ]+)*", re.ASCII)

OTHER_NAMES: Final = {
    "head": "limit",
    "tail": "sort",
    "take": "limit",
    "where": "filter",
    "filter": "filter",
    "search": "filter",
    "grep": "filter",
    "count": "stats count()",
    "summarize": "stats",
    "aggregate": "stats",
    "timechart": "histogram",
    "table": "fields",
    "project": "fields",
    "select": "fields",
    "order": "sort",
    "uniq": "dedup",
    "distinct": "dedup",
    "pattern": "patterns",
    "rare": "stats",
}
"""What other tools call it."""


def starts_pipe(text: str, at: int) -> bool:
    """Whether a pipe begins at an offset: `| name`, or `|name` with a name of the language."""
    return _START.match(text, at) is not None


def pipe_tokens(text: str, at: int) -> Iterator[Token]:
    """Yield the tokens of all pipes to the end of the text.

    Args:
        text: The whole query.
        at: Where the first `|` stands.

    Yields:
        A token named after each pipe, then its names, numbers and keywords.

    Raises:
        QueryError: If there is no such pipe, or a character that belongs to none.
    """
    while (at := scan.space_end(text, at)) < len(text):
        token = _head(text, at) if text[at] == "|" else _token(text, at)
        yield token
        at = token.end_pos or len(text)


def _head(text: str, at: int) -> Token:
    match = _NEXT.match(text, at)
    name = match[1] if match else ""
    end = match.end() if match else at + 1
    if name not in PIPES:
        message = f"unknown pipe {name!r}" if name else "pipe name expected"
        raise QueryError(message, text=text, start=at, end=end, hint=_way_out(name))
    return Token(name.upper(), text[at:end], start_pos=at, end_pos=end)


def _way_out(name: str) -> str:
    known = f'pipes are {", ".join(PIPES)}; quote | if it is text: "|"'
    other = OTHER_NAMES.get(name.lower())
    if other == "filter":
        return "conditions stand in front of the first |"
    meant = [other] if other else difflib.get_close_matches(name.lower(), PIPES, n=1, cutoff=0.6)
    return f"did you mean {meant[0]}? {known}" if meant else known


def _token(text: str, at: int) -> Token:
    if kind := _SIGNS.get(text[at]):
        return Token(kind, text[at], start_pos=at, end_pos=at + 1)
    if text[at] == "-":
        return Token("DESCENDING", "-", start_pos=at, end_pos=at + 1)
    if match := _QUANTITY.match(text, at):
        kind = "NUMBER" if match[0].isdigit() else "DURATION"
        if kind == "DURATION" and not as_duration(match[0]):
            hint = "write it like 30s, 5m or 1h"
            raise QueryError("interval expected", text=text, start=at, end=match.end(), hint=hint)
        return Token(kind, match[0], start_pos=at, end_pos=match.end())
    name = scan.name_at(text, at)
    if name is None:
        unclosed = text[at] in QUOTES
        message = f"unterminated {text[at]}" if unclosed else f"{text[at]!r} is out of place"
        raise QueryError(message, text=text, start=at, hint=f"pipes are written like {_EXAMPLE}")
    if not name.pattern:
        raise QueryError("a name cannot be empty", text=text, start=at, end=name.end)
    word = text[at : name.end]
    kind = _KEYWORDS.get(word.lower(), "NAME") if name.is_plain else "NAME"
    return Token(kind, word, start_pos=at, end_pos=name.end)
