"""`ServerClient`: asks a running server by HTTP."""

from __future__ import annotations

from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from logtui.errors import RemoteError
from logtui.version import VERSION

_SECONDS: Final = 30.0
_HINTS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: (
        "set LOGTUI_API_KEY to a key of the server, or api_key under [remote] in the settings file"
    ),
    HTTPStatus.FORBIDDEN: "the key must have the scope for this",
}


class ServerClient:
    """Asks a server; requests are not redirected, since the key would go to another server.

    Args:
        address: Its address, such as `http://127.0.0.1:8080`.
        api_key: The key to send; empty for none.
        seconds: How long an answer is waited for.
        hint: What to try if it cannot be reached; empty for nothing.

    Raises:
        RemoteError: If it is no address.
    """

    def __init__(self, address: str, api_key: str = "", *, seconds: float = _SECONDS, hint: str = "") -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RemoteError(
                f"expected the address of a server, got {address!r}", hint="such as http://127.0.0.1:8080"
            )
        self.address: Final = address.rstrip("/")
        self._seconds = seconds
        self._hint = hint
        self._opener = build_opener(_NoRedirects)
        self._headers = {
            "User-Agent": f"logtui/{VERSION}",
            **({"Authorization": f"Bearer {api_key}"} if api_key else {}),
        }

    def get(self, path: str) -> Any:  # noqa: ANN401 -- what JSON holds
        """What the server answers on a path.

        Raises:
            RemoteError: If it cannot be reached, or refuses.
        """
        return self._answer(Request(self.address + path, headers=self._headers))

    def post(self, path: str, body: object) -> Any:  # noqa: ANN401 -- likewise
        """Send what JSON can hold, and return the answer.

        Raises:
            RemoteError: If the server cannot be reached, or refuses.
        """
        return self._answer(Request(self.address + path, msgspec.json.encode(body), self._headers, method="POST"))

    def _answer(self, request: Request) -> Any:  # noqa: ANN401 -- likewise
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                return msgspec.json.decode(answer.read())
        except HTTPError as error:
            with error:
                raise RemoteError(f"{self.address}: {_detail(error)}", hint=_HINTS.get(error.code, "")) from error
        except (URLError, OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            text = getattr(reason, "strerror", None) or str(reason) or type(error).__name__
            raise RemoteError(f"{self.address}: {text}", hint=self._hint) from error
        except msgspec.DecodeError as error:
            raise RemoteError(f"{self.address}: the answer is no JSON", hint="is it a logtui server?") from error


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _detail(error: HTTPError) -> str:
    """What a server says of its refusal, in a line."""
    try:
        problem = msgspec.json.decode(error.read())
        return str(problem["detail"])
    except (msgspec.DecodeError, OSError, HTTPException, KeyError, TypeError):
        return f"{error.code} {error.reason}"
