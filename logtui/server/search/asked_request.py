"""Makes the request to a dataset of what a search asks for."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from logtui.engine.search.answer_order import Order
from logtui.engine.search.request import Request
from logtui.errors import TimeError
from logtui.model.times import parse_duration, parse_time, zone_named
from logtui.server.search.log_objects import check_fields
from logtui.server.search.page_token import PageToken
from logtui.server.search.parameters import refused
from logtui.server.search.tenants import restricted, visible

if TYPE_CHECKING:
    from datetime import tzinfo

    from logtui.engine.search.dataset import Dataset
    from logtui.model.times import Interval
    from logtui.server.auth.access import Caller
    from logtui.server.search.parameters import Parameters, Question

_ORDERS: Final = (Order.NEWEST_FIRST, Order.OLDEST_FIRST)
_EPOCH_UNITS: Final = {10: timedelta(seconds=1), 13: timedelta(milliseconds=1)}
"""What one means in an epoch number, by the number of its digits."""

_MEMORY: Final = 128 * 1024 * 1024
"""Bytes that each pipe of a search may hold, such as a million groups; four searches run at once by default."""

_INSTANT: Final = timedelta(microseconds=1)


def request_of(parameters: Parameters, caller: Caller, dataset: Dataset) -> Request:
    """Make the request, without limit and deadline; it holds only what the caller may see.

    Raises:
        ProblemError: 400 if the parameters contradict each other, or a value cannot be read.
        QueryError: If the query cannot be read.
    """
    token = PageToken.read(parameters.cursor) if parameters.cursor is not None else None
    request = restricted(_of(parameters, token.now if token else datetime.now(UTC)), caller)
    request = ordered(request, parameters.order)
    _check(parameters, request)
    if request.condition.needs_newest:
        request = replace(request, newest=token.newest if token else visible(dataset, caller).newest())
    return token.applied(request) if token else request


def record_request(question: Question, caller: Caller, dataset: Dataset) -> Request:
    """Make the request for all records that a question is about and that the caller may see, in any order.

    Raises:
        ProblemError: 400 if a value cannot be read.
        QueryError: If the query cannot be read.
    """
    request = restricted(_of(question, datetime.now(UTC)), caller)
    return replace(request, newest=visible(dataset, caller).newest()) if request.condition.needs_newest else request


def ordered(request: Request, order: str) -> Request:
    """Put the records of a request in an order; tables have that of their pipes.

    Raises:
        ProblemError: 400 if there is no such order.
    """
    if order not in _ORDERS:
        raise refused(f"expected an order of {' or '.join(_ORDERS)}, got {order!r}")
    return request if request.condition.makes_table else replace(request, order=Order(order))


def seconds_of(question: Question, default: float, most: float) -> float:
    """How long a search may take, in seconds.

    Args:
        question: What is asked for.
        default: What holds where nothing is said.
        most: The bound.

    Raises:
        ProblemError: 400 if it is no time, or more than the bound.
    """
    stated = question.timeout
    if stated is None:
        return default
    try:
        seconds = _seconds(stated) if isinstance(stated, str) else stated
    except TimeError as error:
        raise refused(f"timeout: {error.message}", suggestion=error.hint or "") from None
    if not math.isfinite(seconds) or not 0 < seconds <= most:
        raise refused(f"timeout: expected more than 0 and at most {most:g} seconds (--max-search-timeout)")
    return seconds


def _seconds(text: str) -> float:
    """The length of a duration, or of a number of seconds as it stands in an address."""
    try:
        return float(text)
    except ValueError:
        return parse_duration(text).total_seconds()


def _of(question: Question, now: datetime) -> Request:
    try:
        zone = zone_named(question.tz)
    except TimeError as error:
        raise refused(f"tz: {error.message}", suggestion=error.hint or "") from None
    since, until = _time("from", question.since, now, zone), _time("to", question.until, now, zone)
    return replace(
        Request.of(question.query, now=now, zone=zone, day=now),
        since=since.start if since else None,
        until=_end_of(str(question.until), until) if until else None,
        memory=_MEMORY,
    )


def _time(name: str, stated: str | float | None, now: datetime, zone: tzinfo) -> Interval | None:
    if stated is None:
        return None
    try:
        return parse_time(str(stated), now=now, zone=zone)
    except TimeError as error:
        raise refused(f"{name}: {error.message}", suggestion=error.hint or "") from None


def _end_of(text: str, last: Interval) -> datetime:
    """The moment behind the unit in which the last time is written; an instant is included too."""
    if last.end > last.start:
        return last.end
    return last.start + (_EPOCH_UNITS.get(len(text), _INSTANT) if text.isdigit() else _INSTANT)


def _check(parameters: Parameters, request: Request) -> None:
    check_fields(parameters.fields or ())
    if parameters.cursor is not None and parameters.offset is not None:
        raise refused("a page begins at a cursor or at an offset, not at both")
    if parameters.cursor is not None and request.condition.pipes:
        raise refused("a cursor pages through records, not through what pipes make of them", suggestion="use offset")
    if parameters.fields is not None and request.condition.chooses_columns:
        raise refused("the query's pipes choose the columns already", suggestion="leave fields out")
