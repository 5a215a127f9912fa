"""A log record of OpenTelemetry, whatever encoded it (OpenTelemetry specification, "Logs Data Model")."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.formats.json_keys import role_of
from logtui.server.ingest.writing import LINE, add_fields, written_time

if TYPE_CHECKING:
    from collections.abc import Mapping


class Origin:
    """Where records come from, the same for all records of one scope.

    Args:
        resource: Attributes of the resource.
        scope: Attributes of the scope.
        name: The scope's name, mostly that of a logger.
        version: The scope's version.

    Attributes:
        names: What fills core columns, such as the service; attributes of a record must not outrank it.
        fields: The rest.
    """

    def __init__(self, resource: Mapping[str, Any], scope: Mapping[str, Any], name: str, version: str) -> None:
        self.names: Final = {key: value for key, value in resource.items() if role_of(key)}
        self.fields: Final = {key: value for key, value in resource.items() if key not in self.names}
        add_fields(self.fields, scope, "scope.attributes")
        if name:
            self.names["scope.name"] = name
        if version:
            self.fields["scope.version"] = version


@dataclass(frozen=True, slots=True)
class OtlpRecord:
    """A log record. Zero and the empty text mean that nothing is stated.

    Attributes:
        time: Epoch nanoseconds.
        observed: When it was collected, epoch nanoseconds.
        severity: The number of its severity.
        severity_text: The severity as written.
        body: Its body.
        attributes: Its attributes.
        others: What else it states, by the names of fields.
    """

    time: int
    observed: int
    severity: int
    severity_text: str
    body: Any
    attributes: Mapping[str, Any]
    others: Mapping[str, Any]

    def written(self, origin: Origin) -> dict[str, Any]:
        """The record as an object that the rest of the program reads.

        Args:
            origin: Where it comes from.
        """
        record = self._stated()
        add_fields(record, origin.names, "resource")
        add_fields(record, {name: value for name, value in self.others.items() if value}, "record")
        add_fields(record, self.attributes, "attributes")
        add_fields(record, origin.fields, "resource")
        return record

    def _stated(self) -> dict[str, Any]:
        """Time, severity and message."""
        record: dict[str, Any] = {}
        if time := self.time or self.observed:
            record["timestamp"] = written_time(time)
        if self.observed not in (0, time):
            record["observed_timestamp"] = written_time(self.observed)
        if self.severity:
            record["severity_number"] = self.severity
        if self.severity_text:
            record["severity_text"] = self.severity_text
        # Collectors send lines of files without a severity: they are read again, since the line may state it.
        record["message" if self.severity or self.severity_text else LINE] = _text_of(self.body)
        return record


def number_of(value: float) -> float | str:
    """A number as JSON can write it: not a number and the infinities as texts."""
    return value if math.isfinite(value) else str(value)


def _text_of(body: Any) -> str:  # noqa: ANN401
    if isinstance(body, str):
        return body
    return "" if body is None else msgspec.json.encode(body).decode()
