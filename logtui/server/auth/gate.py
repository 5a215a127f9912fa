"""The gate before all routes: no request passes without a decision on who has sent it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from logtui.errors import LogtuiError
from logtui.server.problems import ProblemError, problem_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from logtui.server.auth.access import Caller
    from logtui.server.front import Front


class Gate:
    """Puts the caller of each request into its state, or answers 401 or 403.

    Args:
        app: What comes behind.
        front: The policy, and where refusals are counted.
    """

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            scope.setdefault("state", {})["caller"] = self._front.policy.caller_of(headers)
        except (ProblemError, LogtuiError) as error:
            problem = problem_of(error)
            self._front.counts.errors.labels(reason=problem.reason).inc()
            await problem.response(headers.get("accept", "*/*"))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def caller_of(request: Request) -> Caller:
    """Who has sent a request that has passed the gate."""
    caller: Caller = request.state.caller
    return caller
