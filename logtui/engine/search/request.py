"""A request to a dataset, as plain data with a canonical text."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import parse_qsl, urlencode

from logtui.engine.search.answer_order import Order
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


@dataclass(frozen=True)
class Request:
    """A search request: plain data that can be compared, hashed, and converted to text and back.

    Attributes:
        query: The filter and its pipes.
        since: Excludes records before this moment, and records without a time.
        until: Excludes records at or after this moment, and records without a time.
        order: The order of the records.
        limit: Most rows of the answer; None for no limit.
        after: The cursor at which the previous page ended, None for the first page; not in the order `AS_READ`.
        columns: The columns to return; None for all of them, including fields that are extracted from messages.
        now: The present, which relative times count back from.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, which queries such as `last:15m@end` count back from; None if unknown.
        text: The query as it was typed, which errors quote.
        deadline: When to end the answer with what has been found, in seconds of `time.monotonic`.
        cancelled: Called between pieces; if it returns true, the answer ends.
        memory: Bytes that each pipe may hold; more is a `MemoryBudgetError`. None for all that it needs.
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
    memory: int | None = field(default=None, compare=False)

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
        """Parse a query text to a request.

        Args:
            text: The query.
            now: The time that relative times count back from; by default the present.
            zone: Zone of times that do not state one.
            day: Any time on the day of clock times without a date; None takes the day of `now`.
            newest: The time of the newest record.
            lenient: Whether to accept a text that does not parse, and use the parts of it that make sense.

        Raises:
            QueryError: If the text does not parse.
        """
        query = parse_leniently(text)[0] if lenient else parse(text)
        request = cls(query, now=now or datetime.now(UTC), zone=zone, newest=newest, text=text)
        return request if day is None else request.on_day(day)

    @classmethod
    def everything(cls, order: Order = Order.AS_READ) -> Self:
        """Make the request for all records."""
        return cls(parse(""), order=order)

    @classmethod
    def asking(cls, node: Node) -> Self:
        """Make a request from a filter that the program has built, not the user."""
        return cls(Query(node))

    def on_day(self, day: datetime) -> Self:
        """Return a copy with the clock times without a date on a day."""
        return self.filtered(dated(self.query.filter, day, self.zone))

    def filtered(self, node: Node) -> Self:
        """Return a copy with another filter."""
        return replace(self, query=replace(self.query, filter=node))

    def narrowed(self, node: Node) -> Self:
        """Return a copy with a further condition."""
        return self.filtered(conjunction([self.query.filter, node]))

    def without_pipes(self) -> Self:
        """Return a copy without pipes, which asks for the records themselves."""
        return replace(self, query=replace(self.query, pipes=())) if self.query.pipes else self

    @cached_property
    def condition(self) -> Condition:
        """The filter and the pipes, compiled on demand."""
        return Condition(self.query, now=self.now, zone=self.zone, newest=self.newest, text=self.text)

    def expression(self, columns: Sequence[str], twins: Mapping[str, Twin] = NO_TWINS) -> pl.Expr:
        """Compile the condition on records, including the range of time and the cursor.

        Args:
            columns: The columns of the records.
            twins: The field columns that have a numeric twin among the columns.
        """
        return self.condition.within(columns, self.since, self.until, self._rest, twins)

    def matching(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records of a frame that match.

        Args:
            records: A record frame; columns that it lacks are null.
        """
        # Not DataFrame.filter: Polars 2.1 filters a large frame in pieces, and takes a constant for one of two rows.
        return records.lazy().filter(self.expression(records.columns)).collect()

    @property
    def _rest(self) -> pl.Expr | None:
        """The condition of records behind the cursor, None for the first page."""
        return None if self.after is None else self.after.precedes(self.order)

    @property
    def is_ranged(self) -> bool:
        """Whether `since` or `until` limits the records."""
        return self.since is not None or self.until is not None

    @property
    def shows_fields(self) -> bool:
        """Whether the answer includes fields, so that those in the messages of matching records must be extracted."""
        if self.condition.makes_table:
            return False
        return self.columns is None or not set(self.columns) <= set(CORE_NAMES)

    def has_ended(self) -> bool:
        """Whether the deadline has passed or the request was cancelled, so that the answer ends with what was found."""
        return self.cancelled() or (self.deadline is not None and time.monotonic() > self.deadline)

    @cached_property
    def canonical(self) -> str:
        """Write the request in its canonical form, as the query string of a URL, which `from_canonical` parses.

        The present and the zone are included only if the query depends on them.
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
        """The hash of the canonical text, 32 hexadecimal digits, which identifies the request in caches and logs."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()[:32]

    @classmethod
    def from_canonical(cls, text: str) -> Self:
        """Parse a canonical text.

        Raises:
            QueryError: If the text is not a canonical text.
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
