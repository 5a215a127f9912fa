"""How the shares of lines that each format reads decide which one a source is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


_Named = TypeVar("_Named", bound=_HasName)

SAMPLE_LINES: Final = 1000
"""Lines by which a source is judged."""

JUDGED_LINES: Final = 250
"""Of the lines that may start a record, as many are tried with each format, evenly spread."""

SAMPLE_TEXT: Final = 4 * 4096
"""Characters of each of them."""

UNTIMED_SHARE: Final = 0.5
"""Heads without a time are heads of all that is below them only where they are as common."""

KNOWN_SHARE: Final = 0.1
"""From here on a format is known to be there, and the lines that it is trusted with count for it too."""

_LEAST_SHARE: Final = 0.05
_MAIN_SHARE: Final = 0.3
_GENERIC: Final = "generic"
_LOOSE: Final = ("levelled", "priority", _GENERIC)
_COLUMN_SHARE: Final = 0.9

COLUMNAR: Final = ("levelled",)
"""Formats that read only sources of which they read nearly everything, since single lines may look like theirs."""


def spread_out(count: int) -> list[int]:
    """Which of a source's first lines are tried.

    Args:
        count: How many there are.

    Returns:
        Ascending places, at most `JUDGED_LINES`.
    """
    step = max(1, -(-count // JUDGED_LINES))
    return list(range(0, count, step))


def ranked(scores: Mapping[str, float]) -> list[str]:
    """The names of formats in the order in which they read a source.

    Args:
        scores: The share of the lines that each of them reads.

    Returns:
        The one that reads most first, loose ones last; columnar ones only where they read nearly all.
    """
    names = [name for name, share in scores.items() if name not in COLUMNAR or share >= _COLUMN_SHARE]
    return sorted(names, key=lambda name: (_LOOSE.index(name) if name in _LOOSE else -1, -scores[name]))


def main_format(order: Sequence[str], scores: Mapping[str, float]) -> str:
    """The strict format that reads most; the generic one where the strict ones read little.

    Args:
        order: Names of formats as `ranked` returns them.
        scores: The share of the lines that each of them reads.

    Returns:
        A name out of `order`, or `plain`.
    """
    best = order[0] if order else "plain"
    if best not in ("plain", _GENERIC) and scores[best] >= min(_MAIN_SHARE, scores.get(_GENERIC, 0) or 1):
        return best
    if scores.get(_GENERIC, 0.0) >= _LEAST_SHARE:
        return _GENERIC
    return best if best != "plain" and scores[best] >= _LEAST_SHARE else "plain"


def strict_first(scores: Mapping[str, float]) -> list[str]:
    """The names of the strict formats in the order in which they read payloads.

    Args:
        scores: The share of the payloads that each of them reads.

    Returns:
        The one that reads most first; the generic one is left out.
    """
    return [name for name in ranked(scores) if name != _GENERIC]


def usual(formats: Sequence[_Named]) -> list[_Named]:
    """The formats that may read single lines of any source.

    Args:
        formats: In any order.

    Returns:
        The formats but the columnar ones, in the same order.
    """
    return [each for each in formats if each.name not in COLUMNAR]


def before_loose(formats: Sequence[_Named], trusted: _Named) -> list[_Named]:
    """Formats with one more, which reads what none of them but the loose ones would.

    Args:
        formats: In order of trial.
        trusted: What reads more of the format that is known to be the source's.

    Returns:
        The formats in order of trial.
    """
    place = next((at for at, each in enumerate(formats) if each.name in _LOOSE), len(formats))
    return [*formats[:place], trusted, *formats[place:]]
