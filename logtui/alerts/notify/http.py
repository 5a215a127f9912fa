"""HTTP requests of the notifiers: guarded, verified, bounded in time and size."""

from __future__ import annotations

import re
import time
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpx

from logtui.alerts.notify.base import RefusedError, UnavailableError, cut, one_line
from logtui.alerts.notify.guard import Guard, GuardedTransport, origin
from logtui.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.alerts.notify.base import Attempt

_MOST_BYTES: Final = 65_536
_MOST_REDIRECTS: Final = 3
_EXCERPT: Final = 200
_LATER: Final = frozenset({408, 425, 429})
_SAME_METHOD: Final = frozenset({307, 308})
_SECOND: Final = 1_000_000_000
_HEADERS: Final = {
    "Content-Type": "application/json",
    "User-Agent": f"logtui/{VERSION}",
    "Accept-Encoding": "identity",
}


def post(url: str, body: bytes, attempt: Attempt, *, headers: Mapping[str, str], is_named: bool) -> bytes:
    """Send JSON to an address.

    Args:
        url: The address.
        body: The JSON.
        attempt: The attempt: its settings, and the present that a date in `Retry-After` is compared with.
        headers: Further headers.
        is_named: Whether the operator has named the address, so that it may be a private one.

    Returns:
        The body of the answer, at most 64 KiB.

    Raises:
        RefusedError: If the guard refuses the address, or the answer is a 3xx or 4xx that will not change.
        UnavailableError: If there is no answer, or it is 408, 425, 429 or 5xx.
    """
    _check_headers(headers)
    settings = attempt.settings
    host, port = origin(url)
    guard = Guard(settings.allowed, (host, port) if is_named else None)
    try:
        # No proxy from the environment: it would look up the name again, behind the guard.
        with httpx.Client(
            transport=GuardedTransport(guard, settings.tls()), timeout=settings.timeout, trust_env=False
        ) as client:
            request = client.build_request("POST", url, content=body, headers={**_HEADERS, **headers})
            response, content = _answer(client, request, time.monotonic() + settings.timeout)
    except httpx.TransportError as error:
        raise UnavailableError(f"{host}: {_problem(error)}") from error
    _check(host, response, content, attempt.now)
    return content


def retry_after(text: str, now: int) -> float:
    """The seconds that a header `Retry-After` asks to wait; 0 if it cannot be read.

    Args:
        text: Seconds, or a date of HTTP.
        now: The present, epoch nanoseconds.
    """
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text.strip(), re.ASCII):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    return max(0.0, (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now / _SECOND)


def _check_headers(headers: Mapping[str, str]) -> None:
    """Refuse what a header cannot hold here, because the library's message would quote the token."""
    wrong = [name for name, value in headers.items() if not (value.isascii() and value.isprintable())]
    if wrong:
        raise RefusedError(f"the value of the header {wrong[0]} has characters that a header cannot hold")


def _answer(client: httpx.Client, request: httpx.Request, deadline: float) -> tuple[httpx.Response, bytes]:
    """Send a request, and follow redirects that keep method and body."""
    for _ in range(_MOST_REDIRECTS + 1):
        response = client.send(request, stream=True)
        try:
            content = _content(response, deadline)
        finally:
            response.close()
        if response.status_code not in _SAME_METHOD or response.next_request is None:
            return response, content
        if request.url.scheme == "https" and response.next_request.url.scheme != "https":
            raise RefusedError(f"{request.url.host} redirects from https to {response.next_request.url.scheme}")
        request = response.next_request
    raise RefusedError(f"{request.url.host}: more than {_MOST_REDIRECTS} redirects")


def _content(response: httpx.Response, deadline: float) -> bytes:
    """The first bytes of an answer; a receiver that sends a byte now and then meets the deadline."""
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("")
        if len(content) >= _MOST_BYTES:
            break
    return bytes(content[:_MOST_BYTES])


def _check(host: str, response: httpx.Response, content: bytes, now: int) -> None:
    status = response.status_code
    if 200 <= status < 300:
        return
    excerpt = cut(one_line(content.decode("utf-8", "replace")), _EXCERPT)
    reason = f"{host} answered {status}" + (f": {excerpt}" if excerpt else "")
    if status in _LATER or status >= 500:
        raise UnavailableError(reason, retry_after(response.headers.get("Retry-After", ""), now))
    if 300 <= status < 400:
        raise RefusedError(f"{host} answered {status}, a redirect that loses the message; name the new address")
    raise RefusedError(reason)


def _problem(error: httpx.TransportError) -> str:
    return "no answer in time" if isinstance(error, httpx.TimeoutException) else one_line(str(error))
