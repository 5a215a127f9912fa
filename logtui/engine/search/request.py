"""A request: all that is asked of a dataset, as plain data with a canonical text."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlencode

from logtui.engine.search.condition import NO_TWINS, Condition
from logtui.engine.search.cursor import Cursor
from logtui.errors import QueryError
from logtui.model.names import CORE_NAMES
from logtui.model.times import zone_named
from logtui.query import Node, Query, canonical, conjunction, dated, has_relative_times, parse, parse_leniently

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from logtui.model.twins import Twin

_NEVER: Final[Callable[[], bool]] = lambda: False  # noqa: E731


class Order(StrEnum):
    """The order of the records of an answer."""

    AS_READ = "as_read"
    """One source in its own order, several merged by `order_time`."""

    NEWEST_FIRST = "newest_first"
    """By descending `timestamp`, then by descending key; records without a time come last."""


@dataclass(frozen=True)
class Request:
    """What is asked: plain data, which can be compared, hashed, written down and read back.

    Attributes:
        query: The filter and its pipes.
        since: Records before this moment are left out, and records without a time.
        until: Records at or after this moment are left out, and records without a time.
        order: The order of the records.
        limit: At most this many rows of the answer.
        after: Where the page before ended, None for the first page; only in the order `NEWEST_FIRST`.
        columns: The columns of records that are shown; None for all of them, fields in messages among them.
        now: What relative times count back from.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, for queries that count back from it; None if it is not known.
        text: The query as it was typed, for the carets of errors.
        deadline: When the answer is to end with what has been found, on the clock of `time.monotonic`.
        cancelled: Asked between pieces; true ends the answer.
    """

    query: Query
    since: datetime | None = None
    until: datetime | None = None
    order: Order = Order.AS_READ
    limit: int | None = None
    after: Cursor | None = None
    columns: tuple[str, ...] | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    zone: tzinfo = UTC
    newest: datetime | None = None
    text: str = field(default="", compare=False)
    deadline: float | None = field(default=None, compare=False)
    cancelled: Callable[[], bool] = field(default=_NEVER, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        text: str,
        *,
        now: datetime | None = None,
        zone: tzinfo = UTC,
        day: datetime | None = None,
        newest: datetime | None = None,
        lenient: bool = False,
    ) -> Self:
        """The request that a query text states.

        Args:
            text: The query.
            now: What relative times count back from, by default the present.
            zone: Zone of times that do not state one.
            day: A time of the day that clocks without a date are on; None leaves them on the day of `now`.
            newest: The time of the newest record.
            lenient: Whether to read a text that does not parse as far as it makes sense.

        Raises:
            QueryError: If the text does not parse.
        """
        query = parse_leniently(text)[0] if lenient else parse(text)
        request = cls(query, now=now or datetime.now(UTC), zone=zone, newest=newest, text=text)
        return request if day is None else request.on_day(day)

    @classmethod
    def everything(cls) -> Self:
        """The request for all records."""
        return cls.of("")

    @classmethod
    def asking(cls, node: Node) -> Self:
        """The request for the records that meet a filter which no user typed."""
        return cls(Query(node))

    def on_day(self, day: datetime) -> Self:
        """The same request with its clocks on a day."""
        return self.filtered(dated(self.query.filter, day, self.zone))

    def filtered(self, node: Node) -> Self:
        """The same request with another filter."""
        return replace(self, query=replace(self.query, filter=node))

    def narrowed(self, node: Node) -> Self:
        """The same request with a further condition."""
        return self.filtered(conjunction([self.query.filter, node]))

    def without_pipes(self) -> Self:
        """The request for the records themselves."""
        return replace(self, query=replace(self.query, pipes=())) if self.query.pipes else self

    @cached_property
    def condition(self) -> Condition:
        """The filter and the pipes, ready to be applied to records."""
        return Condition(self.query, now=self.now, zone=self.zone, newest=self.newest, text=self.text)

    def expression(self, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
        """The condition on records with these columns, the range of time and the cursor included.

        Args:
            columns: The columns.
            twins: Those of them beside which the records hold numeric twins.
        """
        return self.condition.within(columns, self.since, self.until, self.after, twins)

    @property
    def is_ranged(self) -> bool:
        """Whether times limit the records beside the filter."""
        return self.since is not None or self.until is not None

    @property
    def shows_fields(self) -> bool:
        """Whether the answer shows fields, so that those in messages are extracted from the records that match."""
        if self.condition.makes_table:
            return False
        return self.columns is None or not set(self.columns) <= set(CORE_NAMES)

    def has_ended(self) -> bool:
        """Whether the answer is to end with what there is."""
        return self.cancelled() or (self.deadline is not None and time.monotonic() > self.deadline)

    @cached_property
    def canonical(self) -> str:
        """The one spelling of the request, as the query part of a URL; `from_canonical` reads it.

        What `now` and the zone are is part of it only where the query depends on them.
        """
        is_relative = has_relative_times(self.query.filter)
        parts = {
            "q": canonical(self.query),
            "since": _written(self.since),
            "until": _written(self.until),
            "order": None if self.order is Order.AS_READ else str(self.order),
            "limit": None if self.limit is None else str(self.limit),
            "after": None if self.after is None else self.after.written,
            "columns": None if self.columns is None else str(len(self.columns)),
            "now": _written(self.now) if is_relative else None,
            "newest": _written(self.newest),
            "zone": str(self.zone) if str(self.zone) != "UTC" else None,
        }
        known = [(name, text) for name, text in parts.items() if text is not None]
        return urlencode([*known, *(("column", name) for name in self.columns or ())])

    @cached_property
    def key(self) -> str:
        """The hash of the canonical text: a name for caches and logs, 32 hexadecimal digits."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:32]

    @classmethod
    def from_canonical(cls, text: str) -> Self:
        """The request that `canonical` wrote.

        Raises:
            QueryError: If the text is none.
        """
        pairs = parse_qsl(text, keep_blank_values=True)
        parts, columns = dict(pairs), tuple(value for name, value in pairs if name == "column")
        try:
            return cls(
                query=parse(parts["q"]),
                since=_moment(parts.get("since")),
                until=_moment(parts.get("until")),
                order=Order(parts.get("order", Order.AS_READ)),
                limit=int(parts["limit"]) if "limit" in parts else None,
                after=Cursor.read(parts["after"]) if "after" in parts else None,
                columns=columns if "columns" in parts else None,
                now=_moment(parts.get("now")) or datetime.now(UTC),
                zone=zone_named(parts.get("zone", "UTC")),
                newest=_moment(parts.get("newest")),
                text=parts["q"],
            )
        except (KeyError, ValueError) as error:
            raise QueryError(f"this is no request: {error}", text=text, start=0, end=len(text)) from None


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
