"""Jobs that write records, reports and tables to files; each runs in a thread and returns how many it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.export.files import write_text
from logtui.export.report import markdown_table
from logtui.export.writers import write_file
from logtui.tui.record.export_screen import TABLE_REPORT
from logtui.tui.record.reporting import marked_records, report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import polars as pl

    from logtui.engine.window.row_window import RowWindow
    from logtui.export.masking import Masker
    from logtui.tui.bridge import Bridge
    from logtui.tui.list.marks import Mark
    from logtui.tui.record.reporting import ReportContext

    Cancelled = Callable[[], bool]
    Job = Callable[[Cancelled], int]


def shown_job(bridge: Bridge, path: Path, kind: str, masker: Masker | None) -> Job:
    """Write all records of the present filter, once all of them are known.

    Args:
        bridge: Provides the window of the present filter.
        path: The file to write.
        kind: The kind of file, one of those of `logtui.export.write_file`.
        masker: Masks secrets; None writes them as they are.

    Returns:
        The job; it returns the number of records.
    """

    def job(cancelled: Cancelled) -> int:
        window = bridge.exact_window(cancelled)
        if window is None:
            return 0
        return write_file(masker.frames(window.frames()) if masker else window.frames(), path, kind)

    return job


def marked_job(window: RowWindow, path: Path, kind: str, marks: Sequence[Mark], masker: Masker | None) -> Job:
    """Write the marked records, whether they match the filter or not.

    Args:
        window: A window of the snapshot that holds the marked records.
        path: The file to write.
        kind: The kind of file, one of those of `logtui.export.write_file`.
        marks: The marks.
        masker: Masks secrets; None writes them as they are.

    Returns:
        The job; it returns the number of records.
    """

    def job(_cancelled: Cancelled) -> int:
        frames = (frame for frame, _ in marked_records(window, marks))
        return write_file(masker.frames(frames) if masker else frames, path, kind)

    return job


def report_job(bridge: Bridge, path: Path, context: ReportContext, masker: Masker | None) -> Job:
    """Write the incident report, once all records of the present filter are known.

    Args:
        bridge: Provides the window of the present filter.
        path: The file to write.
        context: Inputs, query and marks.
        masker: Masks secrets; None writes them as they are.

    Returns:
        The job; it returns the number of marked records.
    """

    def job(cancelled: Cancelled) -> int:
        window = bridge.exact_window(cancelled)
        if window is not None:
            text = report_of(window, context, cancelled)
            write_text(masker.text(text) if masker else text, path)
        return len(context.marks)

    return job


def table_job(table: pl.DataFrame, path: Path, kind: str, masker: Masker | None) -> Job:
    """Write a table.

    Args:
        table: The table.
        path: The file to write.
        kind: The kind of file, one of those of `logtui.export.write_file`, or `markdown`.
        masker: Masks secrets; None writes them as they are.

    Returns:
        The job; it returns the number of rows.
    """

    def job(_cancelled: Cancelled) -> int:
        written = masker.frame(table) if masker else table
        if kind == TABLE_REPORT:
            write_text(markdown_table(written), path)
            return written.height
        return write_file([written], path, kind, written.columns)

    return job
