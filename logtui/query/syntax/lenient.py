"""The lenient parser, for a query that is still being typed.

It closes what is open, leaves out what dangles, and reads as text what makes no sense.
"""

from __future__ import annotations

from typing import Final

from lark import Token

from logtui.errors import QueryError
from logtui.query.syntax.lexer import tokens_of
from logtui.query.syntax.parse import parse, parse_tokens, refuse_unreadable
from logtui.query.syntax.pipes import Query
from logtui.query.syntax.pipes.registry import HEADS
from logtui.query.syntax.tree import All

_MOST_REPAIRS: Final = 32
_JOINERS: Final = frozenset({"_AND", "_OR"})
_NEGATIONS: Final = frozenset({"_NOT", "_PLUS"})
_COMPARISONS: Final = frozenset({"COMPARE", "_EXACT", "_NOT_EQUAL"})
_OPERANDS: Final = frozenset({"WORD", "RAW", "PHRASE"})
_NO_LEFT: Final = frozenset({"", "_LPAR", "FIELD", *_JOINERS, *_NEGATIONS})
_NO_RIGHT: Final = frozenset({"", "_RPAR", *_JOINERS})


def parse_leniently(text: str) -> tuple[Query, QueryError | None]:
    """Parse as much of a query as is valid.

    Args:
        text: What has been typed so far.

    Returns:
        A query, and what the strict parser says of the text; None if it takes it.
    """
    try:
        return parse(text), None
    except QueryError as error:
        return _mended(text), error


def _mended(text: str) -> Query:
    try:
        refuse_unreadable(text)
        tokens = list(tokens_of(text, lenient=True))
    except QueryError:
        return Query(All())
    first = next((place for place, token in enumerate(tokens) if token.type in HEADS), len(tokens))
    return Query(_filter(tokens[:first], text).filter, _pipes(tokens[first:], text).pipes)


def _filter(tokens: list[Token], text: str) -> Query:
    for _ in range(_MOST_REPAIRS):
        tokens = _without_dangling(tokens)
        try:
            return parse_tokens(tokens, text)
        except QueryError as error:
            tokens = _as_text(tokens, error)
    return Query(All())


def _pipes(tokens: list[Token], text: str) -> Query:
    """The pipes up to the first that is not valid."""
    starts = [place for place, token in enumerate(tokens) if token.type in HEADS]
    for end in (len(tokens), *reversed(starts)):
        try:
            return parse_tokens(tokens[:end], text)
        except QueryError:
            continue
    return Query(All())


def _as_text(tokens: list[Token], error: QueryError) -> list[Token]:
    """The tokens with those that an error complains about as literal text, or left out if they were that."""
    found = [token for token in tokens if error.start <= (token.start_pos or 0) < error.end]
    if not found:
        return tokens[:-1]
    first = tokens.index(found[0])
    rest = tokens[first + len(found) :]
    if found[0].type == "RAW":
        return tokens[:first] + rest
    source = error.text[found[0].start_pos : found[-1].end_pos].replace("`", "")
    raw = Token("RAW", f"`{source}`", start_pos=found[0].start_pos, end_pos=found[-1].end_pos)
    return [*tokens[:first], raw, *rest]


def _without_dangling(tokens: list[Token]) -> list[Token]:
    """The tokens of a filter without operators, fields and groups that lack something; commas become OR."""
    tokens = [_or_of(token) for token in tokens]
    while True:
        kept = [token for place, token in enumerate(tokens) if not _dangles(tokens, place)]
        if len(kept) == len(tokens):
            return kept
        tokens = kept


def _or_of(token: Token) -> Token:
    if token.type != "_COMMA":
        return token
    return Token("_OR", str(token), start_pos=token.start_pos, end_pos=token.end_pos)


def _dangles(tokens: list[Token], place: int) -> bool:
    kind = tokens[place].type
    before = tokens[place - 1].type if place else ""
    after = tokens[place + 1].type if place + 1 < len(tokens) else ""
    if kind in _JOINERS:
        return before in _NO_LEFT or after in _NO_RIGHT
    if kind in _NEGATIONS or kind == "FIELD":
        return after in _NO_RIGHT
    if kind in _COMPARISONS:
        return after not in _OPERANDS
    if kind == "_LPAR":
        return after in ("", "_RPAR")
    return kind == "_RPAR" and before in ("", "_LPAR")
