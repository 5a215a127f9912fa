"""Answers a search with one JSON object."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.export.cells import json_object
from logtui.model.times import ns_of, rfc3339
from logtui.query import canonical, parse
from logtui.server.search import aggregations
from logtui.server.search.asked_request import request_of
from logtui.server.search.log_objects import log_objects
from logtui.server.search.page import page_of
from logtui.server.search.parameters import MOST_LOGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.request import Request
    from logtui.server.auth.access import Caller
    from logtui.server.search.page import Page
    from logtui.server.search.parameters import Parameters

_LOGS: Final = 100


def answered(
    dataset: Dataset,
    parameters: Parameters,
    caller: Caller,
    cancelled: Callable[[], bool],
    *,
    began: float,
    seconds: float,
) -> bytes:
    """Search, and write the answer.

    Args:
        dataset: The records.
        parameters: What is asked for.
        caller: Who asks.
        cancelled: Whether nobody waits for the answer any more.
        began: When the search came, in seconds of `time.monotonic`.
        seconds: How long it may take from then on.

    Raises:
        ProblemError: 400 if the parameters cannot be understood.
        QueryError: If the query cannot be read, or not for these records.
        StoreError: If the records cannot be read.
    """
    dataset = dataset.still()  # else the logs, their total and the aggregations would tell of different records
    request = replace(request_of(parameters, caller, dataset), deadline=began + seconds, cancelled=cancelled)
    specs = aggregations.parsed(parameters.aggregations)
    limit = _limit(parameters, request)
    page = page_of(dataset, request, parameters.offset or 0, limit)
    total = page.total(dataset, request)
    aggregated = aggregate(dataset, request, specs)
    return msgspec.json.encode(
        {
            **_rows(page, request, parameters),
            "total": total.count,
            "total_relation": "eq" if total.is_exact else "gte",
            "took_ms": round((time.monotonic() - began) * 1000),
            "cursor": page.cursor(request),
            **aggregations.answered(aggregated),
            "query": canonical(parse(parameters.query)),
            "range": {"from": _written(request.since), "to": _written(request.until)},
            "partial": page.is_partial or not total.is_exact or aggregated.is_partial,
        }
    )


def _limit(parameters: Parameters, request: Request) -> int:
    if parameters.limit is not None:
        return parameters.limit
    return MOST_LOGS if request.condition.chooses_columns else _LOGS


def _rows(page: Page, request: Request, parameters: Parameters) -> dict[str, Any]:
    """The logs; if the query's pipes choose columns, no logs, but the rows of a table as objects."""
    if not request.condition.chooses_columns:
        return {"logs": log_objects(page.rows, parameters.fields, request.condition if parameters.highlight else None)}
    columns = [name for name in page.rows.columns if len(page.rows)]
    rows = [msgspec.Raw(text.encode()) for text in json_object(page.rows, columns)] if columns else []
    return {"logs": [], "columns": columns, "rows": rows, "has_more": page.has_more}


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(ns_of(moment))
