"""Decides, by the shares of sample lines that formats read, which formats read a source and which is the main one."""

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
"""First lines of a source that detection looks at."""

JUDGED_LINES: Final = 250
"""Lines that may start a record which are tried with each format; they are picked evenly from all such lines."""

SAMPLE_TEXT: Final = 4 * 4096
"""Characters of a sample line that are tried."""

UNTIMED_SHARE: Final = 0.5
"""Share of lines that a headed format must read for all other lines to continue its records, if it reads no times."""

GENERIC: Final = "generic"
"""The format that reads any line with a time or a level."""

KNOWN_SHARE: Final = 0.1
"""Share of lines from which a format is known to be present, so that lines of its trusted patterns count for it too."""

_LEAST_SHARE: Final = 0.05
MAIN_SHARE: Final = 0.3
"""Share of lines from which a strict format is the main one, even if a loose format reads more."""

LOOSE: Final = ("levelled", "priority", GENERIC)
"""Formats that take any line with a time or a level, the strictest first; all other formats are strict."""

_COLUMN_SHARE: Final = 0.9

_ENVELOPES: Final = tuple(each.name for each in WRAPPINGS)

MORE_SPECIFIC: Final[dict[str, tuple[str, ...]]] = {
    "json": _ENVELOPES,
    "syslog": ("job", "cef", "leef"),
    "logfmt": ("auditd",),
    "log4j": ("service",),
    **dict.fromkeys(LOOSE, (*_ENVELOPES, "json", "forwarded")),
}
"""Formats that read some lines of a more general format better, and are therefore tried before it."""

COLUMNAR: Final = ("levelled",)
"""Formats that take part only if they read nearly all lines, because single lines of other formats look like theirs."""


def spread_out(count: int) -> list[int]:
    """Pick evenly spread indexes, at most `JUDGED_LINES`, out of `count` lines."""
    step = max(1, -(-count // JUDGED_LINES))
    return list(range(0, count, step))


def exclusive_shares(read: Mapping[str, Collection[int]], count: int) -> dict[str, float]:
    """The share of lines that a format reads and no format in `MORE_SPECIFIC` for it does.

    Args:
        read: Indexes of the lines that each format reads, by its name.
        count: The number of lines tried.

    Returns:
        Shares by name, 0 to 1.
    """
    left = {name: set(places) for name, places in read.items()}
    for name, others in MORE_SPECIFIC.items():
        if name in left:
            left[name].difference_update(*(read.get(other, ()) for other in others))
    return {name: len(places) / count for name, places in left.items()}


def admitted(shares: Mapping[str, float]) -> list[str]:
    """The names of the formats that take part in reading a source.

    Args:
        shares: The share of lines that each format reads, by its name, in order of trial.

    Returns:
        The names in the same order, loose formats last; formats in `COLUMNAR` only if they read nearly all lines.
    """
    names = [name for name, share in shares.items() if name not in COLUMNAR or share >= _COLUMN_SHARE]
    return sorted(names, key=_rank)


def main_format(names: Sequence[str], shares: Mapping[str, float], exclusive: Mapping[str, float]) -> str:
    """Choose the main format: the strict one that reads most, or the generic one if the strict ones read little.

    Args:
        names: Names of formats, as `admitted` returns them.
        shares: The share of lines that each format reads.
        exclusive: Shares as `exclusive_shares` returns them.

    Returns:
        One of `names`, or `plain`.
    """
    best = min(names, key=lambda name: (_rank(name), -exclusive[name]), default="plain")
    if best not in ("plain", GENERIC) and shares[best] >= min(MAIN_SHARE, shares.get(GENERIC, 0) or 1):
        return best
    if shares.get(GENERIC, 0.0) >= _LEAST_SHARE:
        return GENERIC
    return best if best != "plain" and shares[best] >= _LEAST_SHARE else "plain"


def in_turn(main: str, names: Sequence[str]) -> list[str]:
    """Order the names of formats for trial.

    The main format comes first, because it reads most lines, except that formats more specific than it come before it:
    which format reads a line must not depend on how common the format is in the source.

    Args:
        main: The name of the main format.
        names: Names of formats, as `admitted` returns them.
    """
    first = () if main in (*LOOSE, "plain") else (*MORE_SPECIFIC.get(main, ()), main)
    others = [name for each in names for name in (*MORE_SPECIFIC.get(each, ()), each)]
    return list(dict.fromkeys((*first, *others)))


def usual(formats: Sequence[_Named]) -> list[_Named]:
    """The formats without those in `COLUMNAR`, in the same order: the ones that may read single lines of any source."""
    return [each for each in formats if each.name not in COLUMNAR]


def before_loose(formats: Sequence[_Named], trusted: _Named) -> list[_Named]:
    """Insert a format before the loose ones, so that it reads what only these would read.

    Args:
        formats: Formats in order of trial.
        trusted: The variant of the source's main format that also reads trusted patterns.
    """
    place = next((at for at, each in enumerate(formats) if each.name in LOOSE), len(formats))
    return [*formats[:place], trusted, *formats[place:]]


def _rank(name: str) -> int:
    return LOOSE.index(name) if name in LOOSE else -1
