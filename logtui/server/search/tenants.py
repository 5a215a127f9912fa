"""Whose records a caller may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.ingest.enrich import TENANT
from logtui.query import value_in

if TYPE_CHECKING:
    from logtui.engine.search.request import Request
    from logtui.server.auth.access import Caller


def restricted(request: Request, caller: Caller) -> Request:
    """Limit a request to the tenants of the caller's key; a caller without tenants sees all records."""
    tenants = _tenants(caller)
    return request.narrowed(value_in(TENANT, *sorted(tenants))) if tenants else request


def is_restricted(caller: Caller) -> bool:
    """Whether a caller sees the records of some tenants alone."""
    return bool(_tenants(caller))


def _tenants(caller: Caller) -> frozenset[str]:
    return caller.key.tenants if caller.key else frozenset()
