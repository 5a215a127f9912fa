"""Numeric twins: columns that hold the values of a field as numbers, beside the one that holds their texts.

A field has a twin only where that cannot change an answer: each of its values is a number in its one usual spelling, or
has no digit and so is no number, no duration, no size and no array with one in it.
"""

from __future__ import annotations

from typing import Final

import msgspec

TWIN_PREFIX: Final = "#"


class Twin(msgspec.Struct, frozen=True, array_like=True):
    """What is known of the numbers of one field in a segment.

    Attributes:
        is_whole: Whether all are integers below 10^15, each in its one spelling, which floats hold exactly; the column
            is of an integer type then, else of Float64.
        groups: The smallest and the largest number in each row group, None where there is none.
    """

    is_whole: bool
    groups: tuple[tuple[float, float] | None, ...]


def twin_column(column: str) -> str:
    """The name of the column beside a field column that holds its values as numbers."""
    return TWIN_PREFIX + column
