"""The parser: query text -> tree, or one error that says where and why."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from lark import Lark
from lark.exceptions import UnexpectedToken

from logtui.errors import QueryError
from logtui.query.builder import Parsed, build
from logtui.query.leaves import LeafError
from logtui.query.lexer import QueryLexer

if TYPE_CHECKING:
    from logtui.query.tree import Node

MAX_TEXT_BYTES: Final = 64 * 1024

_UNREADABLE: Final = re.compile("[\x00\ud800-\udfff]")


def parse(text: str) -> Node:
    """Read a query.

    Args:
        text: The query as typed; the empty text asks for everything.

    Returns:
        The tree, its nodes carrying their places in the text.

    Raises:
        QueryError: If the text is no query or passes a limit; with position, length and suggestion.
    """
    _refuse_unreadable(text)
    try:
        return build(cast("Parsed | None", _parser().parse(text)))
    except UnexpectedToken as error:
        raise _explained(error, text) from None
    except LeafError as error:
        start, end = error.span
        raise QueryError(error.message, text=text, start=start, end=end, hint=error.hint) from None


@cache
def _parser() -> Lark:
    return Lark.open_from_package("logtui.query", "grammar.lark", parser="lalr", lexer=QueryLexer)


def _refuse_unreadable(text: str) -> None:
    if len(text) > MAX_TEXT_BYTES or len(text.encode(errors="replace")) > MAX_TEXT_BYTES:
        raise QueryError(f"query is longer than {MAX_TEXT_BYTES // 1024} KiB", text=text, start=0)
    match = _UNREADABLE.search(text)
    if match:
        kind = "a NUL character" if match[0] == "\x00" else "half of a surrogate pair"
        raise QueryError(f"query holds {kind}", text=text, start=match.start())


def _explained(error: UnexpectedToken, text: str) -> QueryError:
    token = error.token
    start, end = token.start_pos or 0, token.end_pos or 0
    if token.type == "$END":
        return QueryError("operand expected", text=text, start=end, hint="a word, a field:value or a ( group )")
    if token.type in ("_AND", "_OR"):
        hint = f'quote it if it is text: "{token}"'
        return QueryError(f"operator {token} needs a left operand", text=text, start=start, end=end, hint=hint)
    if token.type == "_COMMA":
        hint = "a list holds values and commas only: field:(a, b)"
        return QueryError("comma is out of place", text=text, start=start, end=end, hint=hint)
    return QueryError("operand expected", text=text, start=start, end=end, hint="a word, a field:value or a ( group )")
