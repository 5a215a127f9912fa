"""Checks of a rule that its types cannot make: its queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.alerts.conditions import Percentage
from logtui.engine.search.request import Request
from logtui.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.alerts.rules import Rule


def queries_of(rule: Rule) -> Mapping[str, str]:
    """The queries of a rule by their keys."""
    condition = rule.condition
    return {"query": rule.query} | ({"condition.of": condition.of} if isinstance(condition, Percentage) else {})


def check_query(text: str) -> None:
    """Refuse a query that does not parse, or that has pipes, which a rule cannot count.

    Raises:
        QueryError: If it does; it points at the place.
    """
    query = Request.of(text).query
    if query.pipes:
        start = text.find("|")
        raise QueryError("expected a filter without pipes", text=text, start=start, end=len(text))
