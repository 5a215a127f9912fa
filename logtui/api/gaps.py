"""Gaps, which are records that were read incompletely, as `LogParser.stats` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import msgspec

from logtui.formats.coverage import EXAMPLES, Gap, Gaps, gaps_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.formats.rows import Tally


class GapStats(TypedDict):
    """The number of records with one kind of gap, and the first of them as `source:line: text`."""

    count: int
    examples: list[str]


def gap_stats(tallies: Iterable[Tally]) -> dict[str, GapStats]:
    """Add up the gaps of sources.

    Args:
        tallies: The counts of each source.

    Returns:
        Counts and examples by `without_time`, `without_level`, `loosely_read` and `plain`; a gap without a record is
        left out.
    """
    found: dict[str, GapStats] = {}
    for tally in tallies:
        for name, gap in _named(gaps_of(tally.coverage)):
            whole = found.setdefault(name, {"count": 0, "examples": []})
            whole["count"] += gap.count
            shown = [f"{tally.source}:{example.line}: {example.text}" for example in gap.examples]
            whole["examples"] = [*whole["examples"], *shown][:EXAMPLES]
    return found


def _named(gaps: Gaps) -> list[tuple[str, Gap]]:
    return [(name, gap) for name in msgspec.structs.asdict(gaps) if (gap := getattr(gaps, name)).count]
