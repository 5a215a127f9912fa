"""The range of time, the cursor and the order of a request in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.search.answer_order import Order
from logtui.model.times import ns_of
from logtui.query.clickhouse.cores import moment
from logtui.query.clickhouse.sql import TRUE, Sql, all_of, any_of, integer, sql, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.engine.search.cursor import Cursor
    from logtui.engine.search.request import Request

_SOURCE: Final = Sql("if(isNotNull(offset), ifNull(source, ''), '')")
_PLACE: Final = Sql("coalesce(offset, seq, 0)")
_UNDATED: Final = Sql("timestamp IS NULL")

_FIRST_WINDOW: Final = 60 * 10**9
_GROWTH: Final = 16
_WIDEST: Final = 60 * 10**9 * 16**4
"""One minute, then sixteen minutes, 4 hours and 3 days; then all the rest. A question takes 5 to 50 ms."""

ORDERS: Final = {
    Order.AS_READ: Sql("order_time, seq"),
    Order.ANY: Sql("order_time, seq"),
    Order.NEWEST_FIRST: Sql(f"timestamp DESC NULLS LAST, {_SOURCE.text} DESC, {_PLACE.text} DESC"),
    Order.OLDEST_FIRST: Sql(f"timestamp ASC NULLS LAST, {_SOURCE.text}, {_PLACE.text}"),
}
"""The keys by which `ORDER BY` sorts records as cursors pass them."""


def within(request: Request, upto: int | None = None) -> Sql:
    """The condition of records in the request's range of time, behind its cursor, and with numbers up to `upto`."""
    ends = ((">=", request.since), ("<", request.until))
    limits = [sql(f"timestamp {op} {{}}", moment(ns_of(end))) for op, end in ends if end is not None]
    if request.after:
        limits.append(_behind(request.after, request.order))
    if upto is not None:
        limits.append(sql("seq <= {}", integer(upto, "UInt64")))
    return all_of(limits)


def windows(times: tuple[int, int] | None, order: Order) -> Iterator[Sql]:
    """Divide all records by time, from one end of it.

    Args:
        times: The earliest and the latest time to look at, epoch nanoseconds; None if no record has a time.
        order: The order.

    Yields:
        Conditions, each of the records that come next; the first windows are short, since few records may be wanted.
    """
    rest = TRUE
    if times is not None:
        is_falling = order is Order.NEWEST_FIRST
        edge, width = times[1] if is_falling else times[0], _FIRST_WINDOW
        while width < times[1] - times[0] and width < _WIDEST:
            edge += -width if is_falling else width
            yield all_of([rest, sql(f"timestamp {'>=' if is_falling else '<='} {{}}", moment(edge))])
            rest, width = sql(f"timestamp {'<' if is_falling else '>'} {{}}", moment(edge)), width * _GROWTH
    yield TRUE if rest == TRUE else any_of([_UNDATED, rest])


def _behind(cursor: Cursor, order: Order) -> Sql:
    op = ">" if order is Order.OLDEST_FIRST else "<"
    own = text(cursor.source or "")
    is_next = all_of([sql("{} = {}", _SOURCE, own), sql(f"{{}} {op} {{}}", _PLACE, integer(cursor.place, "UInt64"))])
    is_behind = any_of([sql(f"{{}} {op} {{}}", _SOURCE, own), is_next])
    if cursor.time is None:
        return all_of([_UNDATED, is_behind])
    reached = moment(cursor.time)
    here = all_of([sql("timestamp = {}", reached), is_behind])
    return any_of([_UNDATED, sql(f"timestamp {op} {{}}", reached), here])
