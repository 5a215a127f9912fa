"""environment -> application, for any ASGI server: `uvicorn --factory logtui.server.asgi:create_app`.

`logtui serve` does the same with a process for the worker, its own sockets, and an end that tails do not hold up.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from logtui.engine.ingest.data_folder import DataFolder
from logtui.errors import ConfigError
from logtui.server.app import make_app
from logtui.server.auth.first_key import first_key
from logtui.server.configuration import load_server_settings, variable_of
from logtui.server.front import Front
from logtui.server.lifecycle import make_data_folder, start_worker
from logtui.server.logs import configure_logs
from logtui.server.settings import Role
from logtui.server.storing import join_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from logtui.server.settings import ServerSettings

CONFIG: Final = "LOGTUI_SERVER_CONFIG"
"""The variable that names a file of settings, as `logtui serve --config` does."""


def create_app() -> FastAPI:
    """Make the application of a server; its worker runs beside it in threads, unless `LOGTUI_ROLE` is `front`.

    Every request needs a key, since an ASGI server may listen anywhere. One process serves a data folder.

    Returns:
        The application; its life span starts and ends everything that belongs to it.

    Raises:
        ConfigError: If a variable is wrong, no data folder is named, or the role is `worker`.
        StoreBusyError: If another process receives for this folder.
        StoreError: If the disk refuses.
    """
    settings = _settings()
    configure_logs()
    make_data_folder(settings.data)
    join_store(settings, DataFolder(settings.data))
    front = Front(settings)
    app = make_app(front, around=_running(front))
    if settings.trusted_proxy:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[*settings.trusted_proxy])
    return app


def _settings() -> ServerSettings:
    file = os.environ.get(CONFIG)
    settings = load_server_settings({}, os.environ, Path(file) if file else None)
    if settings.role == Role.WORKER:
        raise ConfigError(f"{variable_of('role')}: a worker answers nobody", hint="logtui serve --role worker")
    if settings.insecure:
        raise ConfigError(
            f"{variable_of('insecure')}: an ASGI server may listen on any address, so every request needs a key"
        )
    return replace(settings, require_key=True)


@contextmanager
def _running(front: Front) -> Iterator[None]:
    """Run the worker, and make durable at the end what still waits."""
    settings = front.settings
    with ExitStack() as parts:
        parts.callback(front.close)
        if settings.role != Role.FRONT:
            start_worker(settings, lambda: settings.drain_seconds, parts)
        first_key(front.keys, settings.data)
        yield
