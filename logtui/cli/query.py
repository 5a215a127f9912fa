"""`logtui query`: print the records that match."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import (
    Config,
    Force,
    FormatName,
    Paths,
    Since,
    SourceYear,
    SourceZone,
    Until,
    Zone,
    formats_of,
    source_zones,
    time_range,
    zone_named,
)
from logtui.cli.output import stdout
from logtui.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from logtui.engine.read import Reader

OUTPUTS = ("text", "table", "raw", "jsonl", "json", "csv", "parquet")


def query(
    text: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for; * is everything.")],
    paths: Paths = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"One of {', '.join(OUTPUTS)}; by default text, or what --to ends in.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Stop after this many records.", show_default=False)] = None,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Only these columns or fields, in this order.")
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a file instead of stdout.")] = None,
    since: Since = None,
    until: Until = None,
    format_name: FormatName = None,
    source_tz: SourceZone = None,
    year: SourceYear = None,
    tz: Zone = "UTC",
    force: Force = False,
    config: Config = None,
) -> None:
    """Print the records that match QUERY, as they are found.

    Several files are merged by time. Standard input is read where no PATH is given.

    \b
    logtui query 'level:>=warn timeout' app.log
    logtui query 'service:api* -path:/health*' logs/ --since -15m --output jsonl
    kubectl logs web-1 | logtui query 'duration_ms:>1000' -
    logtui query 'level:error' *.log.gz --fields timestamp,service,message --to errors.csv
    logtui query 'status:>=500 | stats count(), p99(duration_ms) by service' access.jsonl

    \b
    Exit codes: 0 something matched, 1 nothing matched, 2 wrong usage or query,
    3 an input could not be read.
    """
    from logtui.engine.predicate import TextPredicate  # 0.2 s for Polars and Lark; --help must not pay
    from logtui.engine.read import Reader
    from logtui.engine.search import Answer, Search
    from logtui.engine.source_reader import ReadOptions

    now, zone = datetime.now(UTC), zone_named(tz)
    first, last = time_range(since, until, now=now, zone=zone)
    predicate = TextPredicate(text, now=now, zone=zone)
    kind = _kind(output, to, is_table=predicate.makes_table)
    columns = [name.strip() for name in fields.split(",") if name.strip()] if fields else None
    search = Search(
        predicate,
        first,
        last,
        limit,
        shows_fields=not predicate.makes_table and (kind in _FIELD_OUTPUTS or bool(columns)),
    )
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        force=force,
        close_when_quiet=True,
        own_formats=formats_of(config),
    )
    reader = Reader(paths or ["-"], options)
    answer = Answer(search, reader.batches())
    if columns is None and predicate.query.pipes:
        columns, frames = _chosen(answer.frames())
    else:
        frames = answer.frames()
    _print(frames, kind, columns, to)
    reader.close()
    raise typer.Exit(_exit_code(reader, answer.matched))


_FIELD_OUTPUTS = ("jsonl", "json", "csv", "parquet")


def _kind(output: str | None, to: Path | None, *, is_table: bool) -> str:
    from logtui.export.writers import kind_of, writer_named

    kind = output or (kind_of(to) if to else "text")
    writer_named(kind)
    if is_table and kind == "raw":
        raise ExportError("raw prints records, and these pipes make a table", hint="--output table, csv or jsonl")
    return "table" if is_table and kind == "text" else kind


def _chosen(frames: Iterator[pl.DataFrame]) -> tuple[list[str] | None, Iterator[pl.DataFrame]]:
    """The columns that the pipes leave, if they leave others than those of records, and the frames."""
    first = next(frames, None)
    if first is None:
        return None, frames
    columns = None if "raw" in first.columns else first.columns
    return columns, chain([first], frames)


def _print(frames: Iterator[pl.DataFrame], output: str, columns: list[str] | None, to: Path | None) -> None:
    from logtui.export.writers import write_file, writer_named

    if to is not None:
        write_file(frames, to, output, columns)
        return
    writer_type = writer_named(output)
    with stdout() as stream:
        writer = writer_type(stream, columns)
        for records in frames:
            writer.write(records)
            stream.flush()
        writer.close()


def _exit_code(reader: Reader, count: int) -> ExitCode:
    for text in reader.notices:
        notice(text)
    failed = [problem for problem in reader.problems if problem.reason != "empty"]
    if failed or any(source.problem for source in reader.sources):
        return ExitCode.INPUT_FAILED
    return ExitCode.OK if count else ExitCode.NOTHING_MATCHED
