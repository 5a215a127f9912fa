"""Names of a record's parts: the core columns' aliases, the well-known fields, the column of a field."""

from __future__ import annotations

from typing import Final

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
