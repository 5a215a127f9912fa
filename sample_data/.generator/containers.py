"""kubernetes.log: what pods print, one JSON envelope per line as Fluent Bit writes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from story import (
    BACK_PODS,
    CHECKOUT_PODS,
    END,
    KILLED_POD,
    MINUTE,
    NEW_PODS,
    NEW_PODS_READY,
    OLD_PODS_READY,
    OOM,
    RESTARTED,
    SECOND,
    TENANT_PODS,
    Dice,
    Request,
    iso,
    node,
    trouble,
    version,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TRACEBACK: Final = """\
Traceback (most recent call last):
  File "/app/checkout/api.py", line 88, in checkout
    order = orders.create(cart, trace_id=trace)
  File "/app/checkout/clients/orders.py", line 41, in create
    response = session.post(url, timeout=TIMEOUT)
  File "/usr/lib/python3.12/site-packages/requests/sessions.py", line 637, in post
    return self.request("POST", url, data=data, json=json, **kwargs)
{error}"""
_STARTUP: Final = (
    "INFO:     Started server process [1]",
    "INFO:     Waiting for application startup.",
    "INFO:app.main:Loaded settings profile=production pool.size=20 pool.timeout=5s",
    "INFO:     Application startup complete.",
    "INFO:     Uvicorn running on http://0.0.0.0:8080 (Press CTRL+C to quit)",
)


class Line(NamedTuple):
    """One line that a container wrote."""

    at: int
    pod: str
    text: str
    stream: str = "stdout"


def kubernetes_log(requests: Iterable[Request], dice: Dice) -> list[str]:
    """All lines in order of time; those of different pods interleave."""
    lines = [*_starts(), *_tenants(dice), *_memory(dice)]
    for request in requests:
        if request.kind == "checkout":
            lines += _checkout(request, dice)
        elif request.kind == "health" and dice.chance(0.5):
            pod = dice.pick(CHECKOUT_PODS)
            lines.append(Line(request.done, pod, 'INFO:     10.0.0.1:41822 - "GET /healthz HTTP/1.1" 200 OK'))
    in_order = sorted((line for line in lines if line.at < END), key=lambda line: line.at)
    return [_envelope(line) for line in in_order]


def _envelope(line: Line) -> str:
    app, template, _ = line.pod.split("-")
    labels = {"app": app, "pod-template-hash": template}
    if app == "orders":
        labels["version"] = version(line.pod)
    kubernetes = {
        "pod_name": line.pod,
        "namespace_name": "shop",
        "container_name": app,
        "host": node(line.pod),
        "labels": labels,
    }
    envelope = {"time": iso(line.at), "stream": line.stream, "log": line.text, "kubernetes": kubernetes}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def _starts() -> Iterator[Line]:
    for ready, pods in ((NEW_PODS_READY, NEW_PODS), (RESTARTED, (KILLED_POD,)), (OLD_PODS_READY, BACK_PODS)):
        for pod in pods:
            yield Line(
                ready - 900,
                pod,
                f"INFO:app.main:Starting orders {version(pod)} restarts={int(ready == RESTARTED)}",
            )
            yield from (Line(ready - 800 + 90 * n, pod, text) for n, text in enumerate(_STARTUP))


def _tenants(dice: Dice) -> Iterator[Line]:
    """The tenant service: its keys have dots and dashes in their names, its values have spaces."""
    for minute in range(0, END // MINUTE, 2):
        at = minute * MINUTE + dice.whole(0, MINUTE - 1)
        counts = f"company.a={dice.whole(1, 9)} company.c={dice.whole(0, 4)}"
        plan = dice.pick(("two words", "gold plan", "free"))
        yield Line(at, TENANT_PODS[0], f'INFO:app.tenants:Open sessions {counts} company-b="{plan}"')


def _memory(dice: Dice) -> Iterator[Line]:
    """The pod that dies says how it fills up; then it says nothing."""
    for at in range(NEW_PODS_READY + MINUTE, OOM, MINUTE):
        share = (at - NEW_PODS_READY) / (OOM - NEW_PODS_READY)
        used = round(180 + 325 * share + dice.between(0, 4))
        level = "WARNING" if used > 400 else "INFO"
        waiting = round(260 * share * trouble(at))
        text = f"{level}:app.memory:Resident memory {used}Mi of 512Mi queue.waiting={waiting}"
        yield Line(at + dice.whole(0, 20 * SECOND), KILLED_POD, text, "stderr")


def _checkout(request: Request, dice: Dice) -> Iterator[Line]:
    case = f"c-{1000 + int(request.trace[:4], 16) % 9000}"
    user, trace = request.user, request.trace
    resolved = f"INFO:app.main:Resolved tenant: {user.tenant} case_id={case} retry={request.retry}"
    yield Line(request.at + 1, request.pod, f"{resolved} trace_id={trace}")
    if request.has_failed:
        yield from _failure(request, case)
    elif request.status == 201:
        placed = f"INFO:app.checkout:Order placed case_id={case} user_id={user.name}"
        yield Line(request.done, request.pod, f"{placed} items={dice.whole(1, 6)} trace_id={trace}")
    else:
        yield Line(
            request.done,
            request.pod,
            f"WARNING:app.checkout:Checkout refused status={request.status} case_id={case}",
        )


def _failure(request: Request, case: str) -> Iterator[Line]:
    is_timeout = request.status == 504
    summary = (
        f"ERROR:app.checkout:Checkout failed status={request.status} case_id={case} "
        f"user_id={request.user.name} retry={request.retry} trace_id={request.trace}"
    )
    yield Line(request.done, request.pod, summary, "stderr")
    if request.retry == 0:
        error = "requests.exceptions.ReadTimeout: orders:8080: read timed out (30 s)"
        if not is_timeout:
            error = "checkout.errors.OrdersUnavailable: 503 from orders:8080: could not get a connection"
        for text in _TRACEBACK.format(error=error).splitlines():
            yield Line(request.done, request.pod, text, "stderr")
