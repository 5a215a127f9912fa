"""Comparisons that every class of columns knows, and what all comparisons have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Bounds: TypeAlias = "Sequence[tuple[str, Any]]"
"""Operators out of `>`, `>=`, `<`, `<=`, and values that are read already; all must hold."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is asked of a cell; one without a value never meets it."""


@dataclass(frozen=True, slots=True)
class Never(Comparison):
    """No cell meets it."""


@dataclass(frozen=True, slots=True)
class Present(Comparison):
    """Every cell with a value meets it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A column and the comparison that its cells have to meet.

    Attributes:
        column: The column of the record frame.
        comparison: What is asked.
        elements: How a cell that is an array meets it: only as a whole, by any element instead, or by either.
        is_deep: Whether what is inside the objects of an array counts as its element.
    """

    column: str
    comparison: Comparison
    elements: Literal["none", "instead", "either"] = "none"
    is_deep: bool = False
