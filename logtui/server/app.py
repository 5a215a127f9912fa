"""The routes of a server, put together."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route

from logtui.errors import JournalError, JournalFullError, LogtuiError, StoreError
from logtui.server import alerts, health, metrics
from logtui.server.auth.gate import Gate
from logtui.server.ingest import ROUTERS
from logtui.server.openapi import routes as openapi
from logtui.server.problems import ProblemError, problem_of
from logtui.server.replay import keep_replaying
from logtui.server.search import ROUTERS as SEARCH_ROUTERS
from logtui.server.unrouted import unknown_method, unrouted
from logtui.version import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractContextManager

    from starlette.requests import Request
    from starlette.responses import Response

    from logtui.server.front import Front


_ROUTERS: Final = (health.router, metrics.router, openapi.router, *SEARCH_ROUTERS, alerts.router, *ROUTERS)
_ROUTES: Final = tuple(route for router in _ROUTERS for route in router.routes if isinstance(route, Route))


def make_app(front: Front, around: AbstractContextManager[None] | None = None) -> FastAPI:
    """Make the application of a server.

    Args:
        front: What the routes share.
        around: Entered before the application starts, left after it has ended; None if the caller sees to that.
    """
    # The pages of documentation load scripts from elsewhere; the document itself is a route of ours.
    # A redirect to the path without a slash at its end would make a client believe that its records were taken.
    app = FastAPI(title="logtui", version=VERSION, openapi_url=None, lifespan=_watching, redirect_slashes=False)
    app.state.front = front
    app.state.around = around or nullcontext()
    for router in _ROUTERS:
        app.include_router(router)
    app.router.default = unrouted(_ROUTES, app.router.default)
    answer = _answering(front)
    for kind in (ProblemError, HTTPException, LogtuiError, Exception):
        app.add_exception_handler(kind, answer)
    app.add_middleware(Gate, front=front)
    return app


@asynccontextmanager
async def _watching(app: FastAPI) -> AsyncIterator[None]:
    """Watch the disk, take messages and replay dead letters as long as the server runs."""
    front: Front = app.state.front
    with app.state.around:
        tasks = [
            asyncio.create_task(front.disk.watch()),
            asyncio.create_task(keep_replaying(front.dead_letters, front.intake)),
        ]
        await front.listeners.start()
        yield
        await front.listeners.close()
        for task in tasks:
            task.cancel()


def _answering(front: Front) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The handler that answers errors as problems, counts them, and notes that the disk refuses."""

    async def answer(request: Request, error: Exception) -> Response:
        is_method = isinstance(error, HTTPException) and error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        problem = unknown_method(request, _ROUTES) if is_method else problem_of(error)
        front.counts.errors.labels(reason=problem.reason).inc()
        if isinstance(error, StoreError) and _is_of_disk(error, front):
            front.disk.refuse(error.message)
        return problem.response(request.headers.get("accept", "*/*"))

    return answer


def _is_of_disk(error: StoreError, front: Front) -> bool:
    """Whether the disk of the data folder has refused; a store elsewhere says nothing of it."""
    if isinstance(error, JournalFullError):
        return False
    return front.settings.store is None or isinstance(error, JournalError)
