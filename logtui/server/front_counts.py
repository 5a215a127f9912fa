"""What the front of a server counts, for those who show it beside its records."""

from __future__ import annotations

import ssl
import time
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families

from logtui.server.address import Address

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS: Final = 1.0
_SHOWN: Final = {"socket_dropped": "drops", "socket_refused": "refused", "socket_lost": "lost"}


class FrontCounts:
    """Asks `/metrics` of a server of this machine, at most once a second.

    Args:
        address: Where it listens, `HOST:PORT`.
        key: The file with a key for it, if it asks for one.
        is_encrypted: Whether it speaks TLS.
    """

    def __init__(self, address: str, key: Path, *, is_encrypted: bool) -> None:
        listening = Address.parse(address)
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listening.host, listening.host)
        self._url = f"{'https' if is_encrypted else 'http'}://{listening._replace(host=host)}/metrics"
        self._key = key
        self._context = _own_server() if is_encrypted else None
        self._due = 0.0
        self._counts: tuple[tuple[str, int], ...] = ()

    def __call__(self) -> tuple[tuple[str, int], ...]:
        """Records that were dropped, refused and lost, by these names; also that the server does not answer."""
        if time.monotonic() >= self._due:
            self._counts = self._asked()
            self._due = time.monotonic() + _SECONDS
        return self._counts

    def _asked(self) -> tuple[tuple[str, int], ...]:
        try:
            request = Request(self._url, headers={"X-API-Key": key} if (key := self._read_key()) else {})
            with urlopen(request, timeout=_SECONDS, context=self._context) as answer:
                return _shown(answer.read().decode())
        except (OSError, HTTPException):
            return (*(each for each in self._counts if each[0] in _SHOWN.values()), ("server silent", 1))

    def _read_key(self) -> str:
        return self._key.read_text().strip() if self._key.exists() else ""


def _shown(text: str) -> tuple[tuple[str, int], ...]:
    sums = {
        family.name: sum(sample.value for sample in family.samples) for family in text_string_to_metric_families(text)
    }
    return tuple((shown, int(sums.get(name, 0))) for name, shown in _SHOWN.items())


def _own_server() -> ssl.SSLContext:
    """TLS to a server that this program has started: its certificate is for the names that others use."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
