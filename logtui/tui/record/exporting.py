"""Exports records, reports and tables: asks for the file, writes it in a thread and reports the result."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from logtui.errors import LogtuiError
from logtui.export.masking import Masker
from logtui.tui.record.export_jobs import marked_job, report_job, shown_job, table_job
from logtui.tui.record.export_screen import REPORT, ExportScreen
from logtui.tui.record.reporting import ReportContext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from logtui.tui.list.marks import Mark
    from logtui.tui.messages import Messages
    from logtui.tui.record.export_jobs import Job
    from logtui.tui.record.export_screen import Target
    from logtui.tui.viewer import Viewer


def ask_export(viewer: Viewer, messages: Messages, inputs: Sequence[str], marks: Sequence[Mark]) -> None:
    """Ask for a file, then write the shown records, the marked records or a report to it.

    Args:
        viewer: The screen.
        messages: Reports what was written.
        inputs: The inputs as the user named them, which the report states.
        marks: The marks, in order of time.
    """
    window = viewer.window
    least = "" if window.exact else "at least "

    def job_for(target: Target, masker: Masker | None) -> tuple[str, Job]:
        if target.kind == REPORT:
            context = ReportContext(inputs, viewer.filter, marks)
            return "the report with {:,} marked records", report_job(viewer.bridge, target.path, context, masker)
        if target.is_marked:
            return "{:,} records", marked_job(viewer.window, target.path, target.kind, marks, masker)
        return "{:,} records", shown_job(viewer.bridge, target.path, target.kind, masker)

    dialog = ExportScreen(f"{least}{window.core.count:,} shown records", len(marks))
    viewer.app.push_screen(dialog, partial(_write, viewer, messages, job_for))


def ask_table_export(viewer: Viewer, messages: Messages, title: str, table: pl.DataFrame | None) -> None:
    """Ask for a file, then write a table to it.

    Args:
        viewer: The screen.
        messages: Reports what was written.
        title: What the table shows.
        table: The table; None if there is none to export.
    """
    if table is None or not table.height:
        messages.say("there is nothing to export in this pane", error=True)
        return

    def job_for(target: Target, masker: Masker | None) -> tuple[str, Job]:
        return "{:,} rows", table_job(table, target.path, target.kind, masker)

    dialog = ExportScreen(f"{table.height:,} rows of {title}", is_table=True)
    viewer.app.push_screen(dialog, partial(_write, viewer, messages, job_for))


def _write(
    viewer: Viewer,
    messages: Messages,
    job_for: Callable[[Target, Masker | None], tuple[str, Job]],
    target: Target | None,
) -> None:
    if target is None:
        return
    messages.say(f"writing {target.path} …")
    masker = Masker() if target.is_masked else None
    what, job = job_for(target, masker)

    def show(result: int | LogtuiError) -> None:
        if isinstance(result, LogtuiError):
            messages.say(f"export: {result}", error=True)
            return
        masked = f", secrets masked in {masker.masked:,} places" if masker else ""
        messages.say(f"wrote {what.format(result)} to {target.path}{masked}")

    viewer.bridge.run("export", job, show)
