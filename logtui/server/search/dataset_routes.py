"""`/api/v1/dataset/QUESTION`: the records as a dataset, for `logtui query` and `logtui open` on another machine."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from logtui.engine.search import request as requests
from logtui.engine.search.remote.wire import MEDIA_TYPE, Asked, Ending, packed
from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.bodies import body_of
from logtui.server.ingest.receiving import front_of
from logtui.server.problems import ProblemError, problem_of
from logtui.server.search.dataset_questions import QUESTIONS
from logtui.server.search.parameters import refused
from logtui.server.search.search_queue import gone
from logtui.server.search.tenants import visible

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from logtui.server.auth.access import Caller
    from logtui.server.front import Front

router: Final = APIRouter()

_BUSY_SECONDS: Final = 0.1


@router.post("/api/v1/dataset/{question}")
async def dataset(question: str, request: Request) -> Response:
    """Answer a question by frames; what goes wrong before the first frame is a problem as everywhere."""
    front, caller = front_of(request), caller_of(request)
    caller.require(Scope.READ)
    if question not in QUESTIONS:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"no question {question!r}", reason="search")
    with front.memory.counted() as take:
        body = await body_of(request, front.settings.max_body_bytes, take)
    answer = _Chunks(front, caller, question, _asked(body))
    first = await answer.next(request)
    return StreamingResponse(_sent(answer, first, request), media_type=MEDIA_TYPE)


def _asked(body: bytes) -> Asked:
    try:
        return msgspec.json.decode(body, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refused(f"the body is no question: {error}") from None


async def _sent(answer: _Chunks, chunk: bytes, request: Request) -> AsyncIterator[bytes]:
    try:
        while chunk:
            yield chunk
            chunk = await answer.following(request)
    except Exception as error:  # the status is sent already, so that the ending has to tell
        yield packed(Ending(problem=problem_of(error).body))


class _Chunks:
    """The bytes of an answer, frame by frame; a search slot is taken for the time of a frame, not while it is sent."""

    def __init__(self, front: Front, caller: Caller, question: str, asked: Asked) -> None:
        self._front = front
        self._until = 0.0
        self._cancelled: Callable[[], bool] = lambda: False
        self._items = self._begun(caller, question, asked)
        self._ends = None if asked.timeout is None else time.monotonic() + asked.timeout

    async def next(self, request: Request) -> bytes:
        """The next bytes; none at the end.

        Raises:
            ProblemError: 429 if too many searches wait.
            LogtuiError: If the records cannot be searched.
        """
        return await self._front.searches.run(self._step, gone(request))

    async def following(self, request: Request) -> bytes:
        """The next bytes of an answer that has begun, which waits where a new search is refused."""
        while True:
            try:
                return await self.next(request)
            except ProblemError as error:
                if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                    raise
                await asyncio.sleep(_BUSY_SECONDS)

    def _step(self, cancelled: Callable[[], bool]) -> bytes:
        self._cancelled = cancelled
        bound = time.monotonic() + self._front.settings.max_search_timeout
        self._until = bound if self._ends is None else min(bound, self._ends)
        return next(self._items, b"")

    def _begun(self, caller: Caller, question: str, asked: Asked) -> Iterator[bytes]:
        wanted = replace(requests.Request.from_canonical(asked.request), cancelled=self._has_ended)
        records = visible(self._front.records.dataset(), caller)
        yield from map(packed, QUESTIONS[question](records, wanted, asked))

    def _has_ended(self) -> bool:
        return self._cancelled() or time.monotonic() > self._until
