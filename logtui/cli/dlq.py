"""`logtui dlq`: the records that a server has not taken."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from logtui.cli.diagnostics import notice
from logtui.cli.serve import Data, require_extra
from logtui.errors import ConfigError, StoreBusyError
from logtui.export.safe import printable_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from logtui.store.dead_letters import DeadLetters

_WAIT_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.2

Numbers = Annotated[list[int] | None, typer.Argument(metavar="NUMBER...", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="All that are kept now.")]

dlq = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The records that a server has not taken, also while it runs."
)


@dlq.command("list")
def list_letters(
    data: Data,
    after: Annotated[int, typer.Option(min=0, help="Only those behind this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """Print number, arrival, protocol, peer, tenant and reason of each, with tabs between them."""
    for number, letter in _letters(data).page(after, limit):
        arrived = datetime.fromtimestamp(letter.arrival // 10**9, UTC).isoformat()
        columns = (str(number), arrived, letter.protocol, letter.peer, letter.tenant, letter.reason)
        typer.echo("\t".join(map(printable_line, columns)))


@dlq.command("show")
def show(data: Data, number: Annotated[int, typer.Argument(help="Its number.")]) -> None:
    """Print one record as it was received; the reason goes to stderr."""
    found = _letters(data).find(number)
    if found is None:
        raise _unknown(number)
    typer.echo(found.letter.raw)
    notice(found.letter.reason)


@dlq.command("replay")
def replay(data: Data, numbers: Numbers = None, every: All = False) -> None:
    """Try records again, as when they came; those that are taken are stored, the others stay with the new reason.

    \b
    Exit codes: 0 all were taken, 1 some were not, 2 wrong usage, or the server did not answer in time.
    """
    require_extra()
    letters = _letters(data)
    chosen = _Chosen(letters, numbers, every=every)
    count = 0
    for page in chosen:
        letters.want(page)
        count += len(page)
    _have_replayed(data, letters)
    refused = 0
    for page in chosen:
        for number, reason in letters.reasons(page).items():
            notice(f"{number}: {reason}")
            refused += 1
    typer.echo(f"{count - refused} taken, {refused} refused")
    if refused:
        raise typer.Exit(1)


@dlq.command("drop")
def drop(data: Data, numbers: Numbers = None, every: All = False) -> None:
    """Delete records for ever."""
    letters = _letters(data)
    typer.echo(f"{sum(map(letters.remove, _Chosen(letters, numbers, every=every)))} dropped")


def _letters(data: Path) -> DeadLetters:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.store.dead_letters import DeadLetters

    path = DataFolder(data).dead_letters
    if not path.exists():
        raise ConfigError(f"{data} is no data folder of a server", hint="logtui serve --data DIR makes one")
    return DeadLetters(path)


class _Chosen:
    """The numbers that are meant, all of which are kept, page by page; with --all the letters that are kept now.

    Raises:
        ConfigError: If none are meant, or one of them is not kept.
    """

    def __init__(self, letters: DeadLetters, numbers: Sequence[int] | None, *, every: bool) -> None:
        if every == bool(numbers):
            raise ConfigError("expected numbers of records or --all", hint="logtui dlq list --data DIR")
        self._letters = letters
        self._numbers = list(dict.fromkeys(numbers or ()))
        self._upto = letters.last
        kept = letters.reasons(self._numbers)
        for number in self._numbers:
            if number not in kept:
                raise _unknown(number)

    def __iter__(self) -> Iterator[list[int]]:
        return iter([self._numbers]) if self._numbers else self._letters.numbers(self._upto)


def _unknown(number: int) -> ConfigError:
    return ConfigError(f"no dead letter has the number {number}", hint="logtui dlq list --data DIR")


def _have_replayed(data: Path, letters: DeadLetters) -> None:
    """Have the server on the folder replay what is wanted; do it here if there is none."""
    import asyncio

    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.ingest.folder_intake import FolderIntake
    from logtui.server.replay import replay as replay_wanted

    try:
        intake = FolderIntake(DataFolder(data))
    except StoreBusyError:
        _wait(letters)
        return
    try:
        asyncio.run(replay_wanted(letters, intake))
    finally:
        intake.close()
    notice("no server runs on the folder; the next one stores what was taken")


def _wait(letters: DeadLetters) -> None:
    """Wait until nothing is wanted any more, as long as it becomes less."""
    first, until = 0, 0.0
    while wanted := letters.wanted(1):
        if wanted[0].number != first:
            first, until = wanted[0].number, time.monotonic() + _WAIT_SECONDS
        elif time.monotonic() > until:
            message = f"the server has not replayed {first} within {_WAIT_SECONDS:.0f} s"
            raise ConfigError(message, hint="it does so once it can; its /ready says what is wrong")
        time.sleep(_LOOK_SECONDS)
