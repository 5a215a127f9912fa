"""Checks of a rule that its types cannot make: its queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.alerts.conditions import Percentage
from logtui.engine.search.request import Request
from logtui.errors import QueryError
from logtui.query import has_relative_times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.alerts.rules import Rule


def queries_of(rule: Rule) -> Mapping[str, str]:
    """The queries of a rule by their keys."""
    condition = rule.condition
    return {"query": rule.query} | ({"condition.of": condition.of} if isinstance(condition, Percentage) else {})


def check_query(text: str) -> None:
    """Refuse a query that does not parse, has pipes, or has a time that counts back from now, as windows do already.

    Raises:
        QueryError: If it does; it points at the place.
    """
    query = Request.of(text).query
    if query.pipes:
        start = text.find("|")
        raise QueryError("expected a filter without pipes", text=text, start=start, end=len(text))
    if has_relative_times(query.filter):
        raise QueryError(
            "expected a filter without a relative time: a rule has its window", text=text, start=0, end=len(text)
        )
