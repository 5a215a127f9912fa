r"""Words and their escapes: what a typed word, phrase or name means letter by letter.

A typed word may hold backslashes, wildcards and literal letters. Here it becomes either plain text or an
*escaped* glob pattern, in which only `\*`, `\?` and `\\` are escapes.
"""

from __future__ import annotations

import re
from typing import Final

ESCAPABLE: Final = frozenset('*?:"()[]{}\\/|&!+-=<>~^@` ')
"""Characters that a backslash makes literal outside quotes; before any other it is itself a letter."""

QUOTES: Final = frozenset('"“”„‟')
"""The double quotes that editors and chats make out of `"`."""

_PIECE: Final = re.compile(r"\\(.)|([*?])|(.)", re.DOTALL)
_PHRASE_ESCAPE: Final = re.compile(r'\\(["\\“”„‟])')


def escape(text: str) -> str:
    r"""Write plain text in escaped form.

    Args:
        text: Any text.

    Returns:
        The text with a backslash before every `*`, `?` and backslash.
    """
    return re.sub(r"([*?\\])", r"\\\1", text)


def unescape(pattern: str) -> str:
    """Read an escaped pattern as plain text; wildcards in it stay as they are written."""
    return re.sub(r"\\([*?\\])", r"\1", pattern)


def pieces(pattern: str) -> list[tuple[str, bool]]:
    """Take an escaped pattern apart.

    Args:
        pattern: A glob in escaped form.

    Returns:
        Pairs of a character and whether it is a wildcard.
    """
    return [(m[1] or m[2] or m[3], m[2] is not None) for m in _PIECE.finditer(pattern)]


def has_wildcards(pattern: str) -> bool:
    """Whether an escaped pattern holds a wildcard."""
    return any(wild for _, wild in pieces(pattern))


def word_pattern(typed: str, *, question_at_end: bool = True) -> str:
    """The escaped pattern that a typed word means.

    Args:
        typed: The word as it stands in the query.
        question_at_end: Whether question marks at the end are wildcards; in bare terms they are not.

    Returns:
        A glob in escaped form.
    """
    tail = len(typed) if question_at_end else len(_without_question_marks(typed))
    found, at = [], 0
    while at < len(typed):
        escaped = typed[at] == "\\" and typed[at + 1 : at + 2] in ESCAPABLE and at + 1 < len(typed)
        letter = typed[at + 1] if escaped else typed[at]
        wild = letter in "*?" and not escaped and (at < tail or letter == "*")
        found.append(letter if wild else escape(letter))
        at += 2 if escaped else 1
    return "".join(found)


def _without_question_marks(typed: str) -> str:
    stripped = typed.rstrip("?")
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return stripped + "?" if backslashes % 2 and stripped != typed else stripped


def phrase_text(inside: str) -> str:
    r"""The text of a quoted phrase: only `\"` and `\\` are escapes."""
    return _PHRASE_ESCAPE.sub(r"\1", inside)
