"""The text of JSON objects as people and programs write it, made strict."""

from __future__ import annotations

import json
import re
from typing import Any, Final

BEFORE_OBJECT: Final = " \t\n\r,[\ufeff"
"""What may stand before an object of a line of its own: the line may be one of an array."""

BEHIND_OBJECT: Final = " \t\n\r,]"

INEXACT: Final = r"\.\d{16}|\\u[dD][89a-fA-F]"
"""A number with more digits than a double has, or nearly so, or a half of a character: readers of JSON would round the
one and drop the other."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def strict_json(text: str) -> str | None:
    """An object as strict JSON.

    Args:
        text: An object that may hold NaN, Infinity, a key twice, or numbers that no double holds.

    Returns:
        The object with the last value of each key, and with the texts of numbers that JSON or doubles do not have;
        None if the text is no object.
    """
    found = loose_object(text)
    return None if found is None else json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def loose_object(text: str) -> dict[str, Any] | None:
    """Decode an object.

    Args:
        text: As `strict_json` takes it.

    Returns:
        The object, None if the text is none.
    """
    try:
        found = json.loads(text, parse_constant=str, parse_float=_float_or_text)
    except (ValueError, RecursionError):
        return None
    if _ESCAPED_SURROGATE.search(text):
        found = _with_whole_characters(found)
    return found if isinstance(found, dict) else None


def _with_whole_characters(found: object) -> object:
    """The same without halves of characters, which no text can be written with."""
    return json.loads(_SURROGATE.sub("\ufffd", json.dumps(found, ensure_ascii=False)))


def _float_or_text(text: str) -> float | str:
    """A number, or its text where a double would lose digits of it."""
    value = float(text)
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("-0").rstrip("0")
    return text if value in (float("inf"), float("-inf")) or len(digits) > 17 else value
