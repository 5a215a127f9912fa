"""Comparisons that every class of columns knows, and what all comparisons have in common."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Bounds: TypeAlias = tuple[tuple[str, Any], ...]
"""Operators out of `>`, `>=`, `<`, `<=`, and values that are read already; all must hold."""


Elements: TypeAlias = Literal["none", "instead", "either"]
"""How an array meets a comparison: only as the text that it is written as, by any element instead, or by either."""


class Comparison(msgspec.Struct, frozen=True):
    """A comparison that a cell meets or does not meet; a cell without a value never meets it."""


class Never(Comparison, frozen=True):
    """No cell meets it."""


class Present(Comparison, frozen=True):
    """Every cell with a value meets it."""


class Condition(msgspec.Struct, frozen=True):
    """A column and the comparison that its cells have to meet.

    Attributes:
        column: The column of the record frame.
        comparison: The comparison.
        elements: How a cell that is an array meets it.
        is_deep: Whether what is inside the objects of an array counts as its element.
    """

    column: str
    comparison: Comparison
    elements: Elements = "none"
    is_deep: bool = False
