"""`logtui open`: the screen."""

from __future__ import annotations

import os
import sys
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
    api_key_of,
    cache_of,
    codec_of,
    formats_of,
    preferences_of,
    source_zones,
)
from logtui.cli.preview import previewed
from logtui.model.times import zone_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.alerts.rules import Rule
    from logtui.alerts.served.base import ServedAlerts
    from logtui.engine.live.snapshot import Counts
    from logtui.engine.live.store_feed import StoreFeed
    from logtui.engine.search.request import Request
    from logtui.formats.declaration import Declaration
    from logtui.sources import Resolved
    from logtui.store import Cache
    from logtui.tui.session.preferences import Preferences


def open_command(
    paths: Paths = None,
    query: Annotated[str, typer.Option("-q", "--query", metavar="QUERY", help="Show only what matches.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Begin at the end and stay there.")] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Without the filter, marks and place of the last time.")
    ] = False,
    since: Since = None,
    until: Until = None,
    format_name: FormatName = None,
    source_tz: SourceZone = None,
    year: SourceYear = None,
    encoding: Encoding = None,
    tz: Zone = "UTC",
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="Alert rules to evaluate over the records.")
    ] = None,
    force: Force = False,
    no_cache: NoCache = False,
    keys: Annotated[
        str | None, typer.Option(metavar="MAP", help="Keys as in another tool: less, lnav.", show_default=False)
    ] = None,
    config: Config = None,
) -> None:
    """Open logs on a screen: search, filter, look around, export.

    Several files are shown as one, merged by time. The first rows show at once; the count rises while the rest is
    read. What is appended is shown as it comes, through rotation; new files of a folder too. Press ? for the keys and
    q to leave.

    \b
    logtui open app.log
    logtui open logs/ 'old/*.gz' -q 'level:>=warn'
    logtui open /var/log/nginx --follow
    kubectl logs -f web-1 | logtui open -
    logtui open http://logs.example:8080 -q 'service:api'
    logtui open /var/lib/logtui --follow
    logtui open clickhouse://logs.example/logtui -q 'service:api'
    """
    inputs = paths or ([] if sys.stdin.isatty() else ["-"])
    if not inputs:
        notice("expected a PATH, or logs on standard input; try `logtui demo`")
        raise typer.Exit(ExitCode.USAGE)
    is_whole = "-" not in inputs and not (query or since or until or follow)
    with previewed(inputs, is_wanted=is_whole and _is_terminal()) as head:
        code = open_screen(
            inputs,
            with_range(query, since, until),
            format_name=format_name,
            source_tz=source_tz,
            tz=tz,
            year=year,
            encoding=codec_of(encoding),
            force=force,
            own_formats=formats_of(config),
            cache=None if no_cache else cache_of(config),
            follow=follow,
            keeps=True,
            fresh=fresh,
            preferences=preferences_of(config, keys=keys),
            rules=_rules_of(rules),
            rules_file=rules,
            head=head,
            api_key=api_key_of(config),
        )
    raise typer.Exit(code)


def _is_terminal() -> bool:
    return sys.stdout.isatty() and sys.stderr.isatty()


def _rules_of(path: Path | None) -> tuple[Rule, ...]:
    if path is None:
        return ()
    from logtui.alerts.rules_file import load_rules

    return load_rules(path)


def with_range(query: str, since: str | None, until: str | None) -> str:
    """Limit a query text to a range of time.

    Args:
        query: The query; may be empty.
        since: As `--since` takes it.
        until: As `--until` takes it.

    Returns:
        The query text with a clause for each given end before its pipes.

    Raises:
        QueryError: If there is a range, and the text is no query.
    """
    from logtui.query import conjoined  # imports the parser
    from logtui.query.syntax.spelling import quoted

    ends = [f"timestamp:{op}{quoted(text)}" for op, text in ((">=", since), ("<=", until)) if text]
    return conjoined([*([query] if query else []), *ends], query) if ends else query


def open_screen(
    inputs: list[str],
    query: str,
    *,
    format_name: str | None = None,
    source_tz: list[str] | None = None,
    tz: str = "UTC",
    year: int | None = None,
    encoding: str | None = None,
    force: bool = False,
    own_formats: tuple[Declaration, ...] = (),
    cache: Cache | None = None,
    follow: bool = False,
    keeps: bool = False,
    fresh: bool = False,
    preferences: Preferences,
    rules: tuple[Rule, ...] = (),
    rules_file: Path | None = None,
    head: tuple[str, ...] = (),
    api_key: str = "",
    counts: Callable[[], Counts] = tuple,
) -> int:
    """Open inputs on the screen and stay until the user leaves.

    Args:
        inputs: Paths, folders, globs, `-` or addresses of servers and of stores in ClickHouse.
        query: The filter to begin with; empty for none.
        format_name: The format to read with instead of the detected ones.
        source_tz: Time zones of sources whose times state none, `ZONE` or `GLOB=ZONE` each.
        tz: Time zone of typed times.
        year: Year of a log's first time, if its times state none.
        encoding: Encoding of the logs; None for UTF-8 or UTF-16.
        force: Read binary files as text.
        own_formats: The user's custom formats; they are tried first.
        cache: The cache of indexes of large files; None to use and build none.
        follow: Begin at the end and follow it.
        keeps: Save the session state (marks, notes, filter, cursor) for the next time.
        fresh: Ignore the saved session state.
        preferences: The user's settings of the screen.
        rules: Alert rules to evaluate over the records.
        rules_file: The file that they come from; None for none.
        head: The first lines of the input, shown until there are records.
        api_key: The key for servers; empty for none.
        counts: Returns what the status line counts besides what data folders of servers say.

    Returns:
        The exit code.
    """
    if not _is_terminal():
        notice("open needs a terminal; `logtui query` prints records instead")
        raise typer.Exit(ExitCode.USAGE)
    pipe = _take_pipe() if "-" in inputs else 0
    from logtui.engine.live.file_feed import feeds_of
    from logtui.engine.live.folder_watcher import Watching
    from logtui.engine.live.session import Session
    from logtui.engine.read.options import ReadOptions
    from logtui.engine.search.request import Request
    from logtui.model.record import CORE_SCHEMA
    from logtui.sources import resolve
    from logtui.tui.app import run  # 0.3 s for Textual, Polars and Lark; --help must not pay
    from logtui.tui.session.session_state import Keeper
    from logtui.tui.session.start import Start

    request = Request.of(query, zone=zone_named(tz))  # a wrong query is an error before the screen opens,
    request.expression(tuple(CORE_SCHEMA))  # and so is a time or a level in it that is none
    stored, servers, paths = _stored_inputs(inputs, request, api_key, counts)
    options = ReadOptions(
        format=format_name,
        zones=source_zones(source_tz),
        year=year,
        encoding=encoding,
        force=force,
        own_formats=own_formats,
    )
    found = resolve(paths, force=force, stdin=pipe, follow=True)
    if not (found.sources or stored):
        raise _nothing_to_open(found)
    keeper = Keeper(inputs, fresh=fresh) if keeps and "-" not in inputs else None
    session = Session(*stored, *feeds_of(found, options, cache))
    watching = Watching(session, paths, found, options, cache)
    watching.start()
    try:
        start = Start(query, follow, inputs, zone_named(tz), rules, keeper, preferences, head, rules_file, servers)
        return run(session, start)
    finally:
        watching.close()


def _stored_inputs(
    inputs: Sequence[str], request: Request, api_key: str, counts: Callable[[], Counts]
) -> tuple[list[StoreFeed], list[ServedAlerts], list[str]]:
    """The feeds of servers, of stores in ClickHouse and of data folders among inputs, their alerts, other inputs."""
    from logtui.engine.live.store_feed import folder_feeds, remote_feeds
    from logtui.engine.search.datasets import is_address, store_folder

    addresses = [text for text in inputs if is_address(text)]
    stores = {text: folder for text in inputs if text not in addresses and (folder := store_folder(text))}
    feeds = [*remote_feeds(addresses, request, api_key), *folder_feeds([*stores.values()], request, counts)]
    paths = [text for text in inputs if text not in addresses and text not in stores]
    return feeds, _alerts_of(addresses, [*stores.values()], api_key) if feeds else [], paths


def _alerts_of(addresses: Sequence[str], stores: Sequence[Path], api_key: str) -> list[ServedAlerts]:
    from logtui.alerts.served.opening import served_alerts  # files have no server

    return served_alerts(addresses, stores, api_key)


def _nothing_to_open(found: Resolved) -> typer.Exit:
    """Say why there is no input, and make the exit for it."""
    for problem in found.problems:
        notice(problem.text)
    failed = any(problem.reason != "empty" for problem in found.problems)
    return typer.Exit(ExitCode.INPUT_FAILED if failed else ExitCode.NOTHING_MATCHED)


def _take_pipe() -> int:
    """Move standard input, a pipe of logs, to a new descriptor, and make the terminal standard input for the keys.

    Returns:
        The descriptor of the pipe.
    """
    pipe = os.dup(0)
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        notice(f"open needs a terminal for the keys: {error.strerror}")
        raise typer.Exit(ExitCode.USAGE) from error
    os.dup2(terminal, 0)
    os.close(terminal)
    return pipe
