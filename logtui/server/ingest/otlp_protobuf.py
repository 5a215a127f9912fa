"""OpenTelemetry's logs in Protocol Buffers."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logtui.server.ingest.otlp_record import Origin, OtlpRecord, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord


def records_of(body: bytes) -> list[dict[str, Any]]:
    """Read a request.

    Args:
        body: An `ExportLogsServiceRequest` in Protocol Buffers.

    Returns:
        Its records.

    Raises:
        google.protobuf.message.DecodeError: If the body is something else.
    """
    records = []
    for logs in ExportLogsServiceRequest.FromString(body).resource_logs:
        resource = _fields(logs.resource.attributes)
        for found in logs.scope_logs:
            scope = found.scope
            origin = Origin(resource, _fields(scope.attributes), scope.name, scope.version)
            records += [_read(record).written(origin) for record in found.log_records]
    return records


def _read(record: LogRecord) -> OtlpRecord:
    return OtlpRecord(
        time=record.time_unix_nano,
        observed=record.observed_time_unix_nano,
        severity=record.severity_number,
        severity_text=record.severity_text,
        body=_plain(record.body),
        attributes=_fields(record.attributes),
        others={
            "trace_id": record.trace_id.hex(),
            "span_id": record.span_id.hex(),
            "flags": record.flags,
            "event_name": record.event_name,
            "dropped_attributes_count": record.dropped_attributes_count,
        },
    )


def _fields(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _plain(pair.value) for pair in pairs}


def _plain(value: AnyValue) -> Any:  # noqa: ANN401
    """A value without its type; bytes become Base64, as in OpenTelemetry's JSON."""
    kind = value.WhichOneof("value")
    if kind is None:
        return None
    found = getattr(value, kind)
    if kind == "double_value":
        return number_of(found)
    if kind == "array_value":
        return [_plain(each) for each in found.values]
    if kind == "kvlist_value":
        return _fields(found.values)
    return b64encode(found).decode() if kind == "bytes_value" else found
