"""How the shares of lines that each format reads decide which one a source is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from logtui.formats.wrappings import WRAPPINGS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


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

GENERIC: Final = "generic"
"""The format that reads any line with a time or a level."""

KNOWN_SHARE: Final = 0.1
"""From here on a format is known to be there, and the lines that it is trusted with count for it too."""

_LEAST_SHARE: Final = 0.05
MAIN_SHARE: Final = 0.3
"""A strict format that reads so much is the main one, though a loose one may read more."""

LOOSE: Final = ("levelled", "priority", GENERIC)
"""Formats that read lines by a time or a level alone, before the rest is plain."""

_COLUMN_SHARE: Final = 0.9

_ENVELOPES: Final = tuple(each.name for each in WRAPPINGS)

MORE_SPECIFIC: Final[dict[str, tuple[str, ...]]] = {
    "json": _ENVELOPES,
    "syslog": ("job", "cef", "leef"),
    "logfmt": ("auditd",),
    "log4j": ("service",),
    **dict.fromkeys(LOOSE, (*_ENVELOPES, "json", "forwarded")),
}
"""The formats that read lines of a family of formats with more understanding, so that they are tried before it."""

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


def exclusive_shares(read: Mapping[str, Collection[int]], count: int) -> dict[str, float]:
    """The share of the lines that are left to each format by those that are more specific.

    Args:
        read: The places of the lines that each format reads, by its name.
        count: How many lines were tried.

    Returns:
        A share for each name, 0 to 1.
    """
    left = {name: set(places) for name, places in read.items()}
    for name, others in MORE_SPECIFIC.items():
        if name in left:
            left[name].difference_update(*(read.get(other, ()) for other in others))
    return {name: len(places) / count for name, places in left.items()}


def admitted(shares: Mapping[str, float]) -> list[str]:
    """The names of the formats that take part in reading a source.

    Args:
        shares: The share of the lines that each format reads, by its name, in order of trial.

    Returns:
        The names in the same order, loose formats last; columnar ones only where they read nearly all.
    """
    names = [name for name, share in shares.items() if name not in COLUMNAR or share >= _COLUMN_SHARE]
    return sorted(names, key=_rank)


def main_format(names: Sequence[str], shares: Mapping[str, float], exclusive: Mapping[str, float]) -> str:
    """The strict format that reads most; the generic one where the strict ones read little.

    Args:
        names: Names of formats as `admitted` returns them.
        shares: The share of the lines that each of them reads.
        exclusive: The share that the more specific ones leave it.

    Returns:
        A name out of `names`, or `plain`.
    """
    best = min(names, key=lambda name: (_rank(name), -exclusive[name]), default="plain")
    if best not in ("plain", GENERIC) and shares[best] >= min(MAIN_SHARE, shares.get(GENERIC, 0) or 1):
        return best
    if shares.get(GENERIC, 0.0) >= _LEAST_SHARE:
        return GENERIC
    return best if best != "plain" and shares[best] >= _LEAST_SHARE else "plain"


def in_turn(main: str, names: Sequence[str]) -> list[str]:
    """The names of formats in the order in which they read lines.

    The main one comes first, since it reads most, but what is more specific comes before it: which format reads a
    line does not depend on how common the format is.

    Args:
        main: The main format.
        names: As `admitted` returns them.

    Returns:
        The names.
    """
    first = () if main in (*LOOSE, "plain") else (*MORE_SPECIFIC.get(main, ()), main)
    others = [name for each in names for name in (*MORE_SPECIFIC.get(each, ()), each)]
    return list(dict.fromkeys((*first, *others)))


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
    place = next((at for at, each in enumerate(formats) if each.name in LOOSE), len(formats))
    return [*formats[:place], trusted, *formats[place:]]


def _rank(name: str) -> int:
    return LOOSE.index(name) if name in LOOSE else -1
