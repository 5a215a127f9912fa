"""The parser: query text -> filter and pipes, or one error that says where and why."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lark.exceptions import UnexpectedToken

from logtui.errors import QueryError
from logtui.query.syntax.builder import build
from logtui.query.syntax.grammar import parser
from logtui.query.syntax.habits import advice_on
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.lexer import tokens_of
from logtui.query.syntax.pipes.registry import PIPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lark import Token

    from logtui.query.syntax.pipes import Query
    from logtui.query.syntax.tree import Node

MAX_TEXT_BYTES: Final = 64 * 1024

_UNREADABLE: Final = re.compile("[\x00\ud800-\udfff]")
_COMMENT: Final = re.compile(r"^[ \t\ufeff]*#.*", re.MULTILINE)
_PIPE: Final = re.compile(rf"\|\s*({'|'.join(PIPES)})\b")
_OPERAND: Final = "a word, a field:value or a ( group )"
_NAMES_OF_TOKENS: Final = {
    "NAME": "a name",
    "NUMBER": "a number",
    "DURATION": "an interval such as 5m",
    "_COMMA": "a comma",
    "_BY": "by",
    "_RPAR": ")",
    "_LPAR": "(",
}


def parse(text: str) -> Query:
    """Parse a query.

    Args:
        text: The query as typed; the empty text asks for everything.

    Returns:
        The filter, its nodes carrying their places in the text, and the pipes.

    Raises:
        QueryError: If the text is no query or passes a limit; with position, length and suggestion.
    """
    refuse_unreadable(text)
    try:
        return _parsed(text)
    except QueryError as error:
        error.hint = advice_on(text, (error.start, error.end)) or error.hint
        raise


@lru_cache(maxsize=16)  # A search parses its query twice; 1,024 globs hold the GIL for 50 ms each time.
def _parsed(text: str) -> Query:
    return parse_tokens(tokens_of(text), text)


def parse_filter(text: str) -> Node:
    """Parse a query that must not have pipes.

    Args:
        text: The query as typed.

    Returns:
        The tree of the filter.

    Raises:
        QueryError: If the text is no query, or has a pipe.
    """
    query = parse(text)
    if query.pipes:
        start, end = query.pipes[0].span
        raise QueryError("only a filter is asked for, got a pipe", text=text, start=start, end=end)
    return query.filter


def without_comments(text: str) -> str:
    """Remove comments, which are lines that begin with `#`, from a saved query.

    Args:
        text: The content of a file.

    Returns:
        The text with blanks in place of the comments, so that places in it stay the same.
    """
    return _COMMENT.sub(lambda match: " " * len(match[0]), text)


def refuse_unreadable(text: str) -> None:
    """Refuse a text that is too long or holds invalid characters.

    Raises:
        QueryError: If it is longer than 64 KiB, or has NUL or half a surrogate pair in it.
    """
    if len(text) > MAX_TEXT_BYTES or len(text.encode(errors="replace")) > MAX_TEXT_BYTES:
        raise QueryError(f"query is longer than {MAX_TEXT_BYTES // 1024} KiB", text=text, start=0)
    match = _UNREADABLE.search(text)
    if match:
        kind = "a NUL character" if match[0] == "\x00" else "half of a surrogate pair"
        raise QueryError(f"query holds {kind}", text=text, start=match.start())


def parse_tokens(tokens: Iterable[Token], text: str) -> Query:
    """Parse the tokens of a query.

    Args:
        tokens: As the lexer yields them.
        text: Where they come from, for the caret of errors.

    Returns:
        The query.

    Raises:
        QueryError: If they are no query.
    """
    try:
        return build(parser().parse(tokens))
    except UnexpectedToken as error:
        raise _explained(error, text) from None
    except LeafError as error:
        start, end = error.span
        raise QueryError(error.message, text=text, start=start, end=end, hint=error.hint) from None


def _explained(error: UnexpectedToken, text: str) -> QueryError:
    token = error.token
    start, end = token.start_pos or 0, token.end_pos or 0
    is_end = token.type == "$END"
    if "PHRASE" not in error.accepts and (pipe := _pipe_before(text, start)):
        wanted = _wanted(error.accepts)
        place = (end, end) if is_end else (start, end)
        return QueryError(wanted, text=text, start=place[0], end=place[1], hint=f"write it like {PIPES[pipe].usage}")
    if is_end:
        return QueryError("operand expected", text=text, start=end, hint=_OPERAND)
    if token.type in ("_AND", "_OR"):
        hint = f'quote it if it is text: "{token}"'
        return QueryError(f"operator {token} needs a left operand", text=text, start=start, end=end, hint=hint)
    if token.type == "_COMMA":
        hint = "a list holds values and commas only: field:(a, b)"
        return QueryError("comma is out of place", text=text, start=start, end=end, hint=hint)
    return QueryError("operand expected", text=text, start=start, end=end, hint=_OPERAND)


def _pipe_before(text: str, at: int) -> str | None:
    names = [match[1] for match in _PIPE.finditer(text) if match.start() <= at]
    return names[-1] if names else None


def _wanted(accepted: Iterable[str]) -> str:
    """What the parser expected next in a pipe, the likeliest first."""
    known = [name for kind, name in _NAMES_OF_TOKENS.items() if kind in accepted]
    return f"{' or '.join(known[:2])} expected" if known else "the pipe ends here"
