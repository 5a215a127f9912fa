"""A chip: one clause of the filter, which may be switched off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Chip:
    """One clause.

    Attributes:
        text: The clause as it stands in the filter.
        is_on: Whether it stands there.
    """

    text: str
    is_on: bool = True


def merged(chips: Sequence[Chip], clauses: Sequence[str]) -> tuple[Chip, ...]:
    """The chips of another filter.

    Args:
        chips: Those of the filter before.
        clauses: What all records of the new filter match.

    Returns:
        A chip that is on for each clause, and those that are off; what was there before keeps its place.
    """
    stay = [Chip(chip.text, chip.text in clauses) for chip in chips if chip.text in clauses or not chip.is_on]
    known = {chip.text for chip in stay}
    return (*stay, *(Chip(clause) for clause in dict.fromkeys(clauses) if clause not in known))
