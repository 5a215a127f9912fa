"""`logtui seed`: fills a server with a story."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from logtui.cli.diagnostics import ExitCode, notice
from logtui.cli.options import client_of
from logtui.cli.serve import require_extra
from logtui.errors import StoreBusyError

if TYPE_CHECKING:
    from collections.abc import Callable

    Records = list[dict[str, Any]]

_BATCH = 1_000
"""As many as a server takes in one request."""


def seed(
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A data folder on which no server runs; made if it is not there.")
    ] = None,
    server: Annotated[str, typer.Option(metavar="URL", help="A server; its key stands in LOGTUI_API_KEY.")] = "",
    records: Annotated[int, typer.Option(min=1, help="How many records.")] = 20_000,
    hours: Annotated[float, typer.Option(min=0.01, help="How many hours up to now they tell of.")] = 6,
) -> None:
    """Fill a server with a story to search: a shop, an incident that is over and one that goes on.

    \b
    logtui seed --data DIR
    logtui seed --server http://127.0.0.1:8080
    """
    if (data is None) == (not server):
        notice("expected one of --data DIR and --server URL")
        raise typer.Exit(ExitCode.USAGE)
    require_extra()
    from logtui.server.story import tell

    story = list(tell(records, time.time_ns(), hours))
    batches = [story[place : place + _BATCH] for place in range(0, records, _BATCH)]
    _store(data, batches) if data else _send(server, batches)
    typer.echo(f"{records:,} records of the last {hours:g} hours are in {data or server}")


def _store(folder: Path, batches: list[Records]) -> None:
    from logtui.engine.ingest.live_store import LiveStore

    try:
        with LiveStore(folder) as store:
            _keep_in(store.intake.append, batches)
    except StoreBusyError as error:
        raise StoreBusyError(error.message, hint="--server URL sends to the server that runs on it") from error


def _keep_in(append: Callable[[Any], object], batches: list[Records]) -> None:
    from logtui.engine.ingest.payloads import Kind
    from logtui.store.journal import Batch

    encoder = msgspec.json.Encoder()
    for each in batches:
        payload = encoder.encode_lines(each).rstrip(b"\n")
        append(Batch(kind=Kind.JSON, count=len(each), arrival=time.time_ns(), payload=payload, peer="127.0.0.1"))


def _send(server: str, batches: list[Records]) -> None:
    client = client_of(server)
    for each in batches:
        client.post("/api/v1/logs", each)
