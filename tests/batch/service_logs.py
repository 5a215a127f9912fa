"""Logs of services for batches, and what they come to, reckoned slowly: line by line, without the program."""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LEVELS: Final = ("INFO", "INFO", "INFO", "WARN", "ERROR", "DEBUG", "SUCCESS")
SERVICES: Final = tuple(f"{name}Service" for name in ("Auth", "Order", "Cart", "Search", "Mail", "Stock", "Payment"))
START: Final = datetime(2025, 7, 22, 9, 30, tzinfo=UTC)
_LINE: Final = re.compile(r"\[?([^ \]]+Z)\]? \[?([A-Z]+)\]? \[?(\w+)\]? \[?(\w+)\]? ")


def lines(seed: int, count: int, *, are_bracketed: bool = False) -> list[str]:
    """Lines of one file: a few of them are no record of the format."""
    chance = random.Random(seed)
    shape = "[{}] [{}] [{}] [{}] [{}]" if are_bracketed else "{} {} {} {} {}"
    return [
        "no time, no level, no service" if chance.random() < 0.01 else _line(chance, shape, number)
        for number in range(count)
    ]


def _line(chance: random.Random, shape: str, number: int) -> str:
    moment = START + timedelta(seconds=number * chance.choice((1, 1, 2)))
    return shape.format(
        moment.isoformat().replace("+00:00", "Z"),
        chance.choice(LEVELS),
        SERVICES[int(chance.triangular(0, len(SERVICES), 0))],
        f"user{int(chance.triangular(0, 40, 0))}",
        f"request {number} took {chance.randrange(900)} ms",
    )


def reference(texts: Iterable[str]) -> dict[str, Any]:
    """What `summary.json` must say about some logs."""
    levels, services, users, hours = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    malformed = alone = 0
    for is_first, found in _matches(texts):
        if found is None:
            malformed += 1
            alone += is_first
        else:
            moment, level, service, user = found.groups()
            levels[level] += 1
            services[service] += 1
            users[user] += 1
            hours[f"{moment[11:13]}:00-{int(moment[11:13]) + 1:02}:00"] += 1
    return {
        "log_levels": dict(levels),
        "top_services": _top(services),
        "top_users": _top(users),
        "peak_hours": sorted(hour for hour in _top(hours)[:5] if 10 * hours[hour] >= 9 * max(hours.values())),
        "top_service_counts": {name: services[name] for name in _top(services)},
        "top_user_counts": {name: users[name] for name in _top(users)},
        "hour_counts": dict(sorted(hours.items())),
        "records": levels.total() + alone,
        "malformed_lines": malformed,
    }


def _matches(texts: Iterable[str]) -> Iterator[tuple[bool, re.Match[str] | None]]:
    """Each line as the shape reads it, and whether it is above all that can be read, so that it belongs to nothing."""
    for text in texts:
        is_first = True
        for line in text.splitlines():
            found = _LINE.match(line)
            is_first = is_first and found is None
            yield is_first, found


def _top(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], name))[:10]


def text_of(path: Path) -> str:
    """A file's text, decompressed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
