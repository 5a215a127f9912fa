"""Finds the columns that a request needs of its records, so that readers of files can leave out the other ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.search.answer_order import Order
from logtui.model.record import CORE_SCHEMA
from logtui.query import count_keys

if TYPE_CHECKING:
    from logtui.engine.search.request import Request


def asked_columns(request: Request) -> frozenset[str] | None:
    """Find the core columns that a request needs.

    Args:
        request: The request.

    Returns:
        Their names; None if the request needs all columns, because it shows records or uses a field.
    """
    condition = request.condition
    if condition.needs_fields or not condition.makes_table:
        return None
    columns = {*condition.reads(tuple(CORE_SCHEMA)).columns}
    if request.is_ranged or request.order is not Order.AS_READ:
        columns.add("timestamp")
    if count_keys(condition.pipes) is None:
        columns.add("order_time")  # by which several inputs are merged
    return frozenset(columns)
