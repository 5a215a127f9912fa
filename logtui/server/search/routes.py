"""`/api/v1/search` and `/query`: logs that match a query."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.server.auth.gate import caller_of
from logtui.server.ingest.receiving import front_of
from logtui.server.search.answer import answered
from logtui.server.search.asked_request import seconds_of
from logtui.server.search.asking import question_in
from logtui.server.search.parameters import Parameters
from logtui.server.search.search_queue import gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.server.auth.access import Caller
    from logtui.server.front import Front

router: Final = APIRouter()


@router.post("/api/v1/search")
@router.get("/api/v1/search")
@router.post("/query")
@router.get("/query")
async def search(request: Request) -> Response:
    """Find logs: by a JSON object or a form in the body, or by parameters in the address."""
    began = time.monotonic()
    front, caller = front_of(request), caller_of(request)
    search = _search(front, await question_in(request, Parameters), caller, began)
    return Response(await front.searches.run(search, gone(request)), media_type="application/json")


def _search(
    front: Front, parameters: Parameters, caller: Caller, began: float
) -> Callable[[Callable[[], bool]], bytes]:
    seconds = seconds_of(parameters, front.settings.search_timeout, front.settings.max_search_timeout)

    def search(cancelled: Callable[[], bool]) -> bytes:
        return answered(front.records.dataset(), parameters, caller, cancelled, began=began, seconds=seconds)

    return search
