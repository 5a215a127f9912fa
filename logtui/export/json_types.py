"""The types of fields in JSON: fields are kept as texts, and the raw record tells which of them were strings."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

BARE: Final = r"^(?:true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)$"
"""Texts that are booleans and numbers in JSON, of any length."""

EXPONENT: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE][+-]?[0-9]+$"
"""Texts that are numbers only where the record writes them so in JSON: elsewhere `7e12345` may be part of a hash."""

NESTED: Final = r"^[\[{]"
"""How texts of arrays and objects begin."""


def is_json(text: str) -> bool:
    """Whether a text is one value of JSON."""
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False
    return True


@cache
def in_quotes(path: str) -> str:
    """The expression that finds a field's value as a string in a record of JSON, in embedded JSON too.

    Args:
        path: The field's name.

    Returns:
        An expression for Python and for Polars.
    """
    return rf'"(?:{_keys(path)})\\*"\s*:\s*\\*"'


@cache
def without_quotes(path: str) -> str:
    """The expression that finds a field's value as anything but a string in a record of JSON."""
    return rf'"(?:{_keys(path)})\\*"\s*:\s*[^\s"\\]'


def _keys(path: str) -> str:
    spellings = [path, *(spelling for spelling, known in WELL_KNOWN_FIELDS.items() if known == path)]
    return "|".join(dict.fromkeys(re.escape(key) for spelling in spellings for key in _ends(spelling)))


def _ends(path: str) -> Iterator[str]:
    """`a.b.c`, `b.c` and `c`: an object in an object, or a key with dots."""
    parts = path.split(".")
    yield from (".".join(parts[first:]) for first in range(len(parts)))
