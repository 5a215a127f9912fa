"""Record frames for the export tests."""

from __future__ import annotations

from typing import Any

import polars as pl

from logtui.model.record import CORE_SCHEMA

SLOW = {
    "timestamp": 1_759_849_512_345_000_000,
    "level": "warn",
    "service": "orders",
    "host": "node-a1",
    "logger": "db.pool",
    "message": 'slow "query"',
    "raw": '{"msg": "slow"}',
    "source": "orders.jsonl",
    "line": 7,
    "format": "json",
    "@duration_ms": "1520.5",
    "@user": "007",
    "@db.statement": "select 1, 2",
    "@cached": "false",
}
TRACE = {
    "level": "error",
    "message": "Boom\n  at Shop.pay(Shop.java:7)\nCaused by: naïve 😀",
    "raw": "Boom\n  at Shop.pay(Shop.java:7)\nCaused by: naïve 😀",
    "source": "messy.log",
    "line": 8,
    "format": "plain",
}


def frame(*records: dict[str, Any]) -> pl.DataFrame:
    """A record frame with one row per dict; what a dict leaves out is null."""
    names = dict.fromkeys(name for record in records for name in record if name.startswith("@"))
    schema = CORE_SCHEMA | dict.fromkeys(names, pl.String())
    columns = [pl.Series(name, [record.get(name) for record in records], dtype=dtype) for name, dtype in schema.items()]
    return pl.DataFrame(columns)
