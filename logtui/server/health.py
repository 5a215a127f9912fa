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
    """Say whether records are taken and stored, and if not, why; also what alerts cannot do."""
    front: Front = request.app.state.front
    # In a thread, since a queue is asked.
    reasons, problems = await asyncio.to_thread(_looked, front)
    # A mistake in a rules file must not take the server away from those who send records.
    alerts = {"alerts": problems} if problems else {}
    if not reasons:
        return _json({"status": "ready", **alerts}, HTTPStatus.OK)
    return _json({"status": "not ready", "reasons": reasons, **alerts}, HTTPStatus.SERVICE_UNAVAILABLE)


def _looked(front: Front) -> tuple[list[str], list[str]]:
    """Why records are not taken or stored, and what alerts cannot do."""
    taken = [*filter(None, [front.disk.problem, front.intake.problem])]
    return [*taken, *front.worker.reasons], front.worker.alert_problems


def _json(answer: dict[str, object], status: HTTPStatus) -> Response:
    return Response(msgspec.json.encode(answer), status, media_type="application/json")
