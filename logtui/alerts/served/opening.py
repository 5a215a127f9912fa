"""Finds the alerts of the servers that are opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from logtui.alerts.served.client import AlertsClient
from logtui.alerts.served.folder import FolderAlerts
from logtui.alerts.served.remote import RemoteAlerts
from logtui.engine.search.datasets import data_folder_of
from logtui.engine.server_client import ServerClient

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    urls = [text for text in addresses if text.startswith(("http://", "https://"))]
    folders = [folder for store in stores if (folder := data_folder_of(store))]
    return [
        *(RemoteAlerts(AlertsClient(ServerClient(url, api_key, seconds=_SECONDS))) for url in dict.fromkeys(urls)),
        *(FolderAlerts(folder, os.environ.get("USER", "")) for folder in folders),
    ]
