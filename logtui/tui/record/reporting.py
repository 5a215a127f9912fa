"""Writes the incident report about the shown and the marked records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.summaries.patterns import pattern_table
from logtui.engine.window.row_window import RowWindow
from logtui.export.report import Finding, Incident, report
from logtui.model.levels import LEVELS
from logtui.model.masks import MASK, SHOWN_MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.tui.list.marks import Mark

_PATTERNS: Final = 15
"""Most message patterns in a report."""


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a report states besides the records of its window.

    Attributes:
        inputs: The inputs as the user named them.
        query: The text of the filter.
        marks: The marks, in order of time.
    """

    inputs: Sequence[str]
    query: str
    marks: Sequence[Mark]


def report_of(window: RowWindow, context: ReportContext, cancelled: Callable[[], bool] = lambda: False) -> str:
    """Write the report about the records of a window.

    Args:
        window: The records that match the filter.
        context: Inputs, query and marks.
        cancelled: Called now and then; if it returns true, the work ends early.

    Returns:
        Markdown.
    """
    levels = [matches.tally.select(pl.col("level").cast(pl.String), "count") for matches in window.parts.values()]
    counts = dict(pl.concat(levels).group_by("level").agg(pl.col("count").sum()).iter_rows()) if levels else {}
    named = [(level, counts[level]) for level in (*reversed(LEVELS), None) if counts.get(level)]
    patterns = pattern_table(window, cancelled=cancelled)[:_PATTERNS]
    first, last = (_time_at(window, row) for row in (0, window.count - 1))
    return report(
        Incident(
            inputs=context.inputs,
            query=context.query,
            first=first,
            last=last,
            shown=window.count,
            total=window.snapshot.rows,
            levels=[(level or "none", count) for level, count in named],
            patterns=[(row.pattern.replace(MASK, SHOWN_MASK), row.count) for row in patterns],
            findings=[_finding(frame, mark) for frame, mark in marked_records(window, context.marks)],
            written=datetime.now(UTC),
        )
    )


def marked_records(window: RowWindow, marks: Sequence[Mark]) -> Iterator[tuple[pl.DataFrame, Mark]]:
    """Look up the marked records, whether they match the filter or not, each as a frame of one row."""
    everything = RowWindow.of_all(window.snapshot)
    for mark in marks:
        row = everything.row_of(mark.key)
        if row is not None:
            yield everything.page(row, 1), mark


def _finding(record: pl.DataFrame, mark: Mark) -> Finding:
    line, raw = record.select("line", "raw").row(0)
    return Finding(mark.time, mark.level, mark.source, line, raw or mark.message, mark.note)


def _time_at(window: RowWindow, row: int) -> datetime | None:
    frame = window.page(row, 1) if row >= 0 else None
    return None if frame is None or not frame.height else frame["timestamp"][0]
