"""Restores the JSON types of fields: fields are stored as text, and the raw record shows which ones were strings."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

BARE: Final = r"^(?:true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)$"
"""Texts that are JSON booleans or numbers, of any length."""

EXPONENT: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][+-]?[0-9]+$"
"""Texts that count as numbers only if the raw record has them unquoted in JSON: `7e12345` may be part of a hash."""

NESTED: Final = r"^[\[{]"
"""Texts that begin like a JSON array or object."""


def is_json(text: str) -> bool:
    """Whether a text is one JSON value."""
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False
    return True


@cache
def in_quotes(path: str) -> str:
    """A pattern that finds a field with a string value in a JSON record, also in JSON embedded in a string.

    Args:
        path: The field's name.

    Returns:
        A regular expression for Python and for Polars.
    """
    return rf'"(?:{_keys(path)})\\*"\s*:\s*\\*"'


@cache
def without_quotes(path: str) -> str:
    """A pattern that finds a field with a value other than a string in a JSON record."""
    return rf'"(?:{_keys(path)})\\*"\s*:\s*[^\s"\\]'


def _keys(path: str) -> str:
    spellings = [path, *(spelling for spelling, known in WELL_KNOWN_FIELDS.items() if known == path)]
    return "|".join(dict.fromkeys(re.escape(key) for spelling in spellings for key in _ends(spelling)))


def _ends(path: str) -> Iterator[str]:
    """The keys under which a path's value may stand: `a.b.c`, `b.c` and `c`, in nested objects or with dots."""
    parts = path.split(".")
    yield from (".".join(parts[first:]) for first in range(len(parts)))
