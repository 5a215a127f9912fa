"""`logtui keys`: who may send logs to a server and read them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from logtui.cli.diagnostics import notice
from logtui.cli.serve import Data, require_extra
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from logtui.server.auth.keys import ApiKey, KeyRing

_DAY_SECONDS = 86_400

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may send logs to a server and read them.")


@keys.command("create")
def create(
    data: Data,
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
    """Make a key and print it, alone. It is shown only now; a running server knows it at once."""
    ring = _ring(data)
    from logtui.server.auth.scopes import Scope

    unknown = [each for each in scope if each not in list(Scope)]
    if unknown:
        raise ConfigError(f"unknown scope {unknown[0]!r}", hint=f"one of {', '.join(Scope)}")
    expires = int(datetime.now(UTC).timestamp()) + days * _DAY_SECONDS if days else None
    typer.echo(ring.create(map(Scope, scope), name=name, tenants=tenant or (), expires=expires, rate=rate))


@keys.command("list")
def list_keys(data: Data) -> None:
    """Print name, scopes, tenants, end and rate of each key, with tabs between them."""
    for key in _ring(data).known():
        names = (",".join(sorted(each)) for each in (key.scopes, key.tenants))
        typer.echo("\t".join((key.name, *names, _end(key), key.rate)))


@keys.command("revoke")
def revoke(data: Data, name: Annotated[str, typer.Argument(help="The name of the key.")]) -> None:
    """End a key; a running server refuses it at once."""
    if not _ring(data).revoke(name):
        raise ConfigError(f"no key is named {name!r}", hint="logtui keys list --data DIR")
    notice(f"{name} is revoked")


def _ring(data: Path) -> KeyRing:
    require_extra()
    from logtui.server.auth.keys import KeyRing

    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data} cannot be made: {error.strerror}") from error
    return KeyRing(data)


def _end(key: ApiKey) -> str:
    return datetime.fromtimestamp(key.expires, UTC).isoformat() if key.expires else ""
