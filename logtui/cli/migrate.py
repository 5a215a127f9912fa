"""`logtui migrate`: brings what is stored to the present versions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from logtui.cli.serve import require_extra


def migrate(
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The data folder.")] = None,
    store: Annotated[str | None, typer.Option(metavar="URL", help="The ClickHouse that keeps the records.")] = None,
    alerts_url: Annotated[str | None, typer.Option(metavar="URL", help="The database that keeps the alerts.")] = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")] = None,
) -> None:
    """Bring the records and the alerts of a server to the versions of this program, and print a line for each.

    A server does the same when it starts; here it is done before, while no server runs. Settings are read as by
    logtui serve: also from LOGTUI_STORE, LOGTUI_ALERTS_URL and the file of --config.

    \b
    logtui migrate --data /var/lib/logtui
    LOGTUI_STORE_PASSWORD=env:PASSWORD logtui migrate --data /var/lib/logtui --store clickhouse://logtui@db:8123/logs

    \b
    Exit codes: 0 all have these versions, 2 one cannot be reached or has been written by a newer program.
    """
    require_extra()
    from logtui.server.configuration import load_server_settings
    from logtui.server.migrating import migrations

    stated = {"data": data, "store": store, "alerts_url": alerts_url}
    options = {name: str(value) for name, value in stated.items() if value}
    # Which process runs what is nothing to those who migrate, and a folder of chdb is opened by one that runs all.
    settings = load_server_settings({**options, "role": "all"}, os.environ, config)
    for line in migrations(settings):
        typer.echo(line)
