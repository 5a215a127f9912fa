"""How completely the records of a source were read: which formats read them, and which have no time or no level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.formats.scoring import LOOSE, MAIN_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXAMPLES: Final = 3
"""As many records are shown for each gap."""

PLAIN: Final = "plain"
_NO_STRICT: Final = (*LOOSE, PLAIN)


class Example(msgspec.Struct, frozen=True):
    """A record that something is missing of.

    Attributes:
        line: Its first line's number.
        text: That line, cut.
    """

    line: int
    text: str


class Gap(msgspec.Struct, frozen=True):
    """Records that something is missing of.

    Attributes:
        count: How many they are.
        examples: The first of them, at most `EXAMPLES`.
    """

    count: int = 0
    examples: tuple[Example, ...] = ()

    def __add__(self, other: Gap) -> Gap:
        """The gap in the records of both, those of `other` being later."""
        return Gap(self.count + other.count, (*self.examples, *other.examples)[:EXAMPLES])


class Covered(msgspec.Struct, frozen=True):
    """What one format has read of a source.

    Attributes:
        read: Its records.
        timeless: Those without a time.
        levelless: Those without a level that is known.
    """

    read: Gap = Gap()
    timeless: Gap = Gap()
    levelless: Gap = Gap()

    def __add__(self, other: Covered) -> Covered:
        """What the format has read of both."""
        return Covered(self.read + other.read, self.timeless + other.timeless, self.levelless + other.levelless)


class Gaps(msgspec.Struct, frozen=True):
    """What reading has left open, where the records beside it show that it need not be so.

    Attributes:
        without_time: Records of the main format without a time, where at least half have one.
        without_level: Records of the main format without a level, where at least half have one.
        loosely_read: Records that a format read which takes any line with a time or a level, though the main format
            is one that knows its lines.
        plain: Records that no format read, though the main format is one that knows its lines.
    """

    without_time: Gap = Gap()
    without_level: Gap = Gap()
    loosely_read: Gap = Gap()
    plain: Gap = Gap()

    @property
    def told(self) -> list[tuple[str, Gap]]:
        """The gaps that there are, each behind the words for its records."""
        words = ("without a time", "without a level", "read by a looser format only", "that no format reads")
        return [(told, gap) for told, gap in zip(words, msgspec.structs.astuple(self), strict=True) if gap.count]

    def __add__(self, other: Gaps) -> Gaps:
        """The gaps of both."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Gaps(*(here + there for here, there in pairs))

    def __bool__(self) -> bool:
        return bool(self.told)


def together(several: Iterable[Mapping[str, Covered]]) -> dict[str, Covered]:
    """What formats have read of all parts of a source.

    Args:
        several: What they have read of each part, in order, by their names.
    """
    whole: dict[str, Covered] = {}
    for coverage in several:
        for name, covered in coverage.items():
            whole[name] = whole[name] + covered if name in whole else covered
    return whole


def gaps_of(coverage: Mapping[str, Covered], main: str | None = None) -> Gaps:
    """What reading a source has left open.

    Args:
        coverage: What each format has read of it.
        main: The source's main format; None takes the one that has read most.
    """
    main = main or _main_of(coverage)
    covered = coverage.get(main, Covered())
    is_strict = main not in _NO_STRICT
    return Gaps(
        without_time=_unusual(covered.timeless, covered.read),
        without_level=_unusual(covered.levelless, covered.read),
        loosely_read=_read_by(coverage, LOOSE) if is_strict else Gap(),
        plain=_read_by(coverage, (PLAIN,)) if is_strict else Gap(),
    )


def never_read(coverage: Mapping[str, Covered], main: str) -> tuple[str, ...]:
    """What no record of a source's main format has: `time`, `level`, both or nothing; nothing is missed in plain lines.

    Args:
        coverage: What each format has read of it.
        main: The main format.
    """
    covered = coverage.get(main, Covered())
    lacking = {"time": covered.timeless, "level": covered.levelless}
    count = covered.read.count if main != PLAIN else 0
    return tuple(name for name, gap in lacking.items() if count and gap.count == count)


def _main_of(coverage: Mapping[str, Covered]) -> str:
    """The strict format that has read most, or the loose one where the strict ones have read little."""
    counts = {name: covered.read.count for name, covered in coverage.items()}
    strict = {name: count for name, count in counts.items() if name not in _NO_STRICT}
    best = max(strict, key=strict.__getitem__, default=PLAIN)
    if strict.get(best, 0) >= MAIN_SHARE * sum(counts.values()):
        return best
    return max(counts, key=counts.__getitem__, default=PLAIN)


def _unusual(lacking: Gap, read: Gap) -> Gap:
    """The records that lack something, if as many do not: many formats have a level in few lines, or in none."""
    return lacking if 2 * lacking.count <= read.count else Gap()


def _read_by(coverage: Mapping[str, Covered], names: Iterable[str]) -> Gap:
    found = [coverage[name].read for name in names if name in coverage]
    examples = sorted((example for gap in found for example in gap.examples), key=lambda example: example.line)
    return Gap(sum(gap.count for gap in found), tuple(examples[:EXAMPLES]))
