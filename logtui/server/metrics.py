"""`/metrics`: what a server counts, in the text form of Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response

from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope

if TYPE_CHECKING:
    from logtui.server.counts import Counts

router: Final = APIRouter()


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """All counts, for Prometheus."""
    caller_of(request).require(Scope.READ)
    counts: Counts = request.app.state.front.counts
    return Response(counts.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
