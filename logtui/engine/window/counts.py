"""What counts the matches of a snapshot: of each run its overview while that knows more records, else its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.engine.live.snapshot import Run, Snapshot
    from logtui.engine.search.overview import OverviewAnswer
    from logtui.engine.search.request import Request
    from logtui.engine.window.matches import Matches

Counted: TypeAlias = "Matches | OverviewAnswer"
"""A count of matches, and a tally of them."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of the matches of a snapshot.

    Attributes:
        counted: Together they count every match that is known, once.
        is_exact: Whether no other record of the inputs, as far as they are known, can match.
    """

    counted: tuple[Counted, ...] = ()
    is_exact: bool = True

    @property
    def total(self) -> int:
        """How many matches are known."""
        return sum(each.count for each in self.counted)


def counts_of(snapshot: Snapshot, parts: Mapping[int, Matches], request: Request | None) -> Counts:
    """Choose what counts the matches of each run.

    Args:
        snapshot: The records.
        parts: The matches of each part that has been evaluated, by the part's number in the snapshot.
        request: What overviews are asked; None asks none.

    Raises:
        QueryError: If a value of the request is not valid for its column.
    """
    counted: list[Counted] = []
    is_exact, first = True, 0
    for run in snapshot.runs:
        numbers = range(first, first + len(run.all_parts))
        here, is_whole = _counts_of_run(run, [parts[number] for number in numbers if number in parts], request)
        counted += here
        is_exact, first = is_exact and is_whole, numbers.stop
    return Counts(tuple(counted), is_exact)


def _counts_of_run(run: Run, matches: list[Matches], request: Request | None) -> tuple[list[Counted], bool]:
    """What counts the matches of a run, and whether that is all of them."""
    answer = run.ahead.answer(request) if run.ahead and request else None
    if answer is not None:
        return [answer], True
    return [*matches], len(matches) == len(run.all_parts) and not run.ahead
