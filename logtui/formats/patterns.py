r"""Regular expressions over columns of lines: named groups in, named columns out.

Patterns are written with `\d`, `\w` and `\s`, which here mean ASCII digits, ASCII word characters, and blank or
tab: the engine is several times faster on them than on the Unicode classes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from logtui.formats.declaration import REST_OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

_HEAD: Final = "_head"

_ASCII_CLASSES: Final = {
    r"\d": "[0-9]",
    r"\w": "[0-9A-Za-z_]",
    r"\s": r"[ \t]",
    r"\S": r"[^ \t]",
}
_GROUP: Final = re.compile(r"\(\?P<(\w+)>")
_CLASS: Final = re.compile(r"\\.")


@cache
def ascii_pattern(pattern: str) -> str:
    r"""The pattern with its classes narrowed to ASCII, in the syntax of Rust's `regex`.

    Args:
        pattern: A pattern as the format modules write it.

    Returns:
        The same pattern with `\d`, `\w`, `\s` and `\S` spelled out; nested classes are allowed there.
    """
    return _CLASS.sub(lambda match: _ASCII_CLASSES.get(match[0], match[0]), pattern)


def opening(pattern: str) -> str:
    """A pattern without a message that is the rest of the text; where it does not match, the pattern does not.

    Args:
        pattern: As `groups` takes it.

    Returns:
        The pattern, in the syntax of Rust's `regex`.
    """
    rest = REST_OF_TEXT.search(pattern)
    return ascii_pattern(pattern[: rest.start()] if rest else pattern)


def unnamed(pattern: str) -> str:
    """A pattern whose named groups are plain ones, so that it can stand beside others."""
    return _GROUP.sub("(?:", pattern)


def groups_of(pattern: str) -> list[str]:
    """The names of a pattern's groups, in their order."""
    return _GROUP.findall(pattern)


def with_groups(pattern: str, names: Collection[str]) -> str:
    """A pattern of which only the named groups are left; the others are plain ones."""
    return _GROUP.sub(lambda match: match[0] if match[1] in names else "(?:", pattern)


def groups(text: pl.Series, pattern: str) -> pl.DataFrame:
    """The named groups of a pattern in each text.

    Args:
        text: String, any length.
        pattern: A pattern with named groups, as `ascii_pattern` takes it.

    Returns:
        One String column per group, all null where the pattern does not match.
    """
    rest = REST_OF_TEXT.search(pattern)
    if rest is None or not pattern.startswith("^"):
        return _extracted(text, pattern)
    # The engine walks every character inside a group; the message, mostly the longest part, is cut off instead.
    found = _extracted(text, f"^(?P<{_HEAD}>{pattern[1 : rest.start()]})")
    heads = found[_HEAD]
    if heads.null_count() == len(heads):
        return found.rename({_HEAD: "message"})
    message = text.str.strip_prefix(heads).set(heads.is_null(), None)
    empty = message == ""
    if "+" in rest.groups() and empty.any():
        message = message.set(empty, None)
        found = found.with_columns(found[name].set(empty, None) for name in found.columns)
    return found.with_columns(message.alias("message")).drop(_HEAD)


def _extracted(text: pl.Series, pattern: str) -> pl.DataFrame:
    return text.str.extract_groups(ascii_pattern(pattern)).struct.unnest()


def matches(text: pl.Series, pattern: str) -> pl.Series:
    """Whether a pattern matches each text (Boolean, null where the text is null)."""
    return text.str.contains(ascii_pattern(pattern))
