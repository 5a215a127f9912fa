"""`logtui query`: print the records that match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import (
    Config,
    Encoding,
    Force,
    FormatName,
    NoCache,
    Paths,
    Since,
    SourceYear,
    SourceZone,
    Until,
    Zone,
    cache_of,
    codec_of,
    formats_of,
    source_zones,
    time_range,
)
from logtui.cli.output import stdout
from logtui.errors import ExportError, QueryError, SourceError
from logtui.model.times import zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from logtui.engine.index.indexed_source import Indexes
    from logtui.engine.read.reader import Reader
    from logtui.engine.read.source_reader import ReadOptions
    from logtui.engine.search.predicate import TextPredicate
    from logtui.engine.search.streaming import Answer, Search

OUTPUTS = ("text", "table", "raw", "jsonl", "json", "csv", "parquet")


def query(
    text: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="What to look for; * is everything.", show_default=False)
    ] = None,
    paths: Paths = None,
    output: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help=f"One of {', '.join(OUTPUTS)}; by default text, or what --to ends in.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=0, help="Stop after this many rows.", show_default=False)] = None,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="Only these columns or fields, in this order.")
    ] = None,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to a file instead of stdout.")] = None,
    query_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take the query from a file, and every argument as a PATH; lines that begin with # are comments.",
            show_default=False,
        ),
    ] = None,
    mask_secrets: Annotated[
        bool, typer.Option("--mask-secrets", help="Put placeholders in place of passwords, tokens and keys.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            metavar="[plan|tree]",
            help="Say how the query is read and what it needs, instead of running it.",
            show_default=False,
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    format_name: FormatName = None,
    source_tz: SourceZone = None,
    year: SourceYear = None,
    encoding: Encoding = None,
    tz: Zone = "UTC",
    force: Force = False,
    index: Annotated[
        bool, typer.Option("--index", help="Index large files first, so that this and later queries are quick.")
    ] = False,
    no_cache: NoCache = False,
    config: Config = None,
) -> None:
    """Print the records that match QUERY, as they are found, or the table that its pipes make of them.

    Several files are merged by time. Standard input is read where no PATH is given. A large file that the screen or
    --index has indexed is read through its index.

    \b
    logtui query 'level:>=warn timeout' app.log
    logtui query 'service:api* -path:/health*' logs/ --since -15m --output jsonl
    kubectl logs web-1 | logtui query 'duration_ms:>1000' -
    logtui query 'level:error' *.log.gz --fields timestamp,service,message --to errors.csv
    logtui query 'status:>=500 | stats count(), p99(duration_ms) by service' access.jsonl
    logtui query '*' app.log --to share.csv --mask-secrets
    logtui query 'timeout last:15m' app.log --explain

    \b
    Exit codes: 0 something matched, 1 nothing matched, 2 wrong usage or query,
    3 an input could not be read.
    """
    from logtui.engine.index.indexed_source import Indexes
    from logtui.engine.read.source_reader import ReadOptions
    from logtui.engine.search.predicate import TextPredicate  # 0.2 s for Polars and Lark; --help must not pay
    from logtui.engine.search.streaming import Search

    if query_file is not None:
        text, paths = _saved(query_file), [*([text] if text else []), *(paths or [])]
    if text is None:
        raise typer.BadParameter("Missing argument 'QUERY'; * is everything.")
    now, zone = datetime.now(UTC), zone_named(tz)
    first, last = time_range(since, until, now=now, zone=zone)
    predicate = TextPredicate(text, now=now, zone=zone)
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        encoding=codec_of(encoding),
        force=force,
        close_when_quiet=True,
        own_formats=formats_of(config),
    )
    indexes = None if no_cache else Indexes(cache_of(config), options, build=index)
    if explain is not None:
        raise typer.Exit(_explain(predicate, explain, paths or [], options, indexes))
    kind = _kind(output, to, is_table=predicate.makes_table)
    columns = [name.strip() for name in fields.split(",") if name.strip()] if fields else None
    inputs = paths or ["-"]
    predicate = _anchored(predicate, inputs, options)
    shows_fields = not predicate.makes_table and (kind in _FIELD_OUTPUTS or bool(columns))
    search = Search(predicate, first, last, limit, shows_fields=shows_fields)
    raise typer.Exit(_run(search, inputs, options, _Output(kind, columns, to, mask_secrets), indexes))


@dataclass(frozen=True, slots=True)
class _Output:
    """What is printed, and where to."""

    kind: str
    columns: list[str] | None
    to: Path | None
    is_masked: bool


def _run(search: Search, inputs: list[str], options: ReadOptions, output: _Output, indexes: Indexes | None) -> ExitCode:
    from logtui.engine.read.reader import Reader, answer_of

    reader = Reader(inputs, options, indexed=indexes.opener(search) if indexes else None)
    for text in indexes.notices if indexes else ():
        notice(text)
    answer = answer_of(search, reader)
    if output.columns is None and search.predicate.chooses_columns:
        columns, frames = _chosen(answer.frames())
        output = replace(output, columns=columns)
    else:
        frames = answer.frames()
    _print(_masked(frames) if output.is_masked else frames, output)
    reader.close()
    _advise(search, answer, inputs, options)
    return _exit_code(reader, answer.matched)


def _saved(path: Path) -> str:
    from logtui.query import without_comments

    try:
        return without_comments(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SourceError(f"cannot read the query in {path}: {reason}") from error


def _explain(
    predicate: TextPredicate, kind: str, inputs: list[str], options: ReadOptions, indexes: Indexes | None
) -> ExitCode:
    from logtui.cli.explain import KINDS, explained
    from logtui.engine.read.reader import Reader
    from logtui.engine.read.source_reader import NO_RECORDS
    from logtui.engine.search.streaming import Answer, Search

    if kind not in KINDS:
        raise typer.BadParameter(f"--explain takes plan or tree, got {kind!r}")
    sample, sources = NO_RECORDS, []
    if inputs:
        predicate = _anchored(predicate, inputs, options)
        search = Search(predicate)
        answer = Answer(search, (reader := Reader(inputs, options)).batches())
        answer.look()
        reader.close()
        sample = answer.sample
        sources = Reader(inputs, options, indexed=indexes.opener(search) if indexes else None).indexed
    with stdout() as stream:
        stream.write(explained(predicate, kind, sample, sources).encode())
    return ExitCode.OK


def _anchored(predicate: TextPredicate, inputs: list[str], options: ReadOptions) -> TextPredicate:
    """The condition with the day or the newest time of the inputs, if it refers to them."""
    from logtui.engine.read.reader import Reader
    from logtui.engine.search.suggestions import early_time, newest_time

    if predicate.needs_newest and "-" in inputs:
        raise QueryError(
            "a stream has no newest record before its end",
            text=predicate.text,
            start=0,
            end=len(predicate.text),
            hint="read a file, or count back from now: last:15m",
        )
    if predicate.needs_day:
        frames = () if "-" in inputs else (batch.records for batch in Reader(inputs, options).batches())
        predicate = _on_day(predicate, early_time(frames))
    if predicate.needs_newest:
        frames = (batch.records for batch in Reader(inputs, options).batches())
        predicate = predicate.with_newest(newest_time(frames))
    return predicate


def _on_day(predicate: TextPredicate, early: datetime | None) -> TextPredicate:
    """The condition with its clocks on the day of an early record; on the present one if there is none."""
    day = early or datetime.now(UTC)
    whose = "today" if early is None else "the day on which the log begins"
    notice(f"times of day in the query are on {day.astimezone(predicate.zone):%Y-%m-%d}, {whose}")
    return predicate.with_day(day)


def _advise(search: Search, answer: Answer, inputs: list[str], options: ReadOptions) -> None:
    """Say what the query probably meant, and where it would have found something."""
    from logtui.engine.read.reader import Reader
    from logtui.engine.search.suggestions import offers_for

    hint = search.predicate.hint(answer.sample, is_empty=not answer.matched)
    if hint is not None:
        notice(f"hint: {hint.message}")
    if answer.matched or "-" in inputs or answer.sample.is_empty():
        return
    reader = Reader(inputs, options)
    found = offers_for(search, (batch.records for batch in reader.batches()), newest=answer.newest)
    reader.close()
    if found.offers:
        among = "" if found.is_complete else f" among the first {found.looked_at:,} records"
        notice(f"nothing matched, but{among}:")
    for offer in found.offers:
        notice(f"{offer.count:>9,}  {offer.text}")


_FIELD_OUTPUTS = ("jsonl", "json", "csv", "parquet")


def _kind(output: str | None, to: Path | None, *, is_table: bool) -> str:
    from logtui.export.writers import kind_of, writer_named

    kind = output or (kind_of(to) if to else "text")
    writer_named(kind)
    if is_table and kind == "raw":
        raise ExportError("raw prints records, and these pipes make a table", hint="--output table, csv or jsonl")
    return "table" if is_table and kind == "text" else kind


def _chosen(frames: Iterator[pl.DataFrame]) -> tuple[list[str] | None, Iterator[pl.DataFrame]]:
    """The columns that the pipes chose, None if there is nothing to show, and the frames."""
    first = next(frames, None)
    if first is None:
        return None, frames
    return first.columns, chain([first], frames)


def _masked(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    from logtui.export.masking import Masker

    masker = Masker()
    yield from masker.frames(frames)
    notice(f"secrets masked in {masker.masked:,} places")


def _print(frames: Iterator[pl.DataFrame], output: _Output) -> None:
    from logtui.export.writers import write_file, writer_named

    if output.to is not None:
        write_file(frames, output.to, output.kind, output.columns)
        return
    writer_type = writer_named(output.kind)
    with stdout() as stream:
        writer = writer_type(stream, output.columns)
        for records in frames:
            writer.write(records)
            stream.flush()
        writer.close()


def _exit_code(reader: Reader, count: int) -> ExitCode:
    for text in (*reader.notices, *reader.guesses):
        notice(text)
    failed = [problem for problem in reader.problems if problem.reason != "empty"]
    if failed or any(source.problem for source in reader.sources):
        return ExitCode.INPUT_FAILED
    return ExitCode.OK if count else ExitCode.NOTHING_MATCHED
