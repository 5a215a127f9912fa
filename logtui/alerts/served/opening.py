"""Finds the alerts of the servers that are opened."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from logtui.alerts.served.client import AlertsClient
from logtui.alerts.served.folder import FolderAlerts
from logtui.alerts.served.remote import RemoteAlerts
from logtui.engine.search.datasets import data_folder_of
from logtui.engine.server_client import ServerClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.served.base import ServedAlerts

_SECONDS: Final = 10.0
"""A screen asks again and again, and says meanwhile that there is no answer."""


def served_alerts(addresses: Sequence[str], stores: Sequence[Path], api_key: str = "") -> list[ServedAlerts]:
    """The alerts of servers and of their data folders; none is asked yet.

    Args:
        addresses: Inputs that are addresses; those of ClickHouse have no alerts.
        stores: The folders of stores; those that are in no data folder have no alerts.
        api_key: The key to send; empty for none.

    Raises:
        RemoteError: If an address is none.
    """
    urls = dict.fromkeys(text.rstrip("/") for text in addresses if text.startswith(("http://", "https://")))
    folders = {str(folder.path): folder for store in stores if (folder := data_folder_of(store))}
    names, user = _names([*urls, *folders]), os.environ.get("USER", "")
    return [
        *(RemoteAlerts(names[url], AlertsClient(ServerClient(url, api_key, seconds=_SECONDS))) for url in urls),
        *(FolderAlerts(names[place], folder, user) for place, folder in folders.items()),
    ]


def _names(places: Sequence[str]) -> dict[str, str]:
    """Host and port of an address, the last part of a path; the whole where several would be called the same."""
    short = {place: place.partition("://")[2] or Path(place).name for place in places}
    counts = Counter(short.values())
    return {place: name if counts[name] == 1 else place for place, name in short.items()}
