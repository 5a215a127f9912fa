"""`logtui archive` and `logtui restore`: what a server keeps no more, and how it comes back."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from logtui.cli.diagnostics import notice
from logtui.cli.options import TypedRange
from logtui.cli.serve import Data
from logtui.errors import StoreBusyError, StoreError

if TYPE_CHECKING:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.restores import Wish
    from logtui.store import Store

_WAIT_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.2

Folder = Annotated[Path, typer.Argument(metavar="ARCHIVE", help="The folder of the archive.", show_default=False)]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Only from the day, UTC, of this time on.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Only until the day, UTC, of this time.")]

archive = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The records that a server keeps no more.")


@archive.callback()
def main() -> None:
    """The records that a server keeps no more."""


@archive.command("list")
def list_files(folder: Folder) -> None:
    """Print first day, last day, records, bytes, arrival of the last record and name of each file, with tabs between.

    \b
    logtui archive list /var/lib/logtui-archive
    logtui query 'level:error' /var/lib/logtui-archive
    """
    from logtui.store.archive import damaged_files, manifest_of

    files = manifest_of(folder).files
    for each in files:
        arrived = datetime.fromtimestamp(each.arrived // 10**9, UTC).isoformat()
        typer.echo("\t".join(map(str, (each.first_day, each.last_day, each.rows, each.size, arrived, each.file))))
    notice(f"{sum(each.rows for each in files):,} records in {len(files)} files")
    if damaged := damaged_files(folder):
        raise StoreError(f"{folder}: missing, or not of the size that they had: {', '.join(damaged)}")


def restore(folder: Folder, data: Data, since: Since = None, until: Until = None) -> None:
    """Put the records of an archive back into the data folder of a server, also while it runs; each file once.

    They arrive now: retention counts from today. Whole files are restored, with all records of their days.

    \b
    logtui restore /var/lib/logtui-archive --data /var/lib/logtui --since 2026-01-01 --until 2026-01-31
    """
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.restores import Wish
    from logtui.store.archive import manifest_of

    manifest_of(folder)  # what is no archive makes no data folder
    first, last = TypedRange(since, until).moments(now=datetime.now(UTC), zone=UTC)
    wish = Wish(str(folder.absolute()), first, last)
    count = _have_restored(wish, DataFolder(data))
    typer.echo(f"{count} restored")


def _have_restored(wish: Wish, folder: DataFolder) -> int:
    """Restore here, or have the server on the folder do it; returns the records that have come back."""
    from logtui.store import Store

    if folder.clickhouse.exists():
        raise StoreError(f"the records of {folder.path} are in ClickHouse", hint="restore into another data folder")
    try:
        is_new = not (folder.store.exists() or folder.journal.exists())
        with Store(folder.store, writable=True, by_day=True) as store:
            return sum(wish.grant(store, is_new=is_new))
    except StoreBusyError:
        with Store(folder.store) as store:
            return _restored_by_server(wish, store)


def _restored_by_server(wish: Wish, store: Store) -> int:
    from logtui.engine.ingest.restores import Restores

    restores, missing = Restores(store.path), wish.missing(store)
    name = restores.want(wish)
    left, until = len(missing), time.monotonic() + _WAIT_SECONDS
    while not restores.is_done(name):
        if (now := len(wish.missing(store))) != left:
            left, until = now, time.monotonic() + _WAIT_SECONDS
        elif time.monotonic() > until:
            raise StoreError(
                f"the server has restored nothing for {_WAIT_SECONDS:.0f} s", hint="it goes on once it can"
            )
        time.sleep(_LOOK_SECONDS)
    return sum(file.rows for file in missing)
