"""Finds by which columns a request only counts records."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final

from logtui.query.names import columns_named
from logtui.query.pipes.buckets import nanoseconds_of
from logtui.query.plan import reads_of
from logtui.query.syntax.pipes import Query
from logtui.query.syntax.pipes.keys import Bucket, Field
from logtui.query.syntax.tree import All

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.request import Request

_MINUTE: Final = 60 * 10**9
"""The offsets of time zones are whole minutes, so that such intervals add up to those of any zone."""


def counted_by(request: Request, columns: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
    """Find the columns by whose values a request only counts records.

    Args:
        request: The request.
        columns: The columns of the records.

    Returns:
        The columns, and the nanoseconds of the intervals that times may be cut to; None if it does anything else.
    """
    pipes = request.condition.pipes
    by = pipes[0].counted_by if pipes else None
    if by is None:
        return None
    reads = reads_of(Query(All(), pipes[:1]), columns).columns
    buckets = [nanoseconds_of(key.width) for key in by if isinstance(key, Bucket)]
    named = [name for key in by if isinstance(key, Field) for name in columns_named(key.name, columns)]
    return reads, 1 if "timestamp" in named else gcd(*buckets, _MINUTE)
