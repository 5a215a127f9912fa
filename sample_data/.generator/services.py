"""service.log: `time LEVEL Service user message`, the shape of the shop's older services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from story import END, MINUTE, Dice, Request, time, trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Entry = tuple[int, str]

_SEARCHED: Final = ("INFO", "SearchService", "Search answered hits={} took={}ms")
_BATCH: Final = (
    "Nightly report queued",
    "Price list imported rows={}",
    "Stock level synchronised skus={}",
    "Mail queue drained count={}",
)


def service_log(requests: Iterable[Request], dice: Dice) -> list[str]:
    """All lines in order of time."""
    entries = list(_background(dice))
    for request in requests:
        entries += _told(request, dice)
    in_order = sorted((entry for entry in entries if entry[0] < END), key=lambda entry: entry[0])
    return [f"{time(at):%Y-%m-%dT%H:%M:%SZ} {text}" for at, text in in_order]


def _told(request: Request, dice: Dice) -> Iterator[Entry]:
    """What the older services say about a request."""
    user, done = request.user.name, request.done
    match request.kind:
        case "login":
            yield done, _login(request, dice)
        case "search":
            level, service, text = _SEARCHED
            yield done, f"{level} {service} {user} {text.format(dice.whole(0, 140), request.duration)}"
        case "add":
            stock = "Item reserved" if request.status == 201 else "Item out of stock"
            level = "INFO" if request.status == 201 else "WARN"
            yield done, f"{level} InventoryService {user} {stock} sku=S-{dice.whole(1000, 1240)}"
        case "cart":
            yield done, f"DEBUG CartService {user} Cart loaded items={dice.whole(0, 7)}"
        case "checkout":
            yield from _checkout(request, dice)


def _login(request: Request, dice: Dice) -> str:
    user = request.user.name
    if request.status == 401:
        return f"WARN AuthenticationService {user} Login failed: wrong password attempt={dice.whole(1, 3)}"
    return f"INFO AuthenticationService {user} User login successful"


def _checkout(request: Request, dice: Dice) -> Iterator[Entry]:
    user, trace = request.user.name, request.trace
    if request.has_failed:
        reason = "order service timed out" if request.status == 504 else "order service unavailable"
        yield (
            request.done,
            f"ERROR CheckoutService {user} Checkout aborted: {reason} retry={request.retry} trace_id={trace}",
        )
    elif request.status == 402:
        yield (
            request.done,
            f"WARN PaymentService {user} Payment declined: insufficient funds trace_id={trace}",
        )
    else:
        amount = f"{dice.between(9, 480):.2f}"
        yield (
            request.done - 1,
            f"INFO PaymentService {user} Payment authorised amount={amount} currency=EUR trace_id={trace}",
        )
        yield request.done, f"SUCCESS CheckoutService {user} Order confirmed trace_id={trace}"
        yield request.done + dice.whole(200, 4_000), f"INFO NotificationService {user} Confirmation mail sent"


def _background(dice: Dice) -> Iterator[Entry]:
    for minute in range(END // MINUTE):
        at = minute * MINUTE + dice.whole(0, MINUTE - 1)
        yield at, f"INFO BatchService system {dice.pick(_BATCH).format(dice.whole(3, 900))}"
        if trouble(at) > 0.5 and dice.chance(0.6):
            yield at, f"WARN NotificationService system Mail queue grows waiting={dice.whole(40, 400)}"
        if dice.chance(0.3):
            yield at, f"DEBUG AuthenticationService system Token cache swept expired={dice.whole(0, 60)}"
