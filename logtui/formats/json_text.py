"""The text of JSON objects as people and programs write it, made strict."""

from __future__ import annotations

import json
import re
from typing import Any, Final

BEFORE_OBJECT: Final = " \t\n\r,[\ufeff"
"""What may stand before an object of a line of its own: the line may be one of an array."""

BEHIND_OBJECT: Final = " \t\n\r,]"

LONG_FRACTION: Final = re.compile(rb"\d\.\d{16}")
"""A number with more digits than a double has, or nearly so; readers of JSON would round it."""

_HALF: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPED_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


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
        The object, with U+FFFD for half characters, which UTF-8 cannot hold; None if the text is none.
    """
    try:
        found = json.loads(text, parse_constant=str, parse_float=_float_or_text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return _with_whole_characters(found) if _ESCAPED_HALF.search(text) else found


def _with_whole_characters(found: dict[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(_HALF.sub("\ufffd", json.dumps(found, ensure_ascii=False)))
    return whole


def _float_or_text(text: str) -> float | str:
    """A number, or its text where a double would lose digits of it."""
    value = float(text)
    digits = text.lower().partition("e")[0].replace(".", "").lstrip("-0").rstrip("0")
    return text if value in (float("inf"), float("-inf")) or len(digits) > 17 else value
