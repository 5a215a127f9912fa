"""The routes of shippers: a body is translated, its records are kept, and the reply is that of the protocol."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.bodies import SMALL_BYTES, body_of
from logtui.server.ingest import elastic, firehose, loki, otlp, splunk
from logtui.server.ingest.receiving import front_of, receive

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.server.ingest.translated import Reply, Translated

_PROBING: Final = ("GET", "HEAD", "PUT")
_SPLUNK_FIELDS: Final = ("host", "source", "sourcetype", "index", "time")

router: Final = APIRouter()


@router.post("/loki/api/v1/push")
async def push_to_loki(request: Request) -> Response:
    """Take the streams of Loki's clients: JSON, or Protocol Buffers packed by Snappy."""
    translate = partial(loki.translate, content_type=request.headers.get("content-type", ""))
    return await _answered(request, translate, "loki", is_packed=True)


@router.post("/v1/logs")
async def export_to_otlp(request: Request) -> Response:
    """Take the logs of OpenTelemetry: JSON or Protocol Buffers."""
    translate = partial(otlp.translate, content_type=request.headers.get("content-type", ""))
    return await _answered(request, translate, "otlp")


@router.post("/_bulk")
@router.post("/{index}/_bulk")
@router.put("/_bulk", include_in_schema=False)
@router.put("/{index}/_bulk", include_in_schema=False)
async def bulk_of_elastic(request: Request, index: str = "") -> Response:
    """Take the documents of Elasticsearch's clients; its Python client sends by PUT."""
    return await _answered(request, partial(elastic.translate, index=index), "elastic")


@router.post("/services/collector")
@router.post("/services/collector/event")
@router.post("/services/collector/event/1.0")
async def events_of_splunk(request: Request) -> Response:
    """Take the events of Splunk's collector."""
    return await _answered(request, splunk.translate, "splunk")


@router.post("/services/collector/raw")
@router.post("/services/collector/raw/1.0")
async def lines_of_splunk(request: Request) -> Response:
    """Take lines as Splunk's collector does."""
    fields = {name: text for name in _SPLUNK_FIELDS if (text := request.query_params.get(name))}
    return await _answered(request, partial(splunk.translate_raw, fields=fields), "splunk")


@router.get("/services/collector/health")
@router.get("/services/collector/health/1.0")
async def health_of_splunk() -> Response:
    """Say that events can be sent."""
    return _response(splunk.HEALTHY)


@router.post("/firehose")
async def delivery_of_firehose(request: Request) -> Response:
    """Take deliveries of Amazon Data Firehose, and what CloudWatch sends through it."""
    translate = partial(firehose.translate, now_ms=time.time_ns() // 1_000_000)
    return await _answered(request, translate, "firehose")


def probe_of_elastic(request: Request) -> Response | None:
    """Answer what clients of Elasticsearch ask before they send, on whatever path; None if they do not ask this."""
    reply = elastic.probe(request.url.path) if request.method in _PROBING else None
    if reply is None:
        return None
    caller_of(request).require(Scope.INGEST)
    return _response(reply)


async def _answered(
    request: Request, translate: Callable[[bytes], Translated], protocol: str, *, is_packed: bool = False
) -> Response:
    """Keep the records of a body, and reply once they are durable.

    Args:
        request: The request.
        translate: Makes records and the reply of the body.
        protocol: Its name in the dead letters.
        is_packed: Whether the protocol itself packs the body, so that Snappy is left to it.
    """
    began = time.perf_counter()
    caller_of(request).require(Scope.INGEST)
    front = front_of(request)
    front.disk.check()
    with front.memory.counted() as take:
        body = await body_of(request, front.settings.max_body_bytes, take, leaves_snappy=is_packed)
        found = await asyncio.to_thread(translate, body) if len(body) > SMALL_BYTES else translate(body)
        if found.accepted.count or found.accepted.rejections:
            await receive(request, found.accepted, protocol, found.key)
    front.counts.latency.observe(time.perf_counter() - began)
    return _response(found.reply)


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), media_type=reply.content_type or None)
