"""A log record of OpenTelemetry, whatever encoded it (OpenTelemetry specification, "Logs Data Model")."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.formats.json_keys import role_of
from logtui.server.ingest.writing import LINE, add_fields, free_names, written_time

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
        self._known: dict[tuple[str | None, ...], list[str]] = {}

    def names_in(
        self, stated: Mapping[str, Any], others: Mapping[str, Any], attributes: Mapping[str, Any]
    ) -> list[str]:
        """The names of all values of a record, in the order in which `OtlpRecord.written` has them.

        They are worked out once for all records with the same keys.
        """
        keys = (*stated, None, *others, None, *attributes)
        names = self._known.get(keys)
        if names is None:
            names = list(stated)
            names += free_names(names, self.names, "resource")
            names += free_names(names, others, "record")
            names += free_names(names, attributes, "attributes")
            names += free_names(names, self.fields, "resource")
            self._known[keys] = names
        return names


class OtlpRecord(msgspec.Struct, frozen=True, gc=False):
    """A log record. Zero and the empty text mean that nothing is stated.

    Attributes:
        time: Epoch nanoseconds.
        observed: When it was collected, epoch nanoseconds.
        severity: The number of its severity.
        severity_text: The severity as written.
        body: Its body.
        attributes: Its attributes.
        others: What else it states, by the names of fields; nothing that is zero or empty.
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
        stated = self._stated()
        names = origin.names_in(stated, self.others, self.attributes)
        values = (
            *stated.values(),
            *origin.names.values(),
            *self.others.values(),
            *self.attributes.values(),
            *origin.fields.values(),
        )
        return dict(zip(names, values, strict=False))  # as many by how they are made; `strict` costs 2 % of a record

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
