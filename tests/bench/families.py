"""One clean line after another of each format family, generated with a fixed seed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

START = datetime(2025, 7, 22, tzinfo=UTC)
WORDS = ("login successful", "order placed", "cache refreshed", "slow response", "connection timeout", "queue polled")
LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
PRIORITIES = (30, 28, 27, 134)


class Parts:
    """The random parts of one line.

    Args:
        rng: Source of randomness.
        number: Number of the line; its time advances with it.

    Attributes:
        time: When the line was written.
        message: A few words with numbers.
        level: In upper case.
        ip: An address.
        pid: A process.
        word: A number of up to four digits, as text.
    """

    def __init__(self, rng: random.Random, number: int) -> None:
        self.time = START + timedelta(milliseconds=20 * number)
        self.message = f"{rng.choice(WORDS)} for user{rng.randrange(5000)} after {rng.randrange(3000)} ms id={number}"
        self.level = rng.choice(LEVELS)
        self.ip = f"10.0.{rng.randrange(256)}.{rng.randrange(256)}"
        self.pid = rng.randrange(100, 9000)
        self.word = str(rng.randrange(10_000))

    def at(self, strftime: str) -> str:
        """The time in a layout; `%L` is milliseconds."""
        return self.time.strftime(strftime.replace("%L", f"{self.time.microsecond // 1000:03}"))


def _docker(parts: Parts, line: str) -> str:
    stamp = parts.at("%Y-%m-%dT%H:%M:%S.%L000000Z")
    return json.dumps({"log": line + "\n", "stream": "stdout", "time": stamp}, separators=(",", ":"))


FAMILIES: dict[str, Callable[[Parts], str]] = {
    "service": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%LZ')} {p.level} OrderService user{p.word} {p.message}",
    "json": lambda p: json.dumps(
        {
            "timestamp": p.at("%Y-%m-%dT%H:%M:%S.%LZ"),
            "level": p.level.lower(),
            "logger": "shop.orders",
            "message": p.message,
            "duration_ms": p.pid,
            "user": {"id": p.word, "plan": "pro"},
        }
    ),
    "kubernetes": lambda p: _docker(p, f"{p.level}:app.main:{p.message}"),
    "cri": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%L000000Z')} stdout F {p.level}:app.main:{p.message}",
    "logfmt": lambda p: (
        f'time={p.at("%Y-%m-%dT%H:%M:%S.%LZ")} level={p.level.lower()} msg="{p.message}" caller=store.go:{p.word}'
    ),
    "syslog": lambda p: f"{p.at('%b %e %H:%M:%S')} web-1 sshd[{p.pid}]: {p.message}",
    "syslog5424": lambda p: (
        f"<{p.pid % 190}>1 {p.at('%Y-%m-%dT%H:%M:%S.%LZ')} web-1 shop {p.pid} ID{p.word} - {p.message}"
    ),
    "access": lambda p: (
        f'{p.ip} - - [{p.at("%d/%b/%Y:%H:%M:%S +0000")}] "GET /orders/{p.word} HTTP/1.1" 200 {p.pid} "-" "curl/8.5"'
    ),
    "python": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S,%L')} - shop.orders - {p.level} - {p.message}",
    "log4j": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S,%L')} {p.level:5} [worker-{p.pid % 9}] org.shop.Orders: {p.message}",
    "klog": lambda p: f"{p.level[0]}{p.at('%m%d %H:%M:%S.%L000')} {p.pid:7} store.go:{p.word}] {p.message}",
    "logcat": lambda p: f"{p.at('%m-%d %H:%M:%S.%L')} {p.pid:5} {p.pid:5} {p.level[0]} Orders: {p.message}",
    "ruby": lambda p: f"{p.level[0]}, [{p.at('%Y-%m-%dT%H:%M:%S.%L000')} #{p.pid}] {p.level:>5} -- Orders: {p.message}",
    "dotnet": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S.%L0')}|{p.level}|Shop.Orders|{p.message}",
    "postgres": lambda p: f"{p.at('%Y-%m-%d %H:%M:%S.%L UTC')} [{p.pid}] LOG:  {p.message}",
    "mysql": lambda p: f"{p.at('%Y-%m-%dT%H:%M:%S.%L000Z')} {p.word} [Warning] [MY-010068] [Server] {p.message}",
    "generic": lambda p: f"[{p.at('%a %b %d %H:%M:%S %Y')}] [shop:error] [pid {p.pid}] {p.message}",
}
"""Family -> its line out of random parts; the key is the format that is to read it."""
