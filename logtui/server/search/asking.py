"""What all routes that ask for records do: check the caller, read the question, wait for a thread, answer in JSON."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.bodies import body_of
from logtui.server.ingest.receiving import front_of
from logtui.server.search.asked_request import record_request, seconds_of
from logtui.server.search.parameters import parameters_in
from logtui.server.search.search_queue import gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request as HttpRequest

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.request import Request
    from logtui.server.search.parameters import Asked, Question


async def question_in(request: HttpRequest, kind: type[Asked]) -> Asked:
    """Read what a caller asks for, in the body or in the address.

    Args:
        request: The request as it came.
        kind: What may be asked for.

    Raises:
        ProblemError: 401 or 403 if the caller may not read, 400 if the question cannot be understood.
    """
    front = front_of(request)
    caller_of(request).require(Scope.READ)
    with front.memory.counted() as take:
        body = await body_of(request, front.settings.max_body_bytes, take)
    return parameters_in(body, request.url.query, kind)


async def answer_to(
    request: HttpRequest, question: Question, work: Callable[[Dataset, Request], dict[str, Any]]
) -> Response:
    """Answer a question in JSON, in the time that it states, with a thread of the searches.

    Args:
        request: The request as it came.
        question: What it asks for.
        work: Makes the members of the answer of the dataset and the request to it, which holds only what the caller
            may see and ends when the time is over or the client has left.

    Raises:
        ProblemError: 400 if the question cannot be understood, 429 if too many searches wait.
        QueryError: If the query cannot be read.
        StoreError: If the records cannot be read.
    """
    began, front, caller = time.monotonic(), front_of(request), caller_of(request)
    seconds = seconds_of(question, front.settings.search_timeout, front.settings.max_search_timeout)

    def search(cancelled: Callable[[], bool]) -> bytes:
        dataset = front.records.dataset()
        asked = record_request(question, caller, dataset)
        found = work(dataset, replace(asked, deadline=began + seconds, cancelled=cancelled))
        return msgspec.json.encode({**found, "took_ms": round((time.monotonic() - began) * 1000)})

    return Response(await front.searches.run(search, gone(request)), media_type="application/json")
