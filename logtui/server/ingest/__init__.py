"""bodies of shippers -> records that are accepted -> the journal.

One file for each protocol, with a router that is named here.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from logtui.server.ingest import records, shippers

ROUTERS: Final[tuple[APIRouter, ...]] = (records.router, shippers.router)
"""The routes of all protocols."""
