"""`logtui query`: print the records that match."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Final

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.loading import uncollected_imports
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
    TypedRange,
    Until,
    Zone,
    api_key_of,
    cache_of,
    codec_of,
    formats_of,
    source_zones,
)
from logtui.cli.output import stdout
from logtui.cli.parser_tables import prepare_parser
from logtui.errors import ExportError, SourceError
from logtui.model.names import CORE_NAMES
from logtui.model.times import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

    from logtui.engine.read.options import ReadOptions
    from logtui.engine.search.dataset import Dataset, Intake
    from logtui.engine.search.request import Request
    from logtui.store import Cache

OUTPUTS = ("text", "table", "raw", "jsonl", "json", "csv", "parquet")

_LEAST_SECONDS: Final = 0.5
_SHARE: Final = 0.1
"""How long suggestions are looked for: a share of the time that finding nothing took, but this much at the least."""


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
    logtui query 'level:error last:1h' http://logs.example:8080
    logtui query 'level:error last:1h' clickhouse://logs.example/logtui

    \b
    Exit codes: 0 something matched, 1 nothing matched, 2 wrong usage or query,
    3 an input could not be read.
    """
    with uncollected_imports():  # 0.2 s for Polars and Lark; --help must not pay
        from logtui.engine.read.options import ReadOptions

    if query_file is not None:
        text, paths = _saved(query_file), [*([text] if text else []), *(paths or [])]
    if text is None:
        raise typer.BadParameter("Missing argument 'QUERY'; * is everything.")
    if not no_cache:
        prepare_parser()
    span = TypedRange(since, until)
    request = replace(_asked(text, span, tz), limit=limit)
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        encoding=codec_of(encoding),
        force=force,
        close_when_quiet=True,
        own_formats=formats_of(config),
    )
    cache = None if no_cache else cache_of(config)
    opened = partial(_opened, options=options, cache=cache, builds_indexes=index, api_key=api_key_of(config))
    if explain is not None:
        raise typer.Exit(_explain(request, span, explain, paths or [], opened))
    kind = _kind(output, to, is_table=request.condition.makes_table)
    raise typer.Exit(_answer(request, span, paths or [], opened, _Output(kind, _names_in(fields), to, mask_secrets)))


def _names_in(fields: str | None) -> list[str] | None:
    """The names in a list with commas; None if there is no list."""
    return [name.strip() for name in fields.split(",") if name.strip()] if fields else None


def _asked(text: str, span: TypedRange, tz: str) -> Request:
    """The request for a query and a range of time as they were typed."""
    from logtui.engine.search.request import Request

    now, zone = datetime.now(UTC), zone_named(tz)
    first, last = span.moments(now=now, zone=zone)
    return replace(Request.of(text, now=now, zone=zone), since=first, until=last)


@dataclass(frozen=True, slots=True)
class _Output:
    """How records are printed, and where to.

    Attributes:
        kind: The output, one of `OUTPUTS`.
        columns: The columns to print; None for the output's own.
        to: The file; None for stdout.
        is_masked: Whether secrets are masked.
    """

    kind: str
    columns: list[str] | None
    to: Path | None
    is_masked: bool

    @property
    def shows_fields(self) -> bool:
        """Whether it needs more than the core columns."""
        return self.kind in _FIELD_OUTPUTS or bool(self.columns)


def _opened(
    inputs: list[str], *, options: ReadOptions, cache: Cache | None, builds_indexes: bool, api_key: str
) -> Dataset:
    with uncollected_imports():
        from logtui.engine.search.datasets import dataset_of_inputs

    dataset, notices = dataset_of_inputs(inputs, options, cache, builds_indexes=builds_indexes, api_key=api_key)
    for text in notices:
        notice(text)
    return dataset


def _answer(
    request: Request, span: TypedRange, inputs: list[str], opened: Callable[[list[str]], Dataset], output: _Output
) -> ExitCode:
    """Open the inputs, none of which may be the file that is written, and print what matches."""
    if output.to is not None:
        from logtui.export.files import refuse_input
        from logtui.sources import paths_of

        refuse_input(output.to, paths_of(inputs))
    dataset = opened(inputs or ["-"])
    asked = request if output.shows_fields else replace(request, columns=CORE_NAMES)
    return _run(_anchored(asked, span, dataset), dataset, output)


def _run(request: Request, dataset: Dataset, output: _Output) -> ExitCode:
    began = monotonic()
    answer = dataset.table(request)
    frames: Iterator[pl.DataFrame] = answer
    if output.columns is None and request.condition.chooses_columns:
        columns, frames = _chosen(answer)
        output = replace(output, columns=columns)
    _print(_masked(frames) if output.is_masked else frames, output)
    seconds = max(_LEAST_SECONDS, _SHARE * (monotonic() - began))
    sample = dataset.sample()
    _print_suggestions(replace(request, deadline=monotonic() + seconds), dataset, sample, answer.matched)
    if output.columns and not (request.condition.chooses_columns or request.condition.makes_table):
        _print_unknown(output.columns, sample)
    return _exit_code(dataset.intake(), answer.matched)


def _saved(path: Path) -> str:
    from logtui.query import without_comments

    try:
        return without_comments(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SourceError(f"cannot read the query in {path}: {reason}") from error


def _explain(
    request: Request, span: TypedRange, kind: str, inputs: list[str], opened: Callable[[list[str]], Dataset]
) -> ExitCode:
    from logtui.cli.explain import KINDS, account
    from logtui.engine.search.explanation import explained
    from logtui.model.record import NO_RECORDS

    if kind not in KINDS:
        raise typer.BadParameter(f"--explain takes plan or tree, got {kind!r}")
    if inputs:
        dataset = opened(inputs)
        explanation = dataset.explain(_anchored(request, span, dataset))
    else:
        explanation = explained(request, NO_RECORDS, ())
    with stdout() as stream:
        stream.write(account(explanation, kind).encode())
    return ExitCode.OK


def _anchored(request: Request, span: TypedRange, dataset: Dataset) -> Request:
    """Resolve times that refer to the inputs: times of day, and the newest record. Say which day that is."""
    known = dataset.anchored(request)
    if not (span.needs_day or request.condition.needs_day):
        return known
    day = dataset.first_day()
    whose = "today" if day is None else "the day on which the log begins"
    shown = (day or request.now).astimezone(request.zone)
    notice(f"times of day in the query are on {shown:%Y-%m-%d}, {whose}")
    first, last = span.moments(now=request.now, zone=request.zone, day=day)
    return replace(known, since=first, until=last)


def _print_unknown(names: list[str], sample: pl.DataFrame) -> None:
    """Print a hint on each name that no record has."""
    from logtui.query import hints_of_names

    for message in [] if sample.is_empty() else hints_of_names(names, sample.columns):
        notice(f"hint: {message}")


def _print_suggestions(request: Request, dataset: Dataset, sample: pl.DataFrame, matched: int) -> None:
    """Print a hint on what the query probably meant and, if nothing matched, similar queries that match."""
    if sample.is_empty() and dataset.intake().has_failed:
        return
    hint = request.condition.hint(sample, is_empty=not matched)
    if hint is not None:
        notice(f"hint: {hint.message}")
    if matched or not dataset.can_repeat or sample.is_empty():
        return
    suggestions = dataset.suggest(request)
    if suggestions.found:
        among = "" if suggestions.is_complete else f" among the first {suggestions.looked_at:,} records"
        notice(f"nothing matched, but{among}:")
    for each in suggestions.found:
        notice(f"{each.count:>9,}  {each.text}")


_FIELD_OUTPUTS = ("jsonl", "json", "csv", "parquet")


def _kind(output: str | None, to: Path | None, *, is_table: bool) -> str:
    from logtui.export.writers import kind_of, writer_named

    kind = output or (kind_of(to) if to else "text")
    writer_named(kind)
    if is_table and kind == "raw":
        raise ExportError("raw prints records, and these pipes make a table", hint="--output table, csv or jsonl")
    return "table" if is_table and kind == "text" else kind


def _chosen(frames: Iterator[pl.DataFrame]) -> tuple[list[str] | None, Iterator[pl.DataFrame]]:
    """The columns that the pipes chose, None without any frame; and the frames, none consumed."""
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
    from logtui.export.writers import with_fields, write_file, writer_named

    if output.to is not None:
        write_file(frames, output.to, output.kind, output.columns)
        return
    writer_type = writer_named(output.kind)
    with stdout() as stream:
        writer = writer_type(stream, output.columns)
        for records in with_fields(frames, output.columns):
            writer.write(records)
            stream.flush()
        writer.close()


def _exit_code(intake: Intake, count: int) -> ExitCode:
    for text in intake.notices:
        notice(text)
    if intake.has_failed:
        return ExitCode.INPUT_FAILED
    return ExitCode.OK if count else ExitCode.NOTHING_MATCHED
