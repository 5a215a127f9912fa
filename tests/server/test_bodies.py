from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

from logtui.server import bodies
from logtui.server.bodies import body_of
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def request(receive: Callable[[], Awaitable[dict[str, Any]]]) -> Request:
    return Request({"type": "http", "headers": []}, receive)


async def test_a_sender_that_is_too_slow_is_a_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_MOST_SECONDS", 0.05)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(ProblemError, match="did not come within") as refused:
        await body_of(request(receive), 1_000, lambda _: None)
    assert refused.value.status == 408


async def test_a_sender_that_goes_away_leaves_no_record() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(ProblemError, match="went away"):
        await body_of(request(receive), 1_000, lambda _: None)


async def test_a_body_in_chunks_is_counted_and_limited() -> None:
    taken: list[int] = []
    chunks = iter([b"abc", b"", b"de"])

    async def receive() -> dict[str, Any]:
        chunk = next(chunks, b"")
        return {"type": "http.request", "body": chunk, "more_body": chunk != b"de"}

    assert await body_of(request(receive), 5, taken.append) == b"abcde"
    assert sum(taken) == 5
    chunks = iter([b"abc", b"def"])
    with pytest.raises(ProblemError) as refused:
        await body_of(request(receive), 5, taken.append)
    assert refused.value.status == 413
