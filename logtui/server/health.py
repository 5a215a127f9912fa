"""Whether a server lives, and whether it takes records."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.version import VERSION

if TYPE_CHECKING:
    from logtui.server.front import Front

router: Final = APIRouter()


@router.get("/health")
async def health() -> Response:
    """Say that the server answers."""
    return _json({"status": "ok", "version": VERSION}, HTTPStatus.OK)


@router.get("/ready")
async def ready(request: Request) -> Response:
    """Say whether records are taken and stored, and if not, why; also what alerts and keys lack."""
    front: Front = request.app.state.front
    # In a thread, since a queue is asked.
    reasons, warnings = await asyncio.to_thread(_looked, front)
    if not reasons:
        return _json({"status": "ready", **warnings}, HTTPStatus.OK)
    return _json({"status": "not ready", "reasons": reasons, **warnings}, HTTPStatus.SERVICE_UNAVAILABLE)


def _looked(front: Front) -> tuple[list[str], dict[str, list[str]]]:
    """Why records are not taken or stored, and what else is wrong.

    A mistake in a rules file, or a database that starts again, must not take the server away from those who send.
    """
    taken = [*filter(None, [front.disk.problem, front.intake.problem, front.keys.problem])]
    warnings = {"alerts": front.worker.alert_problems, "keys": [*filter(None, [front.keys.warning])]}
    return [*taken, *front.worker.reasons], {name: lines for name, lines in warnings.items() if lines}


def _json(answer: dict[str, object], status: HTTPStatus) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")
