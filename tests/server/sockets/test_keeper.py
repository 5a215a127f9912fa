"""Keeping messages: durable before anybody goes on, whatever the journal says first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from logtui.server.sockets.framing import Framed, Oversize
from tests.server.sockets.receiving import receiving, until

if TYPE_CHECKING:
    from pathlib import Path


async def test_records_are_durable_and_the_others_are_dead_letters(tmp_path: Path) -> None:
    with receiving(tmp_path) as here:
        await here.keeper.keep(
            Framed([b"<14>plain", b'{"message":"json"}', b'{"message":'], [Oversize(b"long", 90)]), "10.0.0.9"
        )
        assert sorted(here.messages()) == ["json", "plain"]
        assert set(here.records()["source"]) == {"10.0.0.9"}
        assert [(each.peer, each.protocol, each.raw) for each in here.letters()] == [
            ("10.0.0.9", "tcp", b'{"message":'),
            ("10.0.0.9", "tcp", b"long"),
        ]
        assert "at most 4 bytes, got 90 bytes" in here.letters()[1].reason
        assert (here.counters.records, here.counters.rejected, here.counters.waiting) == (2, 2, 0)


async def test_messages_wait_while_the_journal_is_full(tmp_path: Path) -> None:
    with receiving(tmp_path, cap_bytes=20_000, segment_bytes=1000) as here:
        while here.counters.waiting == 0:
            task = asyncio.create_task(here.keeper.keep(Framed([b"x" * 4000]), "10.0.0.9"))
            await asyncio.wait([task], timeout=0.5)
        kept = here.counters.records
        assert (here.counters.waiting, task.done()) == (1, False)
        await asyncio.to_thread(here.journal.trim, here.journal.last)
        await until(task.done)
        assert (here.counters.records, here.counters.waiting, here.counters.lost) == (kept + 1, 0, 0)


async def test_what_is_given_up_is_counted(tmp_path: Path) -> None:
    with receiving(tmp_path) as here:
        here.journal.close()
        task = asyncio.create_task(here.keeper.keep(Framed([b"a", b"b", b'{"message":"c"}']), "10.0.0.9"))
        await until(lambda: here.counters.waiting == 3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (here.counters.lost, here.counters.waiting, here.counters.records) == (3, 0, 0)
