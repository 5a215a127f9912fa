"""`/openapi.json`: what the server answers, for programs that read such documents."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.openapi.document import document

router: Final = APIRouter()


@router.get("/openapi.json")
def openapi(request: Request) -> Response:
    """Describe all routes, as OpenAPI 3.1."""
    caller_of(request).require(Scope.READ)
    return Response(msgspec.json.encode(document(request.app)), media_type="application/json")
