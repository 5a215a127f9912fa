"""A chip: one clause of the filter, which can be switched off and on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Chip:
    """One clause of the filter.

    Attributes:
        text: The text of the clause.
        is_on: Whether the filter contains the clause now.
    """

    text: str
    is_on: bool = True


def merged(chips: Sequence[Chip], clauses: Sequence[str]) -> tuple[Chip, ...]:
    """Update the chips to a new filter.

    Args:
        chips: The chips of the previous filter.
        clauses: The clauses of the new filter, which are joined by AND.

    Returns:
        One chip per clause, and the chips that are off; chips of the previous filter keep their order.
    """
    stay = [Chip(chip.text, chip.text in clauses) for chip in chips if chip.text in clauses or not chip.is_on]
    known = {chip.text for chip in stay}
    return (*stay, *(Chip(clause) for clause in dict.fromkeys(clauses) if clause not in known))
