"""A replay of rules over inputs, as `logtui alerts test` prints it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from logtui.alerts.evaluation import Evaluator, evaluate_once
from logtui.alerts.replay import Happening, Summary, summaries, timeline
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_inputs
from logtui.errors import SourceError, TimeError
from logtui.model.times import ns_of, parse_duration, parse_time, rfc3339
from logtui.store.store import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.rules import Rule


@dataclass(frozen=True, slots=True)
class Replay:
    """What rules would have done.

    Attributes:
        timeline: Their changes, the oldest first.
        summaries: Their sums, in the order of the rules.
        notices: What is to be known of the inputs, a line each.
        has_failed: Whether an input could not be read.
    """

    timeline: Sequence[Happening]
    summaries: Sequence[Summary]
    notices: Sequence[str]
    has_failed: bool

    def plain(self) -> dict[str, object]:
        """All as plain data."""
        return {
            "timeline": [
                {
                    "time": rfc3339(each.change.at),
                    "rule": each.rule.name,
                    "group": dict(each.group),
                    "event": each.change.event,
                    "value": each.change.value,
                }
                for each in self.timeline
            ],
            "rules": [
                {
                    "rule": each.rule.name,
                    "fired": each.fired,
                    "firing_seconds": each.firing / 1e9,
                    "is_complete": each.is_complete,
                }
                for each in self.summaries
            ],
        }


def replayed(rules: Sequence[Rule], inputs: Sequence[str], since: str | None) -> Replay:
    """Evaluate rules over inputs.

    Args:
        rules: The rules.
        inputs: Files, folders, globs, data folders of servers.
        since: From when on changes are wanted: a time, or a duration before the end; None for all.

    Raises:
        TimeError: If `since` is neither.
        SourceError: If standard input is to be replayed together with a data folder.
        StoreError: If a store cannot be opened.
    """
    dataset, notices = dataset_of_inputs(inputs, ReadOptions(close_when_quiet=True))
    is_stored = any((DataFolder(Path(each)).store / CATALOGUE).is_file() for each in inputs)
    if is_stored and not dataset.can_repeat:
        raise SourceError("standard input cannot be replayed together with a data folder", hint="replay each alone")
    evaluations = Evaluator(rules).evaluate(dataset, time.time_ns()) if is_stored else evaluate_once(rules, dataset)
    ends = [each.until for each in evaluations if each.until is not None]
    start = _start(since, max(ends, default=0))
    intake = dataset.intake()
    return Replay(
        timeline(evaluations, start),
        summaries(evaluations, start),
        (*notices, *intake.notices),
        intake.has_failed,
    )


def _start(since: str | None, end: int) -> int:
    """When what is wanted begins, epoch nanoseconds."""
    if since is None:
        return 0
    try:
        return end - int(parse_duration(since) / timedelta(microseconds=1)) * 1_000
    except TimeError:
        return ns_of(parse_time(since, now=datetime.fromtimestamp(end // 10**9, UTC)).start)
