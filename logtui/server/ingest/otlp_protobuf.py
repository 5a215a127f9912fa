"""OpenTelemetry's logs in Protocol Buffers."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

from logtui.server.ingest.otlp_record import Origin, OtlpRecord, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord


def records_of(body: bytes) -> Iterator[dict[str, Any]]:
    """Read a request.

    Args:
        body: An `ExportLogsServiceRequest` in Protocol Buffers.

    Returns:
        Its records, which are made one by one.

    Raises:
        google.protobuf.message.DecodeError: If the body is something else.
    """
    return _records_in(ExportLogsServiceRequest.FromString(body))


def _records_in(request: ExportLogsServiceRequest) -> Iterator[dict[str, Any]]:
    for logs in request.resource_logs:
        resource = _fields(logs.resource.attributes)
        for found in logs.scope_logs:
            scope = found.scope
            origin = Origin(resource, _fields(scope.attributes), scope.name, scope.version)
            for record in found.log_records:
                yield _read(record).written(origin)


def _read(record: LogRecord) -> OtlpRecord:
    return OtlpRecord(
        time=record.time_unix_nano,
        observed=record.observed_time_unix_nano,
        severity=record.severity_number,
        severity_text=record.severity_text,
        body=(body := record.body).string_value or _plain(body),
        attributes=_fields(record.attributes),
        others=_others(record),
    )


def _others(record: LogRecord) -> dict[str, str | int]:
    others: dict[str, str | int] = {}
    if trace := record.trace_id:
        others["trace_id"] = trace.hex()
    if span := record.span_id:
        others["span_id"] = span.hex()
    if flags := record.flags:
        others["flags"] = flags
    if event := record.event_name:
        others["event_name"] = event
    if dropped := record.dropped_attributes_count:
        others["dropped_attributes_count"] = dropped
    return others


def _fields(pairs: Sequence[KeyValue]) -> dict[str, Any]:
    # Most values are texts or whole numbers: to ask for the kind first, or to walk without a slice, costs a fifth more.
    return {pair.key: (value := pair.value).string_value or value.int_value or _plain(value) for pair in pairs[:]}


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
