"""Bytes on their way from the thread that makes them to a client that may be slow."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress
from threading import Semaphore
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from _typeshed import ReadableBuffer

_CHUNK_BYTES: Final = 256 << 10
_MOST_CHUNKS: Final = 4
_LOOK_SECONDS: Final = 0.1
"""How often a thread that waits for room looks whether it should end."""


class Outflow(io.RawIOBase):
    """A stream of bytes that waits until the client has taken most of what was written before.

    To be made in an event loop and written in a thread, in any sizes, through `buffered`.

    Attributes:
        has_ended: Called by the thread; once it returns true, what is written is dropped.
    """

    def __init__(self) -> None:
        self.has_ended: Callable[[], bool] = lambda: False
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = Semaphore(_MOST_CHUNKS)

    def buffered(self) -> io.BufferedWriter:
        """The stream for the thread, which gathers small writes; flush it at the end."""
        return io.BufferedWriter(self, _CHUNK_BYTES)

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write bytes when there is room for them; returns their number."""
        chunk = bytes(data)
        while not self.has_ended():
            if self._room.acquire(timeout=_LOOK_SECONDS):
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
                break
        return len(chunk)

    async def chunks(self, work: Coroutine[None, None, None]) -> AsyncGenerator[bytes, None]:
        """What is written while a coroutine runs; its error comes out behind the last bytes.

        Args:
            work: Lets a thread write; it is cancelled if the iteration ends early.
        """
        task = asyncio.ensure_future(work)
        task.add_done_callback(lambda _: self._chunks.put_nowait(None))
        try:
            while (chunk := await self._chunks.get()) is not None:
                self._room.release()
                yield chunk
            await task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await task
