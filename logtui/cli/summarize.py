"""`logtui summarize`: summaries and anomalies of folders of logs."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import (
    Config,
    Encoding,
    Force,
    FormatName,
    SourceYear,
    SourceZone,
    codec_of,
    formats_of,
    source_zones,
)
from logtui.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.batch import Summarizer
    from logtui.batch.discovery import Changed


def summarize(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...", help="Files, folders and globs.")],
    output: Annotated[Path, typer.Option(metavar="DIR", help="The folder for the reports; made if it is not there.")],
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: count what is new, grown or renamed, and replace the reports.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Files read at the same time; one per processor, at most 4.", show_default=False
        ),
    ] = None,
    format_name: FormatName = None,
    source_tz: SourceZone = None,
    year: SourceYear = None,
    encoding: Encoding = None,
    force: Force = False,
    config: Config = None,
) -> None:
    """Write summary.json and anomalies.json about any number of logs.

    The summary holds the counts of levels, the busiest services, users and hours, and each file; the anomalies name
    kind, severity, place, time and sample lines. Memory stays below 500 MB for inputs of any size.

    \b
    logtui summarize data/ --output out/
    logtui summarize 'logs/**/*.gz' app.log --output out/ --workers 4
    logtui summarize /var/log/app --output out/ --watch

    \b
    Exit codes: 0 all was read, 2 wrong usage, 3 an input could not be read (the reports tell which),
    130 interrupted.
    """
    from logtui.batch import LEDGER_NAME, Ledger, Summarizer, reports_folder  # Polars; --help must not pay
    from logtui.engine.read.options import ReadOptions

    if "-" in inputs:
        raise SourceError("-: standard input cannot be summarised", hint="name files, folders or globs")
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        encoding=codec_of(encoding),
        force=force,
        own_formats=formats_of(config),
    )
    if not watch:
        Ledger.refuse_if_used(output / LEDGER_NAME)
    ledger = Ledger(reports_folder(output) / LEDGER_NAME if watch else None)
    summarizer = Summarizer(inputs, output, ledger, options, workers)
    raise typer.Exit(_watch(summarizer, inputs, output) if watch else _once(summarizer, output))


def _once(summarizer: Summarizer, output: Path) -> ExitCode:
    files = summarizer.changed()
    if not files and summarizer.problems:
        _print_problems(list(summarizer.problems.values()))
        return ExitCode.INPUT_FAILED
    try:
        with _progress(summarizer, files):
            summarizer.count(files)
    except KeyboardInterrupt:
        notice("interrupted; no report was written")
        return ExitCode.INTERRUPTED
    summary = summarizer.report()
    _print_summary(summary, output)
    _print_problems(summary["problems"])
    return ExitCode.INPUT_FAILED if summary["problems"] else ExitCode.OK


def _watch(summarizer: Summarizer, inputs: Sequence[str], output: Path) -> ExitCode:
    from logtui.batch import watch

    known: set[str] = set()

    def print_new(summary: dict[str, Any]) -> None:
        _print_summary(summary, output)
        _print_problems([each for each in summary["problems"] if each not in known])
        known.update(summary["problems"])

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: summarizer.stop.set())
    notice(f"watching {', '.join(inputs)}; Ctrl-C ends it, and the next start goes on")
    watch(summarizer, inputs, count=lambda files, seconds: _is_counted(summarizer, files, seconds), on_report=print_new)
    return ExitCode.OK


def _is_counted(summarizer: Summarizer, files: Sequence[Changed], seconds: float) -> bool:
    with _progress(summarizer, files):
        return summarizer.count(files, seconds)


@contextmanager
def _progress(summarizer: Summarizer, files: Sequence[Changed]) -> Iterator[None]:
    """Show a progress bar of the bytes read, if stderr is a terminal."""
    if not sys.stderr.isatty() or not files:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{len(files)} files", total=sum(file.size for file in files))
        summarizer.on_read = lambda size: progress.advance(task, size)
        yield


def _print_summary(summary: dict[str, Any], output: Path) -> None:
    seconds = summary["elapsed_seconds"]
    megabytes = summary["bytes"] / 1e6
    notice(
        f"{summary['file_count']:,} files, {summary['records']:,} records, {megabytes:,.1f} MB, "
        f"{summary['anomalies']} anomalies in {output}; {seconds:,.1f} s, {megabytes / max(seconds, 1e-9):,.1f} MB/s, "
        f"peak memory {summary['peak_memory_mb']:,.0f} MB"
    )
    gaps = [f"{count:,} {name.replace('_', ' ')}" for name, count in summary["gaps"].items() if count]
    if gaps:
        notice(f"to check: {', '.join(gaps)}; each file's gaps in summary.json have examples")


def _print_problems(problems: Sequence[str]) -> None:
    for problem in problems:
        notice(problem)
