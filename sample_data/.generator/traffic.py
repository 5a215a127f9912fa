"""All requests of the afternoon, in order: what the other logs tell about happens here first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from story import (
    CHECKOUT_PODS,
    END,
    MINUTE,
    SECOND,
    Dice,
    Request,
    User,
    failure_rate,
    orders_pod,
    query_time,
    ramp,
    trouble,
    users,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PER_MINUTE: Final = 47
_MOST_RETRIES: Final = 4

_KINDS: Final = {
    "product": 27.0, "search": 13.0, "home": 9.0, "static": 10.0, "cart": 8.0, "add": 7.0, "login": 5.0,
    "orders": 7.0, "checkout": 8.0, "health": 3.0, "scanner": 1.2,
}  # fmt: skip
_SEARCHES: Final = (
    "lamp",
    "desk+lamp",
    "usb-c+cable",
    "chair",
    "caf%C3%A9+mug",
    "noise+cancelling",
    "gift+card",
)
_SCANS: Final = ("/wp-login.php", "/.env", "/admin/config.php", "/cgi-bin/luci", "/.git/HEAD")
_PROBE: Final = User("-", "10.0.0.1", "kube-probe/1.33", "-")
_SCANNER: Final = User("-", "198.51.100.251", "Mozilla/5.0 zgrab/0.x", "-")


def requests(dice: Dice) -> list[Request]:
    """Every request with its retries, sorted by time."""
    people = users(dice)
    found: list[Request] = []
    for minute in range(END // MINUTE):
        for _ in range(_arrivals(minute, dice)):
            at = minute * MINUTE + dice.whole(0, MINUTE - 1)
            found += _attempts(at, dice.pick(people), dice.weighted(_KINDS), dice)
    return sorted((request for request in found if request.done < END), key=lambda request: request.at)


def _arrivals(minute: int, dice: Dice) -> int:
    curve = 0.85 + 0.3 * ramp(minute, 0, 75) - 0.15 * ramp(minute, 90, 120)
    return round(_PER_MINUTE * curve * dice.between(0.8, 1.2))


def _attempts(at: int, user: User, kind: str, dice: Dice) -> Iterator[Request]:
    trace = dice.hexadecimal(16)
    for retry in range(_MOST_RETRIES + 1):
        request = _request(at, user, kind, trace, retry, dice)
        yield request
        if not request.has_failed or not dice.chance(0.8):
            return
        at = request.done + round(dice.between(300, 900) * 2**retry)


def _request(at: int, user: User, kind: str, trace: str, retry: int, dice: Dice) -> Request:
    method, path = _target(kind, dice)
    status = _status(at, kind, dice)
    return Request(
        at=at,
        user={"health": _PROBE, "scanner": _SCANNER}.get(kind, user),
        method=method,
        path=path,
        status=status,
        size=0 if status in (204, 304) else 157 if status >= 500 else dice.whole(320, 18_000),
        duration=_duration(at, kind, status, dice),
        trace=trace,
        pod=_pod(at, kind, dice),
        retry=retry,
        kind=kind,
    )


def _pod(at: int, kind: str, dice: Dice) -> str:
    return dice.pick(CHECKOUT_PODS) if kind == "checkout" else orders_pod(at, dice)


def _target(kind: str, dice: Dice) -> tuple[str, str]:
    number = dice.whole(1, 240)
    targets = {
        "product": ("GET", f"/products/{1000 + number}"),
        "search": ("GET", f"/search?q={_SEARCHES[number % len(_SEARCHES)]}&page={number % 4 + 1}"),
        "home": ("GET", "/"),
        "static": ("GET", "/static/app.8f3c2e1.js" if number % 2 else "/static/site.55ab.css"),
        "cart": ("GET", "/cart"),
        "add": ("POST", "/cart/items"),
        "login": ("POST", "/login"),
        "orders": ("GET", "/api/orders" if number % 3 else "/api/orders?status=open"),
        "checkout": ("POST", "/api/checkout"),
        "health": ("GET", "/healthz"),
        "scanner": ("GET", _SCANS[number % len(_SCANS)]),
    }
    return targets[kind]


def _status(at: int, kind: str, dice: Dice) -> int:
    if kind == "checkout" and dice.chance(failure_rate(at)):
        return dice.weighted({503: 6.0, 504: 3.0, 500: 2.0})
    if kind == "orders" and dice.chance(failure_rate(at) * 0.7):
        return dice.weighted({504: 5.0, 502: 2.0})
    usual = {
        "static": {200: 6.0, 304: 4.0},
        "product": {200: 97.0, 404: 2.0, 301: 1.0},
        "login": {200: 9.0, 401: 1.0},
        "checkout": {201: 96.0, 402: 3.0, 409: 1.0},
        "add": {201: 98.0, 409: 2.0},
        "scanner": {404: 1.0},
    }
    return dice.weighted(usual.get(kind, {200: 1.0}))


def _duration(at: int, kind: str, status: int, dice: Dice) -> int:
    if status == 504:
        return 30 * SECOND + dice.whole(1, 90)
    if status in (500, 502, 503):
        return round(dice.between(5_000, 5_060) if trouble(at) else dice.between(20, 400))
    if kind in ("orders", "checkout"):
        return round(min(29_000.0, 35 + dice.around(query_time(at))))
    return round(dice.around({"static": 4.0, "health": 2.0, "search": 90.0}.get(kind, 38.0)))
