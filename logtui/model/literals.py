"""Literal texts that every match of a pattern holds, found in a tenth of the time that compiling it takes."""

from __future__ import annotations

import re
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE: Final = (
    r"[\w\s\"'<>/=,:;#@!%&~-]+(?![?*+{])"  # plain text
    r"|\\u[0-9a-fA-F]{4}|\\[xpP](?:\{[^}]*\}|..)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a character or a class
    r"|\((?:\?(?:P<\w+>|[ims]*:))?|[?*+]\??|\{(?:\d+(?:,\d*)?|,\d+)\}\??|."  # a group's begin, a repetition
)
_OTHER_GROUP: Final = r"\(\?(?!P<|[ims]*:)"
_PLAIN_GROUPS: Final = ("(", "(?:", "(?s:")
_REPEATS: Final = ("?", "*", "+", "{")
_MAY_LACK: Final = ("?", "*", "{0", "{,")


def literals_of(pattern: str) -> tuple[str, ...]:
    """Find texts without which no text matches a pattern.

    Args:
        pattern: A regular expression in the syntax that Python and Rust share.

    Returns:
        Texts that each stand in every match; none where the pattern has alternatives throughout, or a group that is
        neither plain nor named and does not just set flags.
    """
    if re.search(_OTHER_GROUP, pattern):
        return ()
    return tuple(_sequence(iter(re.findall(_PIECE, pattern, re.DOTALL))))


def _sequence(pieces: Iterator[str]) -> list[str]:
    """The literals of the pieces before the next unmatched parenthesis; none if they are alternatives."""
    items: list[str | list[str]] = []  # a text, or what a group or a class is known to hold
    has_alternatives = False
    for piece in pieces:
        if piece == ")":
            break
        if piece == "|":
            has_alternatives = True
        elif piece[0] == "(":
            inner = _sequence(pieces)
            items.append(inner if piece in _PLAIN_GROUPS or piece.startswith("(?P<") else [])
        elif piece.startswith(_REPEATS) and piece != "{":
            items[-1:] = [[] if piece.startswith(_MAY_LACK) else items[-1], []]
        else:
            items.append(_text(piece))
    return [] if has_alternatives else list(_runs(items))


def _text(piece: str) -> str | list[str]:
    if piece[0] == "\\":
        return [] if piece[1].isalnum() else piece[1]
    return [] if piece[0] in "[^$." else piece


def _runs(items: list[str | list[str]]) -> Iterator[str]:
    """The literals of all items, texts that follow each other as one."""
    for kind, group in groupby(items, type):
        if kind is str:
            yield "".join(group)  # type: ignore[arg-type]  # they are texts
        else:
            yield from chain.from_iterable(group)
