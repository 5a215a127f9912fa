"""Requests that no route takes: a path that nobody knows, or a method that its path does not have."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Match

from logtui.server.ingest.shippers import probe_of_elastic
from logtui.server.nearest import nearest
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send


def unrouted(routes: Sequence[Route], otherwise: ASGIApp) -> ASGIApp:
    """Make the application for requests whose path no route has.

    Args:
        routes: All routes, of which the nearest is suggested.
        otherwise: Takes what is not HTTP.
    """

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await otherwise(scope, receive, send)
            return
        request = Request(scope)
        response = probe_of_elastic(request)
        if response is None:
            raise _unknown_path(request, routes)
        await response(scope, receive, send)

    return answer


def unknown_method(request: Request, routes: Sequence[Route]) -> ProblemError:
    """The answer to a method that the path of a request does not have; it names those that the path has."""
    found = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    methods = ", ".join(sorted({method for route in found for method in route.methods or ()}))
    detail = f"{request.url.path} takes {methods}, not {request.method}"
    return ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, detail, reason="method not allowed", headers={"Allow": methods})


def _unknown_path(request: Request, routes: Sequence[Route]) -> ProblemError:
    near = nearest(request.url.path, [route.path for route in routes])
    members = {"suggestion": f"did you mean {near}?"} if near else {}
    detail = f"nothing is at {request.url.path}"
    return ProblemError(HTTPStatus.NOT_FOUND, detail, reason="not found", members=members)
