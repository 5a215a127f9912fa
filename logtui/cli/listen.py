"""`logtui listen`: a server under the screen."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated

import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.open import open_screen
from logtui.cli.options import Zone, preferences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from logtui.server.settings import ServerSettings


def listen(
    ctx: typer.Context,
    query: Annotated[str, typer.Option("-q", "--query", metavar="QUERY", help="Show only what matches.")] = "",
    tz: Zone = "UTC",
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings; see logtui config example.")
    ] = None,
) -> None:
    """Take logs over HTTP, TCP and UDP, and show them as they arrive.

    This is `logtui serve` under the screen of `logtui open`, with the options of both. Without --data the records are
    in a temporary folder; whether they are kept is asked at the end. On addresses of this machine nobody needs a key
    to send.

    \b
    logtui listen
    logtui listen --tcp 0.0.0.0:5514 --tcp-allow 10.0.0.0/8 --data ~/received
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        notice("listen needs a terminal; `logtui serve` takes logs without a screen")
        raise typer.Exit(ExitCode.USAGE)
    from logtui.server.configuration import load_server_settings

    with _temporary_folder() as folder:
        settings = load_server_settings(ctx.obj, os.environ, config, data=folder)
        raise typer.Exit(_show(settings, _arguments(ctx.obj, settings, config), query, tz))


def _show(settings: ServerSettings, arguments: list[str], query: str, tz: str) -> int:
    from logtui.server.background import BackgroundServer
    from logtui.server.front_counts import FrontCounts

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    notice(f"starting a server on {settings.data} …")
    with BackgroundServer(settings.data, arguments, settings.drain_seconds) as server:
        key = settings.data / "first-key"
        counts = FrontCounts(server.address, key, is_encrypted=settings.tls_cert is not None)
        return open_screen(
            [str(settings.data)], query, tz=tz, follow=True, preferences=preferences_of(None), counts=counts
        )


def _arguments(typed: Mapping[str, object], settings: ServerSettings, config: Path | None) -> list[str]:
    """The options of the server: those that were typed, and what goes without saying under a screen."""
    from logtui.server.configuration import option_of

    arguments = [f"--config={config}"] if config else []
    for name, value in {**typed, "data": settings.data, "role": "separate"}.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        arguments += [_argument(option_of(name), each) for each in values]
    if _is_private(settings):
        arguments.append("--insecure")
    return arguments


def _argument(option: str, value: object) -> str:
    if isinstance(value, bool):
        return option if value else f"--no-{option[2:]}"
    return f"{option}={value}"


def _is_private(settings: ServerSettings) -> bool:
    """Whether only programs of this machine can send, and need no key for it."""
    addresses = (settings.http, settings.tcp, settings.udp)
    return not settings.require_key and all(each is None or each.is_loopback for each in addresses)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """A folder that goes again, unless its records are to be kept."""
    folder = Path(mkdtemp(prefix="logtui-"))
    try:
        yield folder
    finally:
        if not (_holds_records(folder) and _wants_to_keep(folder)):
            shutil.rmtree(folder)


def _holds_records(folder: Path) -> bool:
    from logtui.engine.ingest.data_folder import DataFolder

    found = DataFolder(folder)
    return bool(found.position or found.waiting)


def _wants_to_keep(folder: Path) -> bool:
    """Whether the records are to be kept; without an answer, such as from a terminal that was closed, they are."""
    try:
        return typer.confirm(f"Keep the records in {folder}?", default=False, err=True)
    except (typer.Abort, OSError):
        return True
