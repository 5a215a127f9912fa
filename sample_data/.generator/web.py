"""access.log: nginx, combined format with the request's time and trace at the end of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from story import SECOND, Request, time

if TYPE_CHECKING:
    from collections.abc import Iterable


def access_log(requests: Iterable[Request]) -> list[str]:
    """One line per request, in the order of the answers, as nginx writes them."""
    return [_line(request) for request in sorted(requests, key=lambda request: request.done)]


def _line(request: Request) -> str:
    stamp = time(request.done).strftime("%d/%b/%Y:%H:%M:%S +0000")
    referrer = "https://shop.example/cart" if request.kind == "checkout" else "-"
    return (
        f"{request.user.ip} - {request.user.name} [{stamp}] "
        f'"{request.method} {request.path} HTTP/1.1" {request.status} {request.size} "{referrer}" '
        f'"{request.user.agent}" request_time={request.duration / SECOND:.3f} trace_id={request.trace}'
    )
