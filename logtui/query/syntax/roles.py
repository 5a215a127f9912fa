"""Finds the roles of the parts of a query text, for colouring it while it is typed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.errors import QueryError
from logtui.query.syntax.lexer import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Token

_ROLES: Final = {
    "FIELD": "field",
    "NAME": "field",
    "WORD": "value",
    "PHRASE": "value",
    "NUMBER": "value",
    "DURATION": "value",
    "REGEX": "pattern",
    "RANGE": "pattern",
    "BARE": "text",
}
_SIGNS: Final = frozenset("-!+(),|<>=&")

ROLES: Final = ("field", "value", "pattern", "text", "sign", "keyword")
"""All roles."""


class Part(NamedTuple):
    """A part of a query text.

    Attributes:
        start: Its first character.
        end: Just after its last one.
        role: One of `ROLES`.
    """

    start: int
    end: int
    role: str


def roles_of(text: str) -> list[Part]:
    """The parts of a query, which need not be complete.

    Args:
        text: The query.

    Returns:
        Parts in order; white space is in none, nor is what lies behind a limit of the language.
    """
    return [
        Part(token.start_pos, token.end_pos, _role(token.type, str(token)))
        for token in _tokens(text)
        if token.start_pos is not None and token.end_pos is not None and token.end_pos > token.start_pos
    ]


def _tokens(text: str) -> Iterator[Token]:
    with suppress(QueryError):
        yield from tokens_of(text, lenient=True)


def _role(kind: str, text: str) -> str:
    return _ROLES.get(kind) or ("sign" if _SIGNS.issuperset(text) else "keyword")
