"""orders.jsonl: what the order service, its database and the deployer say, as JSON lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from story import (
    DEPLOY,
    END,
    HEALED,
    INDEX,
    INDEX_BACK,
    KILLED_POD,
    LIST_ORDERS,
    MINUTE,
    NEW_PODS_READY,
    OLD_PODS_READY,
    RESTARTED,
    ROLLBACK,
    SECOND,
    Dice,
    Request,
    clock,
    iso,
    orders_pod,
    pool_in_use,
    query_time,
    trouble,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Event = tuple[int, dict[str, Any]]

_POOL_SIZE: Final = 20
_INSERT: Final = "INSERT INTO orders (user_id, total, currency) VALUES ($1, $2, $3) RETURNING id"
_CHORES: Final = ("price cache refreshed", "invoices rendered", "outbox flushed", "session sweep finished")


def orders_log(requests: Iterable[Request], dice: Dice) -> list[str]:
    """All events in order of time."""
    events = [*_deploy(), *_rollback(), *_chores(dice), *_pool(dice)]
    for request in requests:
        if request.kind in ("orders", "checkout"):
            events += _served(request, dice)
    in_order = sorted((event for event in events if event[0] < END), key=lambda event: event[0])
    return [json.dumps({"timestamp": iso(at), **event}, ensure_ascii=False) for at, event in in_order]


def _event(level: str, service: str, message: str, **rest: object) -> dict[str, Any]:
    return {"level": level, "service": service, "message": message, **rest}


def _deploy() -> Iterator[Event]:
    deploy = {"version": "v2.14", "previous": "v2.13", "commit": "9f2c41d", "by": "ci-bot"}
    migration = {"id": "0042_orders_cleanup", "statement": f"DROP INDEX {INDEX}"}
    yield DEPLOY, _event("info", "deployer", "deploy orders v2.14 started", deploy=deploy)
    yield (
        DEPLOY + 4 * SECOND,
        _event("info", "deployer", "migration 0042_orders_cleanup applied", duration_ms=212, migration=migration),
    )
    yield NEW_PODS_READY, _event("info", "deployer", "deploy orders v2.14 finished", deploy=deploy)
    plan = {"statement": LIST_ORDERS, "plan": "Seq Scan on orders", "rows_removed_by_filter": 4_180_233}
    yield clock(15, 8, 31), _event("warn", "orders-db", "planner falls back to a sequential scan", db=plan)
    yield (
        RESTARTED,
        _event("warn", "orders", "started after OOMKilled", pod=KILLED_POD, version="v2.14", restarts=1),
    )


def _rollback() -> Iterator[Event]:
    deploy = {"version": "v2.13", "previous": "v2.14", "commit": "41be07a", "by": "oncall"}
    migration = {
        "id": "0042_orders_cleanup",
        "statement": f"CREATE INDEX {INDEX} ON orders (user_id, created_at DESC)",
    }
    yield ROLLBACK, _event("warn", "deployer", "rollback orders v2.14 -> v2.13 started", deploy=deploy)
    yield OLD_PODS_READY, _event("info", "deployer", "rollback orders v2.14 -> v2.13 finished", deploy=deploy)
    reverted = _event(
        "info", "deployer", "migration 0042_orders_cleanup reverted", duration_ms=148_310, migration=migration
    )
    yield INDEX_BACK, reverted
    yield (
        HEALED,
        _event("info", "orders", "circuit breaker closed", breaker={"name": "orders-db", "state": "closed"}),
    )


def _chores(dice: Dice) -> Iterator[Event]:
    for minute in range(END // MINUTE):
        at = minute * MINUTE + dice.whole(0, MINUTE - 1)
        pod = orders_pod(at, dice)
        duration = round(dice.around(120), 1)
        yield (
            at,
            _event("debug", "orders", dice.pick(_CHORES), pod=pod, version=version(pod), duration_ms=duration),
        )


def _pool(dice: Dice) -> Iterator[Event]:
    """The pool's gauge, every twenty seconds; with its alarms."""
    for at in range(7 * SECOND, END, 20 * SECOND):
        in_use = pool_in_use(at, dice)
        waiting = round(trouble(at) * dice.between(20, 70)) if in_use == _POOL_SIZE else 0
        pool = {"size": _POOL_SIZE, "in_use": in_use, "waiting": waiting}
        pod = orders_pod(at, dice)
        level, message = "debug", "connection pool"
        if waiting:
            level, message = "error", f"connection pool exhausted: {waiting} requests wait"
        elif in_use >= _POOL_SIZE - 4:
            level, message = "warn", "connection pool nearly full"
        yield at, _event(level, "orders", message, pod=pod, version=version(pod), pool=pool)


def _served(request: Request, dice: Dice) -> Iterator[Event]:
    pod = orders_pod(request.at, dice)
    common = {"pod": pod, "version": version(pod), "trace_id": request.trace, "user_id": request.user.name}
    if request.retry:
        yield (
            request.at,
            _event("warn", "orders", f"request repeated by client, attempt {request.retry + 1}", **common),
        )
    if request.has_failed:
        yield request.done - 3, _failure(request, common, dice)
        return
    yield request.done - 2, _query(request, common, dice)
    if request.kind == "checkout" and request.status == 201:
        yield request.done - 1, _created(common, dice)
    elif request.status == 402:
        yield (
            request.done - 1,
            _event("warn", "orders", "payment declined", **common, reason="insufficient_funds"),
        )


def _query(request: Request, common: dict[str, str], dice: Dice) -> dict[str, Any]:
    duration = max(1.0, request.duration - dice.between(20, 34))
    is_slow = duration > 1_000
    level, message = ("warn", "slow query") if is_slow else ("info", "query finished")
    db = {"statement": LIST_ORDERS, "rows": dice.whole(0, 20)}
    return _event(level, "orders", message, **common, duration_ms=round(duration, 1), db=db)


def _created(common: dict[str, str], dice: Dice) -> dict[str, Any]:
    order = {
        "id": f"A-{dice.whole(10_000, 99_999)}",
        "total": round(dice.between(9, 480), 2),
        "currency": "EUR",
    }
    db = {"statement": _INSERT, "rows": 1}
    return _event("info", "orders", "order created", **common, duration_ms=round(dice.around(9), 1), db=db, order=order)


def _failure(request: Request, common: dict[str, str], dice: Dice) -> dict[str, Any]:
    if request.status == 504:
        db = {"statement": LIST_ORDERS, "rows": None}
        return _event("error", "orders", "statement timeout after 30 s", **common, duration_ms=request.duration, db=db)
    waited = round(min(5_000.0, query_time(request.at) + dice.between(0, 40)), 1)
    text = f"could not get a connection within {waited:.0f} ms"
    return _event(
        "error",
        "orders",
        text,
        **common,
        duration_ms=waited,
        error={"type": "PoolTimeout", "retry": request.retry},
    )
