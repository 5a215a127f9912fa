"""`/api/v1/tail`: records as they are stored, as server-sent events."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from sse_starlette.event import JSONServerSentEvent, ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from logtui.engine.search.arrivals import Arrivals, Arrived
from logtui.errors import StoreConnectionError
from logtui.server.auth.gate import caller_of
from logtui.server.auth.scopes import Scope
from logtui.server.ingest.receiving import front_of
from logtui.server.problems import ProblemError
from logtui.server.search.asked_request import record_request
from logtui.server.search.asking import question_in
from logtui.server.search.log_objects import check_fields, log_objects
from logtui.server.search.parameters import Question, refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import Receive, Send
    from starlette.types import Scope as AsgiScope

    from logtui.engine.search import request as search
    from logtui.server.front import Front
    from logtui.server.search.tails import Tails

router: Final = APIRouter()

HEARTBEAT_SECONDS: Final = 15
"""Shorter than the minute after which proxies close a connection on which nothing comes."""

_LOOK_SECONDS: Final = 0.5
_SEND_SECONDS: Final = 60.0
"""A client that takes nothing for so long is taken for gone."""

_MOST: Final = 2**63


class TailQuestion(Question, frozen=True, kw_only=True):
    """What a tail asks for.

    Attributes:
        fields: The members that logs have; None for whole records.
    """

    fields: tuple[str, ...] | None = None


@router.get("/api/v1/tail")
async def tail(request: Request) -> Response:
    """Send records that match as they are stored, from now on or from behind `Last-Event-ID`."""
    front, question = front_of(request), await question_in(request, TailQuestion)
    check_fields(question.fields or ())
    if question.timeout is not None:
        raise refused("a tail has no timeout: it ends when its client closes the connection")
    stated = _stated(request.headers.get("last-event-id"))
    asked = await front.searches.run(lambda _: _asked(request, question), _never())
    after = await asyncio.to_thread(front.records.position) if stated is None else stated
    return _TailResponse(_events(request, asked, after, question.fields), front.tails)


class _TailResponse(EventSourceResponse):
    """Events that are sent if not too many tails run."""

    def __init__(self, events: AsyncIterator[ServerSentEvent], tails: Tails) -> None:
        super().__init__(events, ping=HEARTBEAT_SECONDS, send_timeout=_SEND_SECONDS)
        self._tails = tails

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Send them."""
        with self._tails.one():
            await super().__call__(scope, receive, send)


def _stated(text: str | None) -> int | None:
    """The number of the last event that a client has seen."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > len(str(_MOST)) or int(text) >= _MOST:
        raise refused(f"expected the id of an event in Last-Event-ID, got {text!r}")
    return int(text)


def _asked(request: Request, question: TailQuestion) -> search.Request:
    asked = record_request(question, caller_of(request), front_of(request).records.dataset())
    if asked.condition.pipes:
        raise refused("a tail sends records, and has no end at which pipes could answer", suggestion="leave them out")
    return asked


async def _events(
    request: Request, asked: search.Request, after: int, fields: tuple[str, ...] | None
) -> AsyncIterator[ServerSentEvent]:
    """Where it begins, then the records, until the server ends or the key does."""
    front, arrivals, seen = front_of(request), Arrivals(after), -1
    yield JSONServerSentEvent({"after": after}, event="ready", id=str(after))
    while _may_read(request) and not await front.tails.ended(_LOOK_SECONDS):
        position = await asyncio.to_thread(_position, front)
        if position in (None, seen):
            continue
        arrived = await _arrived(front, asked, arrivals, position)
        if arrived is None:
            continue
        seen = position
        for event in _written(arrived, fields):
            yield event


def _may_read(request: Request) -> bool:
    """Whether the key has neither been revoked nor ended; a tail may run for days."""
    try:
        front_of(request).policy.caller_of(request.headers).require(Scope.READ)
    except ProblemError:
        return False
    return True


async def _arrived(front: Front, asked: search.Request, arrivals: Arrivals, position: int) -> Arrived | None:
    """What is new; None if all threads of the searches are taken, or the store cannot be reached now."""

    def look(cancelled: Callable[[], bool]) -> Arrived:
        now = replace(asked, cancelled=cancelled)
        return arrivals.next(now, front.records.pieces_between(now, arrivals.after, position), position)

    try:
        return await front.searches.run(look, _never())
    except (ProblemError, StoreConnectionError):
        return None


def _position(front: Front) -> int | None:
    """Where the store is; None if it cannot be reached now."""
    try:
        return front.records.position()
    except StoreConnectionError:
        return None


def _written(arrived: Arrived, fields: tuple[str, ...] | None) -> list[ServerSentEvent]:
    records = arrived.records
    logs = zip(records["seq"], log_objects(records, fields), strict=True)
    events = [ServerSentEvent(bytes(log).decode(), id=str(seq)) for seq, log in logs]
    if not arrived.missed:
        return events
    return [JSONServerSentEvent({"count": arrived.missed}, event="missed", id=str(records["seq"][0] - 1)), *events]


async def _never() -> None:
    """Never return: whether the client of a tail is there is found out by sending to it."""
    await asyncio.Event().wait()
