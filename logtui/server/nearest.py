"""The known name that somebody may have meant by one that is not known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LEAST_LIKENESS: Final = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find the known name that is most like another, None if none is like it."""
    return next(iter(get_close_matches(name.lower(), list(known), n=1, cutoff=_LEAST_LIKENESS)), None)


def offer(name: str, known: Iterable[str]) -> str:
    """Write what to use in the place of an unknown name: the nearest known one, or all of them if none is like it."""
    names = list(known)
    near = nearest(name, names)
    return f"did you mean {near}?" if near else f"known are {', '.join(names)}"
