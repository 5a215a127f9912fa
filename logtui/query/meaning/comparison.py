"""The base class of comparisons, conditions, and the comparisons that every class of columns supports."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Bounds: TypeAlias = tuple[tuple[str, Any], ...]
"""Operators out of `>`, `>=`, `<`, `<=`, and parsed values; all bounds must hold."""


Elements: TypeAlias = Literal["none", "instead", "either"]
"""What is compared of a cell that is an array: only its text, any of its elements instead, or either of them."""


class Comparison(msgspec.Struct, frozen=True):
    """A test of a cell's value; a cell without a value never meets it."""


class Never(Comparison, frozen=True):
    """A comparison that no cell meets."""


class Present(Comparison, frozen=True):
    """A comparison that every cell with a value meets."""


class Condition(msgspec.Struct, frozen=True):
    """A column and the comparison that its cells have to meet.

    Attributes:
        column: The column of the record frame.
        comparison: The comparison.
        elements: What is compared of a cell that is an array.
        is_deep: Whether values inside the objects of an array count as elements.
    """

    column: str
    comparison: Comparison
    elements: Elements = "none"
    is_deep: bool = False
