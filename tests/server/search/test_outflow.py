"""Bytes flow from a thread to an event loop as fast as they are taken, and no faster."""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING

import pytest

from logtui.server.search.outflow import Outflow

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1 << 20


async def threaded(work: Callable[[], None]) -> None:
    await asyncio.to_thread(work)


async def test_all_bytes_come_in_order() -> None:
    outflow = Outflow()

    def write() -> None:
        with outflow.buffered() as stream:
            for number in range(200_000):
                stream.write(b"%d," % number)

    found = b"".join([chunk async for chunk in outflow.chunks(threaded(write))])
    assert found == b"".join(b"%d," % number for number in range(200_000))


async def test_a_thread_waits_for_a_slow_reader() -> None:
    outflow, written = Outflow(), list[int]()

    def write() -> None:
        for number in range(20):
            outflow.write(bytes(CHUNK))
            written.append(number)

    count = 0
    async for _ in outflow.chunks(threaded(write)):
        await asyncio.sleep(0.02)
        count += 1
        assert len(written) <= count + 5
    assert count == 20


async def test_a_fault_comes_out_behind_the_bytes() -> None:
    outflow, found = Outflow(), list[bytes]()

    def write() -> None:
        outflow.write(b"begun")
        raise ValueError("a fault")

    async def read() -> None:
        async for chunk in outflow.chunks(threaded(write)):
            found.append(chunk)

    with pytest.raises(ValueError, match="a fault"):
        await read()
    assert found == [b"begun"]


async def test_what_is_written_behind_the_end_is_dropped() -> None:
    outflow, ended = Outflow(), Event()
    outflow.has_ended = ended.is_set

    def write() -> None:
        for _ in range(100):
            outflow.write(bytes(CHUNK))

    chunks = outflow.chunks(threaded(write))
    assert len(await anext(chunks)) == CHUNK
    ended.set()
    assert len([chunk async for chunk in chunks]) < 10


async def test_work_is_cancelled_when_nobody_reads_on() -> None:
    outflow, cancelled = Outflow(), asyncio.Event()

    async def work() -> None:
        outflow.write(b"begun")
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    chunks = outflow.chunks(work())
    assert await anext(chunks) == b"begun"
    await chunks.aclose()
    assert cancelled.is_set()
