"""Custom formats: each is one regular expression of the user with named groups."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.errors import PatternError
from logtui.formats.declaration import Declaration
from logtui.model.severities import level_named

if TYPE_CHECKING:
    from collections.abc import Mapping

ALIASES: Final = {"timestamp": "time_text", "time": "time_text", "level": "level_text", "msg": "message"}
"""Names that a user may give to the groups of the core columns."""

_GROUP: Final = re.compile(r"\(\?P?<(?P<name>[A-Za-z_]\w*)>")
_UNSUPPORTED: Final = re.compile(r"(?:[^\\]|\\.)*?(?P<part>\(\?<?[=!]|\(\?P=|\(\?>|\\[1-9])")


def own_format(name: str, pattern: str, levels: Mapping[str, str] | None = None) -> Declaration:
    r"""Make the declaration of a custom format.

    Args:
        name: The format's name.
        pattern: A regular expression; the groups `timestamp` (or `time_text`), `level` (or `level_text`), `message`,
            `service`, `host` and `logger` become those columns, any other group a field. Without a group `message`,
            the message is what follows the match, or all of it where the pattern reaches to the end with `$`.
        levels: Levels by the text of the group `level`, for texts that are not known levels.

    Returns:
        The declaration.

    Raises:
        PatternError: If the pattern does not compile, with its place, or `levels` names no level.
    """
    _check(pattern)
    for word in (levels or {}).values():
        if level_named(word) is None:
            raise PatternError(f"expected a level such as warn or error, got {word!r}", text=word, start=0)
    aliases = _aliases(pattern, "severity" if levels else "level_text")
    named = _GROUP.sub(lambda group: f"(?P<{aliases.get(group['name'], group['name'])}>", pattern)
    meanings = dict(levels or {})
    return Declaration(
        name=name,
        patterns=(_with_message(named),),
        samples=(),
        severity=("severity", lambda text: meanings.get(text, text)) if meanings else None,
    )


def _aliases(pattern: str, level: str) -> dict[str, str]:
    """The names of columns for the names of groups; of two groups for one column the first has it."""
    columns: dict[str, str] = {}
    for group in _GROUP.finditer(pattern):
        name = ALIASES.get(group["name"], group["name"])
        columns.setdefault(level if name == "level_text" else name, group["name"])
    return {name: column for column, name in columns.items()}


def _check(pattern: str) -> None:
    try:
        re.compile(_GROUP.sub(r"(?P<\g<name>>", pattern))
    except re.error as error:
        place = error.pos or 0
        short = [group for group in _GROUP.finditer(pattern) if group[0][2] != "P" and group.start() < place]
        raise PatternError(error.msg, text=pattern, start=max(0, place - len(short))) from error
    found = _UNSUPPORTED.match(pattern)
    if found:
        raise PatternError(
            "look-around, atomic groups and backreferences are not supported",
            text=pattern,
            start=found.start("part"),
            end=found.end("part"),
        )


def _with_message(pattern: str) -> str:
    if "|" in pattern and pattern.startswith("^"):
        pattern = f"(?:{pattern})"  # the caret may belong to the first alternative alone
    if "(?P<message>" in pattern:
        return pattern
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        caret = "^" if pattern.startswith("^") else ""
        return rf"{caret}(?P<message>{pattern[len(caret) : -1]})$"
    return rf"{pattern}[\s|,;:]*(?P<message>(?s:.*))$"
