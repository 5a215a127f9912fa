"""Tests of texts for needles, globs and regular expressions, with the case folding of the Rust engine."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.query.regexes import flagged_regex, is_common_regex
from logtui.query.syntax.escapes import pieces

if TYPE_CHECKING:
    from collections.abc import Callable

Test: TypeAlias = "Callable[[str], bool]"
"""Whether a text is what is asked for."""

_DOLLAR: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$|(?:)", re.DOTALL)
_SPACES: Final = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


class _Folds(dict[int, str]):
    """Unicode's simple case folding, one character for one (CaseFolding.txt, statuses C and S)."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        spellings = (letter.casefold(), letter.lower(), letter)
        folded = self[code] = next(one for one in spellings if len(one) == 1)
        return folded


_FOLDS: Final = _Folds()


def folded(text: str) -> str:
    """A text in which letters that differ only in case are the same."""
    return text.lower() if text.isascii() else text.translate(_FOLDS)


def contains(needle: str) -> Test:
    """Whether a text holds a needle, in any case."""
    wanted = folded(needle)
    return lambda text: wanted in folded(text)


def whole(value: str) -> Test:
    """Whether a text is a value, in any case."""
    wanted = folded(value)
    return lambda text: text == value or folded(text) == wanted


def prefix(value: str) -> Test:
    """Whether a text starts with a value, in any case."""
    wanted = folded(value)
    return lambda text: folded(text).startswith(wanted)


def glob(pattern: str) -> Test:
    """Whether a text as a whole is a match of a glob in escaped form."""
    first, *others = _between_stars(pattern)
    middle = "".join(f"(?>.*?{part})" for part in others[:-1])
    last = rf".*{others[-1]}" if others else ""
    matches = re.compile(f"(?s:{first}{middle}{last})").fullmatch
    return lambda text: matches(folded(text)) is not None


def text_glob(pattern: str) -> Test:
    """Whether a text holds a match of a glob in escaped form; `*` stays within a line."""
    parts = _between_stars(pattern)
    search = re.compile(r"[^\n]*".join(parts).removeprefix(r"[^\n]*").removesuffix(r"[^\n]*")).search
    return lambda text: search(folded(text)) is not None


def _between_stars(pattern: str) -> list[str]:
    parts = [""]
    for letter, is_wild in pieces(pattern):
        if is_wild and letter == "*":
            parts.append("")
        else:
            parts[-1] += "(?s:.)" if is_wild else re.escape(folded(letter))
    return parts


def regex(pattern: str, flags: str) -> Test:
    """Whether a text holds a match of a user's expression.

    Expressions that Python reads otherwise than the engine of the columns are left to that engine, which is slow text
    by text and loads Polars.
    """
    return _in_python(pattern, flags) if is_common_regex(pattern, flags) else _in_engine(flagged_regex(pattern, flags))


def _in_python(pattern: str, flags: str) -> Test:
    end = "$" if "m" in flags else r"\Z"
    python = _DOLLAR.sub(lambda match: _translated(match[0], end), pattern)
    options = sum(getattr(re, flag.upper()) for flag in flags)
    search = re.compile(python, options).search
    return lambda text: search(text) is not None


def _translated(piece: str, end: str) -> str:
    if piece == "$":
        return end
    if piece.startswith("["):
        return piece.replace(r"\s", _SPACES)
    return {r"\s": f"[{_SPACES}]", r"\S": f"[^{_SPACES}]"}.get(piece, piece)


@cache
def _in_engine(pattern: str) -> Test:
    import polars as pl  # the engine itself

    def search(text: str) -> bool:
        return bool(pl.Series([text]).str.contains(pattern)[0])

    return search
