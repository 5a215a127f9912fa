"""`logtui detect`: say which format each file has, how sure that is, and what did not parse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

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
from logtui.cli.output import stdout
from logtui.export.safe import printable_line

if TYPE_CHECKING:
    from logtui.engine.read.format_report import FileReport
    from logtui.engine.read.pattern_trial import Trial
    from logtui.formats.coverage import Gap


def detect(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, globs, or -.")],
    output: Annotated[str, typer.Option(metavar="KIND", help="text or json (one object per file and line).")] = "text",
    format_name: FormatName = None,
    source_tz: SourceZone = None,
    year: SourceYear = None,
    encoding: Encoding = None,
    force: Force = False,
    pattern: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Try a pattern for a format of your own instead.", show_default=False),
    ] = None,
    config: Config = None,
) -> None:
    """Say which format each file has, and why.

    Shows the format that was detected with the share of lines that it reads, the next best ones, where every byte of
    the file went, and how many records have no time, no level or no strict format, with three examples each.

    \b
    logtui detect app.log
    logtui detect logs/ --output json
    logtui detect odd.log --format python
    logtui detect odd.log --pattern '^(?P<timestamp>\\S+) (?P<level>\\w+) (?P<message>.*)$'
    """
    from logtui.engine.read.format_report import inspect  # imports Polars
    from logtui.engine.read.options import ReadOptions

    if output not in ("text", "json"):
        notice(f"expected text or json for --output, got {output!r}")
        raise typer.Exit(ExitCode.USAGE)
    if pattern is not None:
        raise typer.Exit(_try(paths, pattern, output, codec_of(encoding)))
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        encoding=codec_of(encoding),
        force=force,
        explain=True,
        own_formats=formats_of(config),
    )
    failed, seen = False, False
    with stdout() as stream:
        for report in inspect(paths, options):
            seen = seen or report.records > 0
            failed = failed or report.problem is not None
            if report.problem and report.reason != "empty":
                notice(report.problem)
            stream.write(report.to_json() if output == "json" else _described(report).encode())
            stream.flush()
    raise typer.Exit(ExitCode.INPUT_FAILED if failed else ExitCode.OK if seen else ExitCode.NOTHING_MATCHED)


def _described(report: FileReport) -> str:
    """Format a report for people, several lines."""
    if report.format is None:
        return _text([report.file, f"  not read    {report.problem}"])
    share = report.scores.get(report.format, 0.0)
    others = [f"{name} {share:.0%}" for name, share in report.scores.items() if name != report.format]
    lines = [
        report.file,
        f"  format      {report.format}, reads {share:.0%} of {report.sampled} lines from the beginning",
        f"  also reads  {', '.join(others) or 'no other format'}",
        f"  records     {report.records:,}, of them {report.plain_records:,} plain",
        f"  bytes       {report.file_bytes:,} = {report.record_bytes:,} in records + {report.skipped_bytes:,} skipped",
    ]
    lines += [
        f"              {count:,} {reason.replace('_', ' ')}" for reason, count in report.skipped_by_reason.items()
    ]
    lines += [f"  assumed     {assumption}" for assumption in report.assumptions]
    lines += [line for records, gap in report.gaps.described for line in _gap(records, gap)]
    lines += [f"  never       no record of {report.format} has a {name}" for name in report.never]
    if not report.gaps.plain.count:
        lines += [f"  unread      {1 - share:.0%}, such as" for _ in report.unread[:1]]
        lines += [f"              {text}" for text in report.unread]
    return _text(lines)


def _gap(records: str, gap: Gap) -> list[str]:
    """Format a gap with its examples, one line each."""
    examples = [f"              line {example.line:,}: {example.text}" for example in gap.examples]
    return [f"  check       {gap.count:,} {records}, such as", *examples]


def _text(lines: list[str]) -> str:
    """Join lines, with control characters of file names and log texts made harmless."""
    return "".join(f"{printable_line(line)}\n" for line in lines)


def _try(paths: list[str], pattern: str, output: str, codec: str | None) -> ExitCode:
    """Print what a pattern reads of each file."""
    import msgspec

    from logtui.engine.read.pattern_trial import try_pattern

    failed, seen = False, False
    with stdout() as stream:
        for trial in try_pattern(paths, pattern, codec):
            failed, seen = failed or trial.problem is not None, seen or trial.read > 0
            if trial.problem:
                notice(trial.problem)
            text = msgspec.json.encode(trial) + b"\n" if output == "json" else _tried(trial).encode()
            stream.write(text)
            stream.flush()
    return ExitCode.INPUT_FAILED if failed else ExitCode.OK if seen else ExitCode.NOTHING_MATCHED


def _tried(trial: Trial) -> str:
    share = trial.read / trial.lines if trial.lines else 0.0
    lines = [trial.file, f"  pattern     reads {trial.read:,} of {trial.lines:,} lines, {share:.0%}"]
    for number, captures in enumerate(trial.captures, start=1):
        lines.append(f"  match {number}")
        lines += [f"    {name:<17} {value}" for name, value in captures.items() if value is not None]
    lines += [f"  unread      {text}" for text in trial.unread]
    return _text(lines)
