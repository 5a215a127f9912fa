"""So many tails run at once, and all end with the server."""

from __future__ import annotations

import asyncio

import pytest

from logtui.server.problems import ProblemError
from logtui.server.search.tails import Tails


def test_there_is_room_again_when_one_has_ended() -> None:
    tails = Tails(1)
    with tails.one():
        with pytest.raises(ProblemError) as refused, tails.one():
            pass
        assert refused.value.status == 429
    with tails.one():
        pass


async def test_waiting_ends_with_the_time_or_with_the_server() -> None:
    tails = Tails(1)
    assert not await tails.ended(0.001)
    waiting = asyncio.create_task(tails.ended(30))
    await asyncio.sleep(0)
    tails.end()
    assert await asyncio.wait_for(waiting, 5)
