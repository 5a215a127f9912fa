"""The evaluation and the delivery of a server's alerts, beside its worker."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING
from uuid import uuid4

from logtui.alerts.feed import Feed
from logtui.alerts.messages import Describer
from logtui.alerts.worker import AlertWork, AlertWorker
from logtui.server.storing import watched_of

if TYPE_CHECKING:
    from logtui.engine.ingest.worker import Worker
    from logtui.server.alerts.database import AlertDatabase
    from logtui.server.settings import ServerSettings


def alert_worker(settings: ServerSettings, database: AlertDatabase, worker: Worker) -> AlertWorker:
    """Make what evaluates and delivers the alerts over the store of a worker.

    Args:
        settings: What is set.
        database: Where the alerts are kept.
        worker: The worker.
    """
    holder = f"{socket.gethostname()} {os.getpid()} {uuid4().hex[:8]}"

    def opened() -> AlertWork | None:
        if not database.exists:
            return None
        from logtui.alerts.delivering import Delivery  # these take 0.5 s to load, which no other server needs
        from logtui.alerts.notify.delivery import Deliverer
        from logtui.alerts.ticking import Ticker

        store = database.store()
        dataset, news = watched_of(settings, worker.storage)
        feed, describer = Feed(news), Describer(dataset, address_of(settings))
        return AlertWork(
            Ticker(store, feed, describer.message, holder),
            Delivery(store, Deliverer(settings.notifiers)),
        )

    return AlertWorker(opened, lambda: worker.source.complete_until)


def address_of(settings: ServerSettings) -> str:
    """The address under which `logtui open` finds a server, as messages name it."""
    host = socket.gethostname() if settings.http.host in ("0.0.0.0", "::") else settings.http.host
    scheme = "https" if settings.tls_cert else "http"
    return f"{scheme}://{settings.http._replace(host=host)}"
