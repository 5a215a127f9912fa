"""How completely a source was read: the formats of its records, and how many lack a time or a level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.formats.scoring import LOOSE, MAIN_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXAMPLES: Final = 3
"""Records that a gap keeps as examples."""

PLAIN: Final = "plain"
_NOT_STRICT: Final = (*LOOSE, PLAIN)


class Example(msgspec.Struct, frozen=True):
    """A record in which something is missing.

    Attributes:
        line: The number of its first line, from 1.
        text: The beginning of that line.
    """

    line: int
    text: str


class Gap(msgspec.Struct, frozen=True):
    """Records in which the same thing is missing.

    Attributes:
        count: The number of records.
        examples: The first ones, at most `EXAMPLES`.
    """

    count: int = 0
    examples: tuple[Example, ...] = ()

    def __add__(self, other: Gap) -> Gap:
        """Add the gap of later records."""
        return Gap(self.count + other.count, (*self.examples, *other.examples)[:EXAMPLES])


class Covered(msgspec.Struct, frozen=True):
    """The records of a source that one format has read.

    Attributes:
        read: All of them, as a count with examples.
        timeless: Those without a time.
        levelless: Those without a known level.
    """

    read: Gap = Gap()
    timeless: Gap = Gap()
    levelless: Gap = Gap()

    def __add__(self, other: Covered) -> Covered:
        """Add the records of a later part of the source."""
        return Covered(self.read + other.read, self.timeless + other.timeless, self.levelless + other.levelless)


class Gaps(msgspec.Struct, frozen=True):
    """Records that were read incompletely, although the other records of their source suggest that more is there.

    Attributes:
        without_time: Records of the main format without a time, if at least half of its records have one.
        without_level: Records of the main format without a level, if at least half of its records have one.
        loosely_read: Records read by a loose format, which takes any line with a time or a level, if the main format
            is a strict one.
        plain: Records that no format read, if the main format is a strict one.
    """

    without_time: Gap = Gap()
    without_level: Gap = Gap()
    loosely_read: Gap = Gap()
    plain: Gap = Gap()

    @property
    def described(self) -> list[tuple[str, Gap]]:
        """The gaps that are not empty, each with a phrase that describes its records."""
        phrases = ("without a time", "without a level", "read by a looser format only", "that no format reads")
        return [(phrase, gap) for phrase, gap in zip(phrases, msgspec.structs.astuple(self), strict=True) if gap.count]

    def __add__(self, other: Gaps) -> Gaps:
        """Add up the gaps of two sources."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return Gaps(*(here + there for here, there in pairs))

    def __bool__(self) -> bool:
        return bool(self.described)


def together(several: Iterable[Mapping[str, Covered]]) -> dict[str, Covered]:
    """Add up the coverage of the parts of a source.

    Args:
        several: The coverage of each part in order, by the names of formats.
    """
    whole: dict[str, Covered] = {}
    for coverage in several:
        for name, covered in coverage.items():
            whole[name] = whole[name] + covered if name in whole else covered
    return whole


def gaps_of(coverage: Mapping[str, Covered], main: str | None = None) -> Gaps:
    """Find the gaps of a source.

    Args:
        coverage: What each format has read, by its name.
        main: The source's main format; None for the one that has read most.
    """
    main = main or _main_of(coverage)
    covered = coverage.get(main, Covered())
    is_strict = main not in _NOT_STRICT
    return Gaps(
        without_time=_gap_if_unusual(covered.timeless, covered.read),
        without_level=_gap_if_unusual(covered.levelless, covered.read),
        loosely_read=_read_by(coverage, LOOSE) if is_strict else Gap(),
        plain=_read_by(coverage, (PLAIN,)) if is_strict else Gap(),
    )


def never_read(coverage: Mapping[str, Covered], main: str) -> tuple[str, ...]:
    """Name what no record of the main format has: `time`, `level`, both or neither; neither for plain lines.

    Args:
        coverage: What each format has read, by its name.
        main: The source's main format.
    """
    covered = coverage.get(main, Covered())
    lacking = {"time": covered.timeless, "level": covered.levelless}
    count = covered.read.count if main != PLAIN else 0
    return tuple(name for name, gap in lacking.items() if count and gap.count == count)


def _main_of(coverage: Mapping[str, Covered]) -> str:
    """The strict format that has read most; if that is little, the format that has read most."""
    counts = {name: covered.read.count for name, covered in coverage.items()}
    strict = {name: count for name, count in counts.items() if name not in _NOT_STRICT}
    best = max(strict, key=strict.__getitem__, default=PLAIN)
    if strict.get(best, 0) >= MAIN_SHARE * sum(counts.values()):
        return best
    return max(counts, key=counts.__getitem__, default=PLAIN)


def _gap_if_unusual(lacking: Gap, read: Gap) -> Gap:
    """The gap if at most half of the records are in it: many formats state a level in few lines or in none."""
    return lacking if 2 * lacking.count <= read.count else Gap()


def _read_by(coverage: Mapping[str, Covered], names: Iterable[str]) -> Gap:
    found = [coverage[name].read for name in names if name in coverage]
    examples = sorted((example for gap in found for example in gap.examples), key=lambda example: example.line)
    return Gap(sum(gap.count for gap in found), tuple(examples[:EXAMPLES]))
