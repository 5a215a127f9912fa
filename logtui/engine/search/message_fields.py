"""Decides when the `key=value` pairs of messages become fields: before filtering, after it, or not at all.

Extracting them is slow, so it is done before filtering only for queries that ask for fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.formats import with_message_fields

if TYPE_CHECKING:
    import polars as pl

    from logtui.engine.search.request import Request


def with_asked_fields(records: pl.DataFrame, request: Request) -> pl.DataFrame:
    """Add the fields in messages to records before they are filtered, if the query asks for fields."""
    return with_message_fields(records) if request.condition.needs_fields else records


def with_shown_fields(records: pl.DataFrame, request: Request) -> pl.DataFrame:
    """Add the fields in messages to records after they were filtered, if fields are shown and not there yet."""
    is_wanted = request.shows_fields and not request.condition.needs_fields and len(records)
    return with_message_fields(records) if is_wanted else records
