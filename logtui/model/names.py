"""Names of core columns and fields: aliases, spellings of well-known fields, and how a typed name is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELD_PREFIX: Final = "@"

CORE_NAMES: Final = (
    "timestamp",
    "order_time",
    "level",
    "severity_text",
    "service",
    "host",
    "logger",
    "message",
    "raw",
    "source",
    "line",
    "offset",
    "bytes",
    "seq",
    "ingest_time",
    "format",
)
"""The core columns in their order; their types are in `record`."""

STRUCTURED_FORMATS: Final = ("json", "logfmt", "kubernetes", "cloudwatch", "journald")
"""Formats whose bare query terms search `message`; in all others they search `raw`, as grep would."""

SEARCHED: Final = "\0searched"
"""A column that a frame may have besides `raw`: the same texts, but null where the terms search `message`."""

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
    """The name of the column that holds a field.

    Args:
        path: Dotted path as written in the log, such as `kubernetes.pod_name`.

    Returns:
        The column's name, such as `@pod`.
    """
    return FIELD_PREFIX + WELL_KNOWN_FIELDS.get(path, path)


def fields_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Group paths by the column that holds their fields.

    Args:
        paths: Dotted paths.

    Returns:
        Columns in order of appearance. If a record has several paths of one column, the first that is listed there
        counts: the well-known name itself, then its other spellings by the alphabet.
    """
    columns: dict[str, list[str]] = {}
    for path in paths:
        columns.setdefault(field_column(path), []).append(path)
    return {column: sorted(found, key=_other_spelling) for column, found in columns.items()}


def _other_spelling(path: str) -> tuple[bool, str]:
    return path in WELL_KNOWN_FIELDS, path


def resolve_name(name: str, columns: list[str]) -> str | None:
    """Find the column that a typed name means.

    Core names come first, then their aliases, then fields; `@name` forces the field. An exact spelling wins, also in a
    table that is not a record frame; otherwise a column that differs only in case is taken, if there is just one.

    Args:
        name: The name as typed.
        columns: The columns of the frame.

    Returns:
        One of `columns` or of `CORE_NAMES`; None if nothing has that name.
    """
    if name in columns and not name.startswith(FIELD_PREFIX):
        return name
    if name in CORE_ALIASES:
        return CORE_ALIASES[name]
    if name.startswith(FIELD_PREFIX):
        return _only_match(field_column(name[1:]), columns)
    if name in CORE_NAMES:
        return name
    lowered = name.lower()
    core = CORE_ALIASES.get(lowered, lowered)
    return _only_match(field_column(name), columns) or (core if core in CORE_NAMES else None)


def _only_match(column: str, columns: list[str]) -> str | None:
    if column in columns:
        return column
    folded = [other for other in columns if other.lower() == column.lower()]
    return folded[0] if len(folded) == 1 else None
