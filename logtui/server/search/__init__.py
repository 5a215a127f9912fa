"""parameters of a search -> a request to the dataset of the store -> one JSON answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.server.search import dataset_routes, explain, export, fields, patterns, routes, tail

if TYPE_CHECKING:
    from fastapi import APIRouter

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    each.router for each in (routes, dataset_routes, fields, patterns, explain, export, tail)
)
