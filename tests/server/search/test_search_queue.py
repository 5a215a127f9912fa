"""Few searches run at once, some wait, others are refused, and one that nobody waits for ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

from logtui.server.problems import ProblemError
from logtui.server.search.search_queue import SearchQueue, gone
from tests.server.running import Server, record
from tests.server.search.asking import ask, put

if TYPE_CHECKING:
    from pathlib import Path

Search = Callable[[Callable[[], bool]], str]


async def never() -> None:
    await asyncio.Event().wait()


def waiting_for(event: Event, name: str = "") -> Search:
    def search(cancelled: Callable[[], bool]) -> str:
        while not cancelled():
            if event.wait(0.01):
                return name
        return "cancelled"

    return search


@pytest.fixture
def queue() -> Iterator[SearchQueue]:
    queue = SearchQueue(at_once=2, waiting=1)
    yield queue
    queue.close()


async def test_those_that_wait_run_when_there_is_room_and_others_are_a_429(queue: SearchQueue) -> None:
    event = Event()
    running = [asyncio.create_task(queue.run(waiting_for(event, name), never())) for name in "abc"]
    await asyncio.sleep(0.05)
    with pytest.raises(ProblemError) as refused:
        await queue.run(waiting_for(event), never())
    assert refused.value.status == 429
    assert refused.value.response().headers["retry-after"] == "2"
    event.set()
    assert await asyncio.gather(*running) == ["a", "b", "c"]
    assert await queue.run(waiting_for(event, "d"), never()) == "d"


async def test_a_search_ends_when_its_client_is_gone(queue: SearchQueue) -> None:
    async def soon() -> None:
        await asyncio.sleep(0.02)

    assert await asyncio.wait_for(queue.run(waiting_for(Event()), soon()), 5) == "cancelled"


async def test_a_search_whose_task_is_cancelled_ends_and_leaves_its_room(queue: SearchQueue) -> None:
    tasks = [asyncio.create_task(queue.run(waiting_for(Event()), never())) for _ in range(3)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    event = Event()
    event.set()
    async with asyncio.timeout(5):
        while True:
            try:
                assert await queue.run(waiting_for(event, "next"), never()) == "next"
                break
            except ProblemError:
                await asyncio.sleep(0.01)


async def test_a_fault_of_a_search_comes_out(queue: SearchQueue) -> None:
    def search(_: Callable[[], bool]) -> str:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await queue.run(search, never())


async def test_closing_ends_what_runs() -> None:
    queue = SearchQueue(at_once=1, waiting=0)
    running = asyncio.create_task(queue.run(waiting_for(Event()), never()))
    await asyncio.sleep(0.02)
    await asyncio.to_thread(queue.close)
    assert await running == "cancelled"


def test_a_server_with_a_full_queue_answers_429_and_goes_on(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--searches", "1", "--search-queue", "0") as server:
        put(server, [record(number) for number in range(2_000)], 2_000)
        with ThreadPoolExecutor(20) as clients:
            answers = list(clients.map(lambda _: ask(server, query="/rec.*7/", limit=2_000), range(40)))
        assert {answer.status for answer in answers} == {200, 429}
        assert {answer.headers.get("retry-after") for answer in answers if answer.status == 429} == {"2"}
        assert ask(server).status == 200


async def test_a_client_is_gone_when_its_connection_closes() -> None:
    messages: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": b""}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    left: Coroutine[None, None, None] = gone(Request({"type": "http", "method": "GET", "headers": []}, receive))
    await asyncio.wait_for(left, 5)
