"""How many examples hypothesis makes where a test asks for its own number."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

FULL: Final = 20
"""The examples of a test in the full form, where it asks for no number."""


def examples(count: int) -> int:
    """So many examples in the full form, and in others in proportion to those that other tests have.

    Args:
        count: The number in the full form.

    Returns:
        At least 1.
    """
    return max(1, count * settings().max_examples // FULL)


def several(count: int, few: int) -> int:
    """So many runs of a long state machine in the full form, and few in the short one, where it must take seconds."""
    return count if settings().max_examples >= FULL else few
