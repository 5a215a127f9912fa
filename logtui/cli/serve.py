"""`logtui serve`: a server that takes logs and answers about them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from logtui.cli.diagnostics import notice
from logtui.errors import ConfigError, LogtuiError

Data = Annotated[Path, typer.Option(metavar="DIR", help="The data folder; made if it is not there.")]


def serve(
    data: Data,
    http: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where to listen for HTTP.")] = "127.0.0.1:8080",
    tcp: Annotated[
        str,
        typer.Option(metavar="HOST:PORT", help="Where to listen for syslog and JSON lines over TCP; none for nowhere."),
    ] = "127.0.0.1:5514",
    udp: Annotated[str, typer.Option(metavar="HOST:PORT", help="The same over UDP.")] = "127.0.0.1:5514",
    tcp_allow: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="Take messages over TCP and UDP from these networks only; may be repeated."),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            metavar="all|front|worker",
            help="Which parts run in this process; without it, front and worker run in processes of their own.",
        ),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Take records without a key from programs of this machine.")
    ] = False,
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Ask for a key everywhere, also for reading on this machine.")
    ] = False,
    max_records: Annotated[int, typer.Option(min=1, help="Records in one request to /api/v1/logs.")] = 1_000,
    max_body_bytes: Annotated[int, typer.Option(min=1, help="Size of one body, unpacked.")] = 64 << 20,
    journal_bytes: Annotated[
        int, typer.Option(min=1 << 20, help="What may wait to be stored; beyond, senders wait and are refused.")
    ] = 4 << 30,
    min_free_bytes: Annotated[int, typer.Option(min=0, help="Below this the disk counts as full.")] = 256 << 20,
    search_timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="Time for a search that does not state its own.")
    ] = 30,
    max_search_timeout: Annotated[
        float, typer.Option(min=0.001, metavar="SECONDS", help="Most time that a search may ask for.")
    ] = 300,
    searches: Annotated[int, typer.Option(min=1, help="Searches that run at once.")] = 4,
    search_queue: Annotated[int, typer.Option(min=0, help="Searches that wait for these; others are refused.")] = 16,
    tails: Annotated[int, typer.Option(min=0, help="Clients that follow records as they are stored.")] = 16,
) -> None:
    """Take logs over HTTP, TCP and UDP and keep them durably, until SIGTERM or Ctrl-C.

    The first start makes a key with all scopes and writes it to DIR/first-key.

    \b
    logtui serve --data /var/lib/logtui
    curl -H "Authorization: Bearer $(cat /var/lib/logtui/first-key)" http://127.0.0.1:8080/api/v1/logs \\
         -d '[{"timestamp": "2026-01-15T10:00:00Z", "level": "info", "message": "it works"}]'

    \b
    Exit codes: 0 ended as asked, 2 wrong usage, a folder that another server uses, or an address that is taken.
    """
    require_extra()
    from logtui.server.lifecycle import serve as run
    from logtui.server.logs import configure_logs
    from logtui.server.settings import DRAIN_SECONDS, Address, Role, ServerSettings
    from logtui.server.supervisor import Supervisor, commands_of, end_with_supervisor

    if insecure and require_key:
        raise ConfigError("--insecure and --require-key contradict each other")
    if role is not None and role not in list(Role):
        raise ConfigError(f"unknown role {role!r}", hint="one of all, front, worker")
    settings = ServerSettings(
        data=data,
        http=Address.parse(http),
        tcp=None if tcp == "none" else Address.parse(tcp),
        udp=None if udp == "none" else Address.parse(udp),
        tcp_allow=tuple(tcp_allow or ()),
        role=Role(role or Role.ALL),
        insecure=insecure,
        require_key=require_key,
        most_records=max_records,
        most_body_bytes=max_body_bytes,
        journal_bytes=journal_bytes,
        min_free_bytes=min_free_bytes,
        search_seconds=search_timeout,
        most_search_seconds=max_search_timeout,
        searches=searches,
        search_queue=search_queue,
        tails=tails,
    )
    settings.check()
    configure_logs()
    if role is None:
        raise typer.Exit(Supervisor(commands_of(sys.argv[1:]), DRAIN_SECONDS).run())
    end_with_supervisor()
    run(settings, on_first_key=lambda key: _show(key, data))


def require_extra() -> None:
    """Make sure that what only servers need is installed.

    Raises:
        LogtuiError: If it is not.
    """
    from importlib.util import find_spec

    missing = [
        name for name in ("fastapi", "uvicorn", "sse_starlette", "structlog", "google_crc32c") if not find_spec(name)
    ]
    if missing:
        raise LogtuiError(f"{', '.join(missing)} is not installed", hint="pip install 'logtui[server]'")


def _show(key: str, data: Path) -> None:
    """Show the first key to a person; a log must not hold it."""
    if sys.stderr.isatty():
        notice(f"the first key is {key}; it is also in {data / 'first-key'}")
