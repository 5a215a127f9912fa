"""`logtui keys`: who may send logs to a server and read them."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logtui.cli.diagnostics import notice
from logtui.cli.serve import require_extra
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from logtui.server.auth.api_key import ApiKey
    from logtui.server.auth.keys import KeyRing

_DAY_SECONDS = 86_400

Data = Annotated[Path | None, typer.Option(metavar="DIR", help="The data folder; made if it is not there.")]
Shared = Annotated[
    str | None, typer.Option("--alerts-url", metavar="URL", help="The PostgreSQL in which servers share their keys.")
]
Config = Annotated[Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")]

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may send logs to a server and read them.")


@keys.command("create")
def create(
    *,
    data: Data = None,
    alerts_url: Shared = None,
    config: Config = None,
    scope: Annotated[list[str], typer.Option(metavar="ingest|read|alerts|admin", help="What it is for; repeatable.")],
    name: Annotated[str, typer.Option(help="Its name; made up if it has none.", show_default=False)] = "",
    tenant: Annotated[
        list[str] | None, typer.Option(help="Whose records it may send; repeatable, any if there is none.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="How many days it is valid; for ever if not given.")] = None,
    rate: Annotated[
        str,
        typer.Option(metavar="N/second|minute|hour|day", help="Requests that it may make; any if not given."),
    ] = "",
) -> None:
    """Make a key and print it, alone. It is shown only now.

    A running server knows it at once, or within 2 s if the keys are in PostgreSQL. Settings are read as by logtui
    serve: also from LOGTUI_DATA, LOGTUI_ALERTS_URL and the file of --config.
    """
    require_extra()
    from logtui.server.auth.scopes import Scope

    unknown = [each for each in scope if each not in list(Scope)]
    if unknown:
        raise ConfigError(f"unknown scope {unknown[0]!r}", hint=f"one of {', '.join(Scope)}")
    expires = int(datetime.now(UTC).timestamp()) + days * _DAY_SECONDS if days else None
    with closing(_ring(data, alerts_url, config)) as ring:
        typer.echo(ring.create(map(Scope, scope), name=name, tenants=tenant or (), expires=expires, rate=rate))


@keys.command("list")
def list_keys(data: Data = None, alerts_url: Shared = None, config: Config = None) -> None:
    """Print name, scopes, tenants, end and rate of each key, with tabs between them."""
    with closing(_ring(data, alerts_url, config)) as ring:
        known = ring.known()
    for key in known:
        names = (",".join(sorted(each)) for each in (key.scopes, key.tenants))
        typer.echo("\t".join((key.name, *names, _end(key), key.rate)))


@keys.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="The name of the key.")],
    data: Data = None,
    alerts_url: Shared = None,
    config: Config = None,
) -> None:
    """End a key; a running server refuses it at once, or within 2 s if the keys are in PostgreSQL."""
    with closing(_ring(data, alerts_url, config)) as ring:
        was_there = ring.revoke(name)
    if not was_there:
        raise ConfigError(f"no key is named {name!r}", hint="logtui keys list --data DIR")
    notice(f"{name} is revoked")


def _ring(data: Path | None, alerts_url: str | None, config: Path | None) -> KeyRing:
    require_extra()
    from logtui.server.auth.keys import KeyRing, kept_keys
    from logtui.server.configuration import load_server_settings

    stated = {"data": data, "alerts_url": alerts_url}
    options = {name: str(value) for name, value in stated.items() if value}
    # Which process runs what is nothing to keys, and a folder of chdb is opened by one that runs all.
    settings = load_server_settings({**options, "role": "all"}, os.environ, config)
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{settings.data} cannot be made: {error.strerror}") from error
    return KeyRing(kept_keys(settings))


def _end(key: ApiKey) -> str:
    return datetime.fromtimestamp(key.expires, UTC).isoformat() if key.expires else ""
