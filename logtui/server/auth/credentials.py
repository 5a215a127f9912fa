"""Where the clients of log systems put a key."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_HEADERS: Final = ("x-api-key", "dd-api-key", "x-amz-firehose-access-key")


def key_in(headers: Mapping[str, str]) -> str | None:
    """Find the key of a request.

    Args:
        headers: Its headers, by name in any case.

    Returns:
        The key; empty if it is in no form that is known, None if the request has none.
    """
    if authorization := headers.get("authorization"):
        scheme, _, value = authorization.strip().partition(" ")
        return _SCHEMES.get(scheme.lower(), _unknown)(value.strip())
    return next((headers[name].strip() for name in _HEADERS if name in headers), None)


def _as_it_is(value: str) -> str:
    return value


def _behind_the_colon(value: str) -> str:
    """The password of Basic, where the user is ignored, or the key behind its id."""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _unknown(_: str) -> str:
    return ""


_SCHEMES: Final[Mapping[str, Callable[[str], str]]] = {
    "bearer": _as_it_is,
    "splunk": _as_it_is,
    "basic": _behind_the_colon,
    "apikey": _behind_the_colon,
}
