"""A journal and dead letters for the tests of sockets, and what has come into them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from logtui.engine.ingest.decode import Decoder
from logtui.server.sockets.counters import SocketCounters
from logtui.server.sockets.keeper import MessageKeeper
from logtui.store.dead_letters import DeadLetter, DeadLetters
from logtui.store.journal import FileJournal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl


class Receiving(NamedTuple):
    """Where messages go."""

    journal: FileJournal
    dead_letters: DeadLetters
    keeper: MessageKeeper

    @property
    def counters(self) -> SocketCounters:
        return self.keeper.counters

    def records(self) -> pl.DataFrame:
        return Decoder().decode(list(self.journal.read(0))).records

    def messages(self) -> list[str]:
        return self.records()["message"].to_list() if self.journal.last else []

    def letters(self) -> list[DeadLetter]:
        return [kept.letter for kept in self.dead_letters.page()]


@contextmanager
def receiving(folder: Path, *, cap_bytes: int = 1 << 30, segment_bytes: int = 1 << 26) -> Iterator[Receiving]:
    dead_letters = DeadLetters(folder / "dead-letters.sqlite")
    with FileJournal(folder / "journal", cap_bytes=cap_bytes, segment_bytes=segment_bytes) as journal:

        async def bury(letters: Sequence[DeadLetter]) -> None:
            await asyncio.to_thread(dead_letters.add, letters)

        keeper = MessageKeeper(journal.append_async, bury, "tcp", SocketCounters())
        yield Receiving(journal, dead_letters, keeper)


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something is true; fail if it does not become so."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # counters of the code under test set no event
            await asyncio.sleep(0.01)
