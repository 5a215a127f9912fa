"""The body of a request, whole and unpacked, within the limits."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect

from logtui.server.compression import too_large, unpacked
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

_MOST_SECONDS: Final = 30.0
"""How long a sender may take for one body; one that is slower would hold memory for as long as it likes."""

SMALL_BYTES: Final = 1 << 20
"""A larger body is worked on in a thread: the event loop would stand still for 10 ms or more."""


async def body_of(request: Request, limit: int, take: Callable[[int], None], *, leaves_snappy: bool = False) -> bytes:
    """Read and unpack a body.

    Args:
        request: The request.
        limit: The largest size in bytes, as sent and unpacked.
        take: Counts the bytes that it takes; see `BodyMemory`.
        leaves_snappy: Whether a body that is packed by Snappy stays so, for a protocol that packs all of its bodies.

    Raises:
        ProblemError: 413 if it is larger, 408 if it comes too slowly, 400 or 415 if it cannot be unpacked.
    """
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > limit:
        raise too_large(limit)
    try:
        async with asyncio.timeout(_MOST_SECONDS):
            body = await _received(request, limit, take)
    except TimeoutError:
        detail = f"the body did not come within {_MOST_SECONDS:.0f} seconds"
        raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, detail, reason="slow sender") from None
    except ClientDisconnect:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the sender went away", reason="disconnected") from None
    encodings = request.headers.get("content-encoding", "")
    if encodings and not (leaves_snappy and encodings.strip().lower() == "snappy"):
        body = await asyncio.to_thread(unpacked, body, encodings, limit)
        take(len(body))
    return body


async def _received(request: Request, limit: int, take: Callable[[int], None]) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        take(len(chunk))
        chunks.append(chunk)
    return b"".join(chunks)
