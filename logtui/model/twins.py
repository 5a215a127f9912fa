"""Numeric twins: columns that store the values of a field as numbers, beside the column with their texts.

A field has a twin only if that cannot change an answer: each value is either a number in its canonical spelling, or a
text without a digit, which cannot be a number, a duration, a size or an array of these.
"""

from __future__ import annotations

from typing import Final

import msgspec

TWIN_PREFIX: Final = "#"


class Twin(msgspec.Struct, frozen=True, array_like=True):
    """Statistics of the numbers of one field in a segment.

    Attributes:
        is_whole: Whether all are integers below 10^15 in their canonical spelling, which floats represent exactly; the
            column then has an integer type, otherwise Float64.
        groups: The smallest and the largest number in each row group; None if a row group has none.
    """

    is_whole: bool
    groups: tuple[tuple[float, float] | None, ...]


def twin_column(column: str) -> str:
    """The name of the numeric twin of a field column."""
    return TWIN_PREFIX + column
