"""`/api/v1/logs` and `/ingest`: JSON records as anybody sends them."""

from __future__ import annotations

import asyncio
import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.engine.ingest.accept import accept
from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.bodies import SMALL_BYTES, body_of
from logtui.server.ingest.form import is_form, json_of_form
from logtui.server.ingest.receiving import front_of, receive
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from logtui.engine.ingest.accept import Accepted
    from logtui.server.ingest.receiving import Received

LIMITED: Final = "/api/v1/logs"
UNLIMITED: Final = "/ingest"
_MOST_ERRORS: Final = 100
"""Errors that an answer names; the dead letters hold all."""

router: Final = APIRouter()


@router.post(LIMITED, status_code=HTTPStatus.ACCEPTED)
async def post_limited(request: Request) -> Response:
    """Take at most 1,000 records: a JSON array, objects on lines or one behind the other, one object, or a form."""
    return await _answered(request, front_of(request).settings.max_records)


@router.post(UNLIMITED, status_code=HTTPStatus.ACCEPTED)
async def post_unlimited(request: Request) -> Response:
    """Take any number of records within the limit in bytes, since shippers drop a batch at a 413."""
    return await _answered(request, None)


@router.get(LIMITED)
@router.get(UNLIMITED)
@router.head(LIMITED, include_in_schema=False)
@router.head(UNLIMITED, include_in_schema=False)
async def probe(request: Request) -> Response:
    """Say that records can be sent here, which shippers ask before they start."""
    caller_of(request).require(Scope.INGEST)
    if request.url.query:
        detail = "records come by POST; for Python's HTTPHandler set method='POST'"
        raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, detail, reason="method", headers={"Allow": "POST, HEAD"})
    return Response()


async def _answered(request: Request, most_records: int | None) -> Response:
    began = time.perf_counter()
    caller_of(request).require(Scope.INGEST)
    front = front_of(request)
    front.disk.check()
    with front.memory.counted() as take:
        accepted = await _accepted(await body_of(request, front.settings.max_body_bytes, take))
        _check_count(accepted, most_records)
        received = await receive(request, accepted, "http")
    front.counts.latency.observe(time.perf_counter() - began)
    answer = json.dumps(_summary(accepted, received))
    return Response(answer, HTTPStatus.ACCEPTED, media_type="application/json")


async def _accepted(body: bytes) -> Accepted:
    if is_form(body):
        body = json_of_form(body)
    return await asyncio.to_thread(accept, body) if len(body) > SMALL_BYTES else accept(body)


def _check_count(accepted: Accepted, most: int | None) -> None:
    count = accepted.count + len(accepted.rejections)
    if most is not None and count > most:
        detail = (
            f"expected at most {most:,} records in a request (--max-records), got {count:,}; {UNLIMITED} takes more"
        )
        members: dict[str, str | int] = {"limit": most, "setting": "--max-records"}
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail, reason="record count", members=members)


def _summary(accepted: Accepted, received: Received) -> dict[str, Any]:
    """The answer: what was rejected or repeated is named only where there is any."""
    summary: dict[str, Any] = {"ingested": received.ingested}
    if received.duplicates:
        summary["duplicates"] = received.duplicates
    if accepted.rejections:
        summary["rejected"] = len(accepted.rejections)
        named = accepted.rejections[:_MOST_ERRORS]
        summary["errors"] = [{"position": each.position, "reason": each.reason} for each in named]
    return summary
