"""The mixes of records that rates and sizes are measured on, as NDJSON; a record depends on its number alone.

*Challenge mix*: 150 to 180 bytes, six keys, 200 message shapes, 20 services. *Reference mix*: 300 bytes on average, ten
keys or more, a UUID, 100,000 users, 300 services, 6,000 message shapes and a random tail, 10 % with an object inside,
1 % with a stack trace, 0.1 % that no server may take. *Billion mix*: 130 to 180 bytes, twelve services, 13 message
shapes and a rare one, 100,000 users; a store of a billion records is made of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Protocol

import polars as pl

START: Final = datetime(2026, 11, 16, tzinfo=UTC)
STEP: Final = 10
"""Microseconds between two records: 100,000 a second."""

_LEVELS: Final = ("info",) * 14 + ("debug",) * 3 + ("warn",) * 2 + ("error",)
_AREAS: Final = ("api", "auth", "billing", "cart", "catalog", "checkout", "feed", "gateway", "inventory", "mailer")
_VERBS: Final = (
    "accepted",
    "closed",
    "created",
    "delivered",
    "dropped",
    "fetched",
    "queued",
    "rejected",
    "retried",
    "stored",
)
_THINGS: Final = (
    "address",
    "batch",
    "booking",
    "coupon",
    "customer",
    "document",
    "event",
    "invoice",
    "item",
    "label",
    "message",
    "order",
    "page",
    "parcel",
    "payment",
    "profile",
    "quote",
    "refund",
    "session",
    "ticket",
)
_REASONS: Final = (
    "after backoff",
    "as planned",
    "at the edge",
    "before the deadline",
    "by policy",
    "for the tenant",
    "from the cache",
    "in the background",
    "in the foreground",
    "on demand",
    "on the replica",
    "out of order",
    "over quota",
    "under load",
    "under lock",
    "up to date",
    "via the proxy",
    "with a warning",
    "with consent",
    "with retries",
    "within budget",
    "without a token",
    "without a trace",
    "without conflict",
    "without consent",
    "without delay",
    "without errors",
    "without limits",
    "without locks",
    "without retries",
)
_SERVICES: Final = (
    *("api", "auth", "cart", "catalog", "checkout", "inventory", "mailer", "orders", "payments", "search"),
    *("shipping", "web"),
)
_SHAPES: Final = (
    (300, "info", "request served path=/api/v1/items status=200 bytes={}"),
    (150, "info", "cache hit for key item:{}"),
    (100, "debug", "polling the delivery queue size={}"),
    (100, "info", "user {} logged in from web client"),
    (80, "info", "order {} placed"),
    (70, "debug", "heartbeat ok"),
    (60, "info", "session {} refreshed"),
    (50, "warn", "slow response from upstream took {} ms"),
    (30, "warn", "retrying connection attempt={}"),
    (25, "error", "database connection timeout after {} ms"),
    (20, "error", "failed to process order {}: payment declined"),
    (10, "warn", "queue depth {} above watermark"),
    (5, "fatal", "worker {} died unexpectedly"),
)
"""Weight, level, message with the place of a number."""

_RARE: Final = "certificate of gateway expires tomorrow"
"""One record in ten million says this."""

_TRACE: Final = (
    r"ValueError: no such {}\nTraceback (most recent call last):\n  File \"/srv/app/worker.py\", line 212, in run\n"
    r"    self.handle(job)\n  File \"/srv/app/jobs.py\", line 78, in handle\n    raise ValueError(name)"
)
_REGIONS: Final = ("ap-south-1", "eu-central-1", "eu-west-1", "us-east-1", "us-west-2")


def challenge_mix(first: int, count: int, step: int = STEP) -> bytes:
    """Records of the challenge mix.

    Args:
        first: Number of the first record.
        count: How many; blocks of 10,000 or more are made fastest.
        step: Microseconds between two records.

    Returns:
        NDJSON, one line per record, a line end behind each.
    """
    row = _rows(first, count)
    message = pl.concat_str(
        _one_of(_THINGS, 1), pl.lit(" "), _number(2, 100_000), pl.lit(" "), _one_of(_VERBS, 3), pl.lit(" in queue")
    )
    return _lines(
        row,
        (
            ("timestamp", _text(_time(step))),
            ("level", _text(_one_of(_LEVELS, 4))),
            ("message", _text(message)),
            ("service", _text(pl.concat_str(_one_of(_AREAS, 5), _one_of(("", "-v2"), 6)))),
            ("request_id", _text(pl.concat_str(pl.lit("r"), _hexadecimal(7, 8)))),
            ("duration_ms", _number(8, 5_000)),
        ),
    )


def reference_mix(first: int, count: int, step: int = STEP) -> bytes:
    """Records of the reference mix; see `challenge_mix`."""
    row = _rows(first, count)
    said = pl.concat_str(
        *(_one_of(_THINGS, 1), pl.lit(" "), _number(2, 1_000_000), pl.lit(" "), _one_of(_VERBS, 3), pl.lit(" ")),
        _one_of(_REASONS, 4),
        pl.when(_draw(5, 50) == 0).then(pl.concat_str(pl.lit(": "), _letters(6))).otherwise(pl.lit("")),
    )
    trace = pl.format(_TRACE, _one_of(_THINGS, 1))
    message = pl.when(_draw(7, 100) == 0).then(trace).otherwise(said)
    user = pl.concat_str(pl.lit("u"), _number(8, 100_000))
    nested = pl.concat_str(
        *(pl.lit('{"method":"GET","path":"/v1/'), _one_of(_THINGS, 1), pl.lit("/"), _number(9, 10_000)),
        *(pl.lit('","client":{"ip":"10.'), _number(10, 256), pl.lit("."), _number(11, 256)),
        *(pl.lit('.7","port":'), _number(12, 60_000), pl.lit("}}")),
    )
    return _lines(
        row,
        (
            ("timestamp", pl.when(_bad(0)).then(pl.lit('"yesterday"')).otherwise(_text(_time(step)))),
            ("level", _text(_one_of(_LEVELS, 13))),
            ("message", pl.when(_bad(1)).then(_number(2, 1_000)).otherwise(_text(message))),
            ("service", _text(pl.concat_str(_one_of(_AREAS, 14), pl.lit("-"), _number(15, 30)))),
            ("host", _text(pl.concat_str(pl.lit("node-"), _number(16, 64)))),
            ("logger", _text(pl.concat_str(pl.lit("app."), _one_of(_AREAS, 17)))),
            ("trace_id", _text(_uuid())),
            ("user_id", _text(user)),
            ("duration_ms", _number(18, 30_000)),
            ("status", _one_of(("200", "201", "204", "404", "500"), 19)),
            ("region", _text(_one_of(_REGIONS, 20))),
            ("retries", _number(21, 4)),
            ("http", pl.when(_draw(22, 10) == 0).then(nested)),
        ),
    )


def billion_mix(first: int, count: int, step: int = STEP) -> bytes:
    """Records of the billion mix; see `challenge_mix`."""
    shape = [place for place, (weight, *_) in enumerate(_SHAPES) for _ in range(weight)]
    texts = [_SHAPES[place][2].partition("{}") for place in shape]
    before, number, behind = (tuple(parts) for parts in zip(*texts, strict=True))
    levels = tuple(_SHAPES[place][1] for place in shape)
    figure = pl.when(_one_of(number, 1) == "").then(pl.lit("")).otherwise(_number(2, 100_000))
    said = pl.concat_str(_one_of(before, 1), figure, _one_of(behind, 1))
    is_rare = _draw(3, 10_000_000) == 0
    return _lines(
        _rows(first, count),
        (
            ("timestamp", _text(_time(step))),
            ("level", _text(_one_of(levels, 1))),
            ("message", _text(pl.when(is_rare).then(pl.lit(_RARE)).otherwise(said))),
            ("service", _text(_one_of(_SERVICES, 4))),
            ("user_id", _text(pl.concat_str(pl.lit("u"), _number(5, 100_000)))),
            ("duration_ms", _number(6, 30_000)),
        ),
    )


class Mix(Protocol):
    """Makes records of a mix; see `challenge_mix`."""

    def __call__(self, first: int, count: int, step: int = STEP) -> bytes: ...


MIXES: Final[dict[str, Mix]] = {
    "challenge": challenge_mix,
    "reference": reference_mix,
    "billion": billion_mix,
}


def as_array(lines: bytes) -> bytes:
    """NDJSON as one JSON array."""
    return b"[" + lines.rstrip(b"\n").replace(b"\n", b",") + b"]"


def _rows(first: int, count: int) -> pl.DataFrame:
    return pl.select(row=pl.int_range(first, first + count, dtype=pl.UInt64))


def _lines(row: pl.DataFrame, members: tuple[tuple[str, pl.Expr], ...]) -> bytes:
    """The objects with these members as NDJSON; a null member is left out."""
    parts = [pl.concat_str(pl.lit(f'{"," * bool(n)}"{name}":'), value) for n, (name, value) in enumerate(members)]
    whole = pl.concat_str(pl.lit("{"), *(part.fill_null("") for part in parts), pl.lit("}"))
    cut = pl.when(_bad(2)).then(whole.str.head(90)).otherwise(whole) if len(members) > 6 else whole
    text: str = row.select(cut.str.join("\n")).item()
    return text.encode() + b"\n"


def _draw(seed: int, below: int) -> pl.Expr:
    return pl.col("row").hash(seed) % below


def _number(seed: int, below: int) -> pl.Expr:
    return _draw(seed, below).cast(pl.String)


def _one_of(words: tuple[str, ...], seed: int) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather(_draw(seed, len(words)))


def _bad(kind: int) -> pl.Expr:
    """Which records are bad in one of three ways."""
    return _draw(23, 3_000) == kind


def _time(step: int) -> pl.Expr:
    moment = pl.lit(START).cast(pl.Datetime("us", "UTC")) + pl.duration(
        microseconds=pl.col("row").cast(pl.Int64) * step
    )
    return moment.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")


def _hexadecimal(seed: int, digits: int) -> pl.Expr:
    value = pl.col("row").hash(seed)
    return pl.concat_str(
        *(_nibble(value, place) for place in range(digits)),
    )


def _nibble(value: pl.Expr, place: int) -> pl.Expr:
    return pl.lit(pl.Series(list("0123456789abcdef"))).gather(value // 16**place % 16)


def _uuid() -> pl.Expr:
    first, second = _hexadecimal(24, 16), _hexadecimal(25, 16)
    return pl.concat_str(
        *(first.str.slice(0, 8), first.str.slice(8, 4), first.str.slice(12, 4), second.str.slice(0, 4)),
        second.str.slice(4, 12),
        separator="-",
    )


def _letters(seed: int) -> pl.Expr:
    """A word of ten random letters."""
    value = pl.col("row").hash(seed)
    alphabet = pl.lit(pl.Series(list("bcdfghjklmnpqrstvwxzaeiouy")))
    return pl.concat_str(*(alphabet.gather(value // 26**place % 26) for place in range(10)))


def _text(value: pl.Expr) -> pl.Expr:
    """A JSON string; the value needs no escapes."""
    return pl.concat_str(pl.lit('"'), value, pl.lit('"'))
