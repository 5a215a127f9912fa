"""The record: one schema for every source, its column names, aliases and well-known fields.

A record frame is a Polars DataFrame with the columns of `CORE_SCHEMA`, in that order, followed by any
number of field columns named `@` + dotted path. Field columns are String: the scalar's original text.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE

TIME_DTYPE: Final = pl.Datetime("ns", "UTC")

CORE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "timestamp": TIME_DTYPE,
    "order_time": TIME_DTYPE,
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    "host": pl.String(),
    "logger": pl.String(),
    "message": pl.String(),
    "raw": pl.String(),
    "source": pl.String(),
    "line": pl.UInt64(),
    "offset": pl.UInt64(),
    "bytes": pl.UInt64(),
    "seq": pl.UInt64(),
    "format": pl.String(),
}

FIELD_PREFIX: Final = "@"

STRUCTURED_FORMATS: Final = ("json", "logfmt", "kubernetes")
"""Formats whose bare query terms search `message`; in all others they search `raw`, as grep would."""

CORE_ALIASES: Final = {
    "ts": "timestamp",
    "time": "timestamp",
    "@timestamp": "timestamp",
    "@time": "timestamp",
    "_time": "timestamp",
    "severity": "level",
    "lvl": "level",
    "msg": "message",
    "hostname": "host",
    "component": "logger",
    "module": "logger",
    "svc": "service",
    "file": "source",
}
"""Names that users type for core columns."""

WELL_KNOWN_FIELDS: Final = {
    "pod_name": "pod",
    "kubernetes.pod_name": "pod",
    "kubernetes.pod.name": "pod",
    "k8s.pod.name": "pod",
    "namespace_name": "namespace",
    "kubernetes.namespace_name": "namespace",
    "kubernetes.namespace": "namespace",
    "k8s.namespace.name": "namespace",
    "container_name": "container",
    "kubernetes.container_name": "container",
    "kubernetes.container.name": "container",
    "k8s.container.name": "container",
    "user_id": "user",
    "userId": "user",
    "user.id": "user",
    "username": "user",
    "traceId": "trace_id",
    "traceID": "trace_id",
    "trace.id": "trace_id",
    "spanId": "span_id",
    "spanID": "span_id",
    "span.id": "span_id",
}
"""Spellings of the well-known fields, written by every format and understood in queries under one name."""


def field_column(path: str) -> str:
    """The column that holds a field.

    Args:
        path: Dotted path as written in the log, such as `kubernetes.pod_name`.

    Returns:
        The column's name, such as `@pod`.
    """
    return FIELD_PREFIX + WELL_KNOWN_FIELDS.get(path, path)


def field_columns(frame: pl.DataFrame) -> list[str]:
    """The names of a record frame's field columns, in the frame's order."""
    return [name for name in frame.columns if name.startswith(FIELD_PREFIX)]


def resolve_name(name: str, columns: list[str]) -> str | None:
    """The column that a typed name means.

    Core names come first, then their aliases, then fields; `@name` forces the field. Exact spelling wins;
    otherwise a single column that differs only in case is taken.

    Args:
        name: The name as typed.
        columns: The columns of the frame at hand.

    Returns:
        A name out of `columns` or of `CORE_SCHEMA`, or None if nothing has that name.
    """
    if name in CORE_ALIASES:
        return CORE_ALIASES[name]
    if name.startswith(FIELD_PREFIX):
        return _only_match(field_column(name[1:]), columns)
    if name in CORE_SCHEMA:
        return name
    lowered = name.lower()
    core = CORE_ALIASES.get(lowered, lowered)
    return _only_match(field_column(name), columns) or (core if core in CORE_SCHEMA else None)


def _only_match(column: str, columns: list[str]) -> str | None:
    if column in columns:
        return column
    folded = [other for other in columns if other.lower() == column.lower()]
    return folded[0] if len(folded) == 1 else None
