"""Large log files of several shapes, generated with a fixed seed; nothing of them is kept in the project."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

START = datetime(2025, 7, 22, tzinfo=UTC)
SERVICES = ("AuthenticationService", "PaymentService", "OrderService", "InventoryService", "SearchService")
LEVELS = ["INFO"] * 14 + ["DEBUG"] * 3 + ["WARN"] * 2 + ["ERROR"]
MESSAGES = {
    "INFO": ("User login successful from web client", "Order placed id={n} items={few}", "Cache refreshed in {n} ms"),
    "DEBUG": ("Heartbeat ok", "Polling the delivery queue size={n}"),
    "WARN": ("Slow response from upstream took {n} ms", "Retrying connection attempt={few}"),
    "ERROR": ("Database connection timeout after {n} ms", "Failed to process order id={n}"),
}


def service_lines(rng: random.Random) -> Iterator[str]:
    """The shape `[timestamp] [level] [service] [user] [message]`, about 87 bytes a line."""
    for number in range(10**12):
        stamp = (START + timedelta(seconds=number // 46)).strftime("%Y-%m-%dT%H:%M:%S")
        level = rng.choice(LEVELS)
        message = rng.choice(MESSAGES[level]).format(n=rng.randrange(100_000), few=rng.randrange(9))
        yield f"{stamp}.{number % 1000:03}Z {level} {rng.choice(SERVICES)} user{rng.randrange(5000)} {message}\n"


def cloudwatch_lines(rng: random.Random) -> Iterator[str]:
    """The Kubernetes/CloudWatch JSON envelope with an inner line, about 290 bytes a line."""
    for number in range(10**12):
        stamp = (START + timedelta(milliseconds=20 * number)).isoformat(timespec="milliseconds")
        container = rng.choice(("api", "web", "worker"))
        fields = f"case_id=c{rng.randrange(1000)} retry={rng.randrange(4)} company.a={rng.randrange(9)}"
        yield (
            json.dumps(
                {
                    "time": stamp.replace("+00:00", "Z"),
                    "stream": rng.choice(("stdout", "stderr")),
                    "log": f'{rng.choice(LEVELS)}:app.main:Resolved tenant: company_a {fields} company-b="x y"',
                    "kubernetes": {
                        "pod_name": f"{container}-7f9c-{rng.randrange(20)}",
                        "namespace_name": "prod",
                        "container_name": container,
                        "host": f"ip-10-0-0-{rng.randrange(9)}",
                        "labels": {"app": container},
                    },
                }
            )
            + "\n"
        )


def json_lines(rng: random.Random) -> Iterator[str]:
    """JSON lines of a structured logger, about 230 bytes a line."""
    for number in range(10**12):
        level = rng.choice(LEVELS)
        yield (
            json.dumps(
                {
                    "timestamp": (START + timedelta(milliseconds=20 * number)).isoformat(timespec="milliseconds"),
                    "level": level.lower(),
                    "service": rng.choice(SERVICES),
                    "message": rng.choice(MESSAGES[level]).format(n=rng.randrange(100_000), few=rng.randrange(9)),
                    "trace_id": f"{rng.getrandbits(64):016x}",
                    "duration_ms": rng.randrange(3000),
                    "user": {"id": rng.randrange(5000), "plan": rng.choice(("free", "pro"))},
                }
            )
            + "\n"
        )


SHAPES: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "service": service_lines,
    "cloudwatch": cloudwatch_lines,
    "json": json_lines,
}


def generate(path: Path, shape: str, size: int) -> int:
    """Write at least `size` bytes of a shape.

    Args:
        path: The file to write.
        shape: A key of `SHAPES`.
        size: Bytes.

    Returns:
        The number of lines.
    """
    lines, count = SHAPES[shape](random.Random(7)), 0
    with path.open("w") as file:
        while file.tell() < size:
            count += 20_000
            file.writelines(islice(lines, 20_000))
    return count
