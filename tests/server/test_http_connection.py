"""Connections over HTTP: whoever takes too long over the head of a request is not waited for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.server import ServerState

from logtui.server import http_connection
from logtui.server.http_connection import HttpConnection

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator

    from starlette.requests import Request

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"


class HastyConnection(HttpConnection):
    head_seconds = 0.4


async def answer(request: Request) -> Response:
    if request.url.path == "/slow":
        await asyncio.sleep(0.7)
    return Response(await request.body() or b"nothing")


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A connection to a server of hasty ones."""
    app = Starlette(routes=[Route(path, answer, methods=["GET", "POST"]) for path in ("/", "/slow")])
    config = uvicorn.Config(app, log_config=None, lifespan="off")
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: HastyConnection(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        yield reader, writer
        writer.close()


async def drip(reader: StreamReader, writer: StreamWriter, data: bytes) -> bytes:
    """Send byte by byte until something comes."""
    answered = asyncio.create_task(reader.read(1_024))
    for byte in data:
        if answered.done():
            break
        writer.write(bytes([byte]))
        await asyncio.sleep(0.05)
    return await asyncio.wait_for(answered, 5)


async def answered(reader: StreamReader) -> bytes:
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return await reader.readexactly(length)


async def test_a_head_that_comes_byte_by_byte_is_not_waited_for() -> None:
    async with connection() as (reader, writer):
        assert (await drip(reader, writer, REQUEST)).startswith(b"HTTP/1.1 408 ")


async def test_a_connection_that_asks_nothing_is_closed() -> None:
    async with connection() as (reader, _):
        assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 408 ")


async def test_the_next_head_on_a_connection_has_the_same_bound() -> None:
    for data in (REQUEST, b"\r\n" * 20):
        async with connection() as (reader, writer):
            writer.write(REQUEST)
            assert await answered(reader) == b"nothing"
            assert (await drip(reader, writer, data)).startswith(b"HTTP/1.1 408 ")


async def test_a_pause_between_two_requests_may_be_longer() -> None:
    async with connection() as (reader, writer):
        for _ in range(2):
            writer.write(REQUEST)
            assert await answered(reader) == b"nothing"
            await asyncio.sleep(0.6)


async def test_the_bound_is_for_the_head_and_not_for_the_body() -> None:
    async with connection() as (reader, writer):
        writer.write(POST)
        for byte in b"hello":
            await asyncio.sleep(0.15)
            writer.write(bytes([byte]))
        assert await answered(reader) == b"hello"


async def test_connections_above_the_limit_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connection, "most_connections", lambda: 0)
    async with connection() as (reader, writer):
        try:
            writer.write(REQUEST)
            assert await asyncio.wait_for(reader.read(), 5) == b""
        except ConnectionError:
            pass


@pytest.mark.parametrize("path", [b"/ ", b"/slow "])
async def test_who_only_ends_its_sending_is_answered(path: bytes) -> None:
    async with connection() as (reader, writer):
        writer.write(POST.replace(b"/ ", path, 1) + b"hello")
        writer.write_eof()
        whole = await asyncio.wait_for(reader.read(), 5)
    *probes, last = whole.split(b"HTTP/1.1 ")[1:]
    assert all(probe == b"100 Continue\r\n\r\n" for probe in probes)
    assert last.startswith(b"200 ")
    assert last.endswith(b"\r\n\r\nhello")


async def test_all_requests_before_the_end_of_sending_are_answered() -> None:
    async with connection() as (reader, writer):
        writer.write(POST.replace(b"/ ", b"/slow ", 1) + b"hello" + REQUEST)
        writer.write_eof()
        whole = await asyncio.wait_for(reader.read(), 5)
    assert whole.count(b"HTTP/1.1 200 ") == 2
    assert whole.endswith(b"nothing")


async def test_who_ends_its_sending_within_a_body_is_not_answered() -> None:
    async with connection() as (reader, writer):
        writer.write(POST + b"hell")
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b""
