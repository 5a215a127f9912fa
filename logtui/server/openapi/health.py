"""What is said of the routes that tell how the server does."""

from __future__ import annotations

from typing import Final

from logtui.server.auth.scopes import Scope
from logtui.server.openapi.operation import ANY_CALLER, Operation, content, ref
from logtui.server.openapi.schemas import TEXT

OPERATIONS: Final = {
    "GET /health": Operation(answers={200: content(ref("Health"))}, problems=ANY_CALLER),
    "GET /ready": Operation(
        answers={200: content(ref("Readiness")), 503: content(ref("Readiness"))}, problems=ANY_CALLER
    ),
    "GET /metrics": Operation(
        answers={200: content(TEXT, media_type="text/plain")}, problems=ANY_CALLER, scopes=(Scope.READ,)
    ),
    "GET /openapi.json": Operation(
        answers={200: content({"type": "object"})}, problems=ANY_CALLER, scopes=(Scope.READ,)
    ),
}
