"""Whose records a caller may see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.ingest.enrich import TENANT
from logtui.engine.search.answer_order import Order
from logtui.engine.search.dataset import Searched
from logtui.engine.search.request import Request
from logtui.model.record import NO_RECORDS
from logtui.query import value_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece
    from logtui.server.auth.access import Caller

_SAMPLE_ROWS: Final = 200


def restricted(request: Request, caller: Caller) -> Request:
    """Limit a request to the tenants of the caller's key; a caller without tenants sees all records."""
    tenants = _tenants(caller)
    return request.narrowed(value_in(TENANT, *sorted(tenants))) if tenants else request


def visible(dataset: Dataset, caller: Caller) -> Dataset:
    """The part of a dataset that a caller may see, whatever it is asked."""
    return _OfTenants(dataset, caller) if is_restricted(caller) else dataset


class _OfTenants(Searched):
    """The records of the tenants of a caller's key.

    Everything is answered from the restricted pieces: the sample, the newest time and suggestions tell of others, too.
    """

    def __init__(self, dataset: Dataset, caller: Caller) -> None:
        self._dataset = dataset
        self._caller = caller

    def pieces(self, request: Request) -> Iterator[Piece]:
        """The matches among the caller's records."""
        return self._dataset.pieces(restricted(request, self._caller))

    def sample(self) -> pl.DataFrame:
        """Some of the first of the caller's records."""
        found = list(self.records(replace(Request.everything(), limit=_SAMPLE_ROWS)))
        return pl.concat([NO_RECORDS, *found], how="diagonal_relaxed")

    def newest(self) -> datetime | None:
        """The latest time of the caller's records; the bounds of pieces are those of all records."""
        latest = replace(Request.everything(), order=Order.NEWEST_FIRST, limit=1, columns=("timestamp",))
        times = [frame["timestamp"].dt.cast_time_unit("us") for frame in self.records(latest) if len(frame)]
        newest: datetime | None = times[0][0] if times else None
        return newest


def is_restricted(caller: Caller) -> bool:
    """Whether a caller sees the records of some tenants alone."""
    return bool(_tenants(caller))


def _tenants(caller: Caller) -> frozenset[str]:
    return caller.key.tenants if caller.key else frozenset()
