"""A connection to a logtui server: questions go out, frames come back, and its problems become errors."""

from __future__ import annotations

import time
import weakref
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.search.remote.wire import Asked, Ending, unpacked
from logtui.errors import LogtuiError, QueryError, RemoteError
from logtui.query import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    import httpx
    import polars as pl

    from logtui.engine.search.request import Request

_CONNECT_SECONDS: Final = 5.0
_READ_SECONDS: Final = 600.0
"""The server bounds a search by itself; this only notices one that has died without closing the connection."""

_REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Connection:
    """A server that can be asked.

    Args:
        address: Where it is, `http://host:port`.
        api_key: The key to send; empty for none.

    Raises:
        RemoteError: If httpx is not installed, or the address is none.
    """

    def __init__(self, address: str, api_key: str = "") -> None:
        self.address: Final = address.rstrip("/")
        self._httpx: Final = _httpx()
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        timeout = self._httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
        verify = self.address.startswith("https:")  # loading certificates takes 60 ms
        try:
            self._client: httpx.Client = self._httpx.Client(
                base_url=self.address, headers=headers, timeout=timeout, verify=verify
            )
        except (self._httpx.InvalidURL, UnicodeError) as error:
            raise RemoteError(f"{address}: no address of a server ({error})", hint="http://host:8080") from None
        weakref.finalize(self, self._client.close)

    def frames(
        self, question: str, request: Request, columns: Sequence[str] | None = None, width: int = 1
    ) -> Iterator[pl.DataFrame | Ending]:
        """Ask a question.

        Args:
            question: The last part of the address, such as `table`.
            request: The request.
            columns: See `Asked`.
            width: See `Asked`.

        Yields:
            The frames of the answer as they come, then its ending.

        Raises:
            QueryError: If the server cannot answer this query.
            RemoteError: If it cannot be reached, refuses, or breaks off.
        """
        left = None if request.deadline is None else max(0.001, request.deadline - time.monotonic())
        asked = Asked(request.canonical, None if columns is None else tuple(columns), width, left)
        body = msgspec.json.encode(asked)
        try:
            with self._client.stream("POST", f"/api/v1/dataset/{question}", content=body) as response:
                if response.status_code != HTTPStatus.OK:
                    raise self._refusal(response.status_code, response.read(), request)
                for item in unpacked(response.iter_raw()):
                    if isinstance(item, Ending) and item.problem is not None:
                        raise self._error(item.problem, request)
                    yield item
        except self._httpx.ConnectError as error:
            hint = "is `logtui serve` running there, and are host and port right?"
            raise RemoteError(f"{self.address}: cannot connect: {_reason(error)}", hint=hint) from None
        except (self._httpx.HTTPError, self._httpx.InvalidURL, EOFError) as error:
            raise RemoteError(f"{self.address}: the answer broke off: {_reason(error)}", hint="try again") from None

    def value(self, question: str, request: Request, columns: Sequence[str] | None = None) -> Any:  # noqa: ANN401
        """Ask a question whose answer has no frames.

        Raises:
            QueryError: If the server cannot answer this query.
            RemoteError: If it cannot be reached, refuses, or breaks off.
        """
        *_, ending = self.frames(question, request, columns)
        assert isinstance(ending, Ending)
        return ending.value

    def _refusal(self, status: int, body: bytes, request: Request) -> LogtuiError:
        try:
            problem = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            problem = {}
        if status == HTTPStatus.NOT_FOUND or "detail" not in problem:
            hint = "expected the address of a `logtui serve` of this version"
            return RemoteError(f"{self.address}: no logtui server answers there (status {status})", hint=hint)
        return self._error({"status": status, **problem}, request)

    def _error(self, problem: dict[str, Any], request: Request) -> LogtuiError:
        """The error that the server has met, as if it had been met here."""
        detail, suggestion = problem["detail"], problem.get("suggestion")
        if "start" in problem and "end" in problem:
            text = canonical(request.query)
            return QueryError(detail, text=text, start=problem["start"], end=problem["end"], hint=suggestion)
        if problem.get("status") in _REFUSALS:
            suggestion = "set LOGTUI_API_KEY, or api_key under [remote] in the settings file"
        return RemoteError(f"{self.address}: {detail}", hint=suggestion)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _httpx() -> ModuleType:
    try:
        import httpx  # 60 ms, and few inputs are servers
    except ImportError:
        raise RemoteError("a server as input needs httpx", hint="pip install 'logtui[remote]'") from None
    return httpx
