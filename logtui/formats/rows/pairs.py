"""Reads `key=value` pairs: the fields of logfmt lines and of messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.formats.pairs import (
    BEFORE_PAIR,
    BETWEEN,
    COMMA_BETWEEN,
    HINT_OF_IDENTITY,
    IDENTITY,
    LEFT_EMPTY,
    LOGFMT_CORE_KEY,
    LOGFMT_LINE,
    LOGFMT_TOKEN,
    MAX_KEYS,
    MAX_PAIR_TEXT,
    NOTHING,
    PAIR_KEY,
    PAIR_VALUE,
)
from logtui.formats.rows.naming import named
from logtui.formats.rows.patterns import matcher, python_pattern
from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from logtui.formats.rows.reading import Reading

_PAIR: Final = f"{BEFORE_PAIR}({PAIR_KEY})=({PAIR_VALUE})"
_ESCAPED: Final = r"""\\(["'\\])"""


def pairs_of(text: str) -> dict[str, str]:
    """Find the `key=value` pairs of a text.

    Returns:
        Values by key in order of appearance; quotes are taken off and their backslash escapes undone. Of a repeated
        key the first value is kept.
    """
    pairs: dict[str, str] = {}
    for key, value in python_pattern(_PAIR).findall(_marked(text[:MAX_PAIR_TEXT])):
        if key not in pairs and len(pairs) < MAX_KEYS:
            pairs[key] = _unmarked(_unquoted(value))
    return pairs


def _marked(text: str) -> str:
    """Replace the commas between pairs by marks, and put marks behind pairs without a value."""
    if "," in text:
        text = python_pattern(COMMA_BETWEEN).sub(rf"{BETWEEN}\1", text)
    return python_pattern(LEFT_EMPTY).sub(rf"\1{NOTHING}\2", text) if "= " in text or text.endswith("=") else text


def _unmarked(value: str) -> str:
    if BETWEEN in value or NOTHING in value:
        return value.replace(BETWEEN, ",").replace(NOTHING, "")
    return value


def add_message_fields(fields: dict[str, str], message: str) -> None:
    """Add the pairs of a message to the fields of its record; fields that a format read win.

    Args:
        fields: The record's fields.
        message: Its message.
    """
    if "=" in message:
        for key, value in pairs_of(message).items():
            fields.setdefault(WELL_KNOWN_FIELDS.get(key, key), value)
    if ": " in message and re.search(HINT_OF_IDENTITY, message):
        for key, value in python_pattern(IDENTITY).findall(message[:MAX_PAIR_TEXT]):
            fields.setdefault(WELL_KNOWN_FIELDS.get(key, key), value)


def read_logfmt(text: str) -> Reading | None:
    """Read a line of pairs with at least a time, a level or a message among them.

    Args:
        text: A line.

    Returns:
        A reading, None if the text is no such line.
    """
    if "=" not in text or not matcher(LOGFMT_CORE_KEY)(text) or not matcher(LOGFMT_LINE)(text):
        return None
    pairs: dict[str, str] = {}
    for key, value, _ in python_pattern(LOGFMT_TOKEN).findall(text):
        if key:
            pairs.setdefault(key, value)
    return named({key: _unquoted(value) for key, value in pairs.items() if value})


def _unquoted(value: str) -> str:
    if value[0] not in "\"'`" or value[-1] != value[0] or len(value) == 1:
        return value
    inner = value[1:-1]
    return re.sub(_ESCAPED, r"\1", inner) if "\\" in inner else inner
