"""Replay: what rules would have told of records that are there, as a timeline and in sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.alerts.evaluation import CHANGES_KEPT
from logtui.alerts.states import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Change, Group


@dataclass(frozen=True, slots=True)
class Happening:
    """A change of a rule's state that would have been told.

    Attributes:
        rule: The rule.
        group: The group.
        change: What has changed, and when.
    """

    rule: Rule
    group: Group
    change: Change


@dataclass(frozen=True, slots=True)
class Summary:
    """What a rule would have done.

    Attributes:
        rule: The rule.
        fired: How often it would have fired, over all groups.
        firing: How long it would have been firing, added over all groups, nanoseconds.
        is_complete: Whether no change is missing: of each group only the newest are kept.
    """

    rule: Rule
    fired: int
    firing: int
    is_complete: bool


def timeline(evaluations: Sequence[Evaluation], since: int) -> list[Happening]:
    """All changes from a moment on, the oldest first.

    Args:
        evaluations: What the evaluation of rules has found.
        since: The moment, epoch nanoseconds.
    """
    found = [
        Happening(each.rule, each.group, change)
        for each in evaluations
        for change in each.changes
        if change.at >= since
    ]
    return sorted(found, key=lambda each: each.change.at)


def summaries(evaluations: Sequence[Evaluation], since: int) -> list[Summary]:
    """The sums of each rule, in the order of the rules.

    Args:
        evaluations: What the evaluation of rules has found.
        since: Only what was at or after this moment counts, epoch nanoseconds.
    """
    by_rule: dict[str, list[Evaluation]] = {}
    for each in evaluations:
        by_rule.setdefault(each.rule.name, []).append(each)
    return [_summary(groups, since) for groups in by_rule.values()]


def _summary(groups: Sequence[Evaluation], since: int) -> Summary:
    changes = [change for each in groups for change in each.changes]
    return Summary(
        groups[0].rule,
        sum(change.event is Event.FIRING and change.at >= since for change in changes),
        sum(max(0, end - max(begin, since)) for each in groups for begin, end in _firings(each)),
        all(len(each.changes) < CHANGES_KEPT or each.changes[0].at < since for each in groups),
    )


def _firings(evaluation: Evaluation) -> Iterator[tuple[int, int]]:
    """Beginning and end of each firing; one that has not ended lasts until the last window."""
    began: int | None = None
    for change in evaluation.changes:
        if change.event is Event.FIRING:
            began = change.at if began is None else began
        elif began is not None:
            yield began, change.at
            began = None
    if began is not None and evaluation.until is not None:
        yield began, evaluation.until
