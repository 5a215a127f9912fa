"""Structs that read what is sent -> schemas, whose properties are described by the docstrings."""

from __future__ import annotations

import re
from inspect import getdoc
from typing import TYPE_CHECKING, Final, get_args

import msgspec

from logtui.alerts.conditions import Condition
from logtui.alerts.maintenance import Maintenance
from logtui.alerts.notify.targets import Target
from logtui.alerts.rules import Escalation, Rule
from logtui.engine.search.remote.wire import Asked
from logtui.server.alerts.bodies import AcknowledgeBody, MuteBody, TestBody
from logtui.server.openapi.operation import content, parameter
from logtui.server.search.export import ExportQuestion
from logtui.server.search.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.server.openapi.operation import Json

_BODIES: Final = (Parameters, ExportQuestion, Asked, Rule, MuteBody, AcknowledgeBody, TestBody)
_PARTS: Final = (*get_args(Condition), *get_args(Target), Escalation, Maintenance)
_KINDS: Final[dict[str, type[msgspec.Struct]]] = {kind.__name__: kind for kind in (*_BODIES, *_PARTS)}
_REFERENCE: Final = "#/components/schemas/{name}"
_ATTRIBUTE: Final = re.compile(r"^    (\w+): (.+(?:\n      .+)*)", re.MULTILINE)


def schemas_of_structs() -> dict[str, Json]:
    """The schemas of all that is sent, by name."""
    _, found = msgspec.json.schema_components(_BODIES, ref_template=_REFERENCE)
    return {name: _described(schema, _KINDS[name]) for name, schema in found.items()}


def parameters_of(kind: type[msgspec.Struct], examples: Json) -> list[Json]:
    """What a struct may be filled with from the address.

    Args:
        kind: The struct.
        examples: Values by name.
    """
    _, found = msgspec.json.schema_components([kind])
    properties = _described(found[kind.__name__], kind)["properties"]
    return [_parameter(name, schema, examples.get(name)) for name, schema in properties.items()]


def _parameter(name: str, schema: Json, example: object) -> Json:
    found = parameter(name, _stated(schema), example, text=schema.get("description", ""))
    if name == "fields":
        return found | {"style": "form", "explode": False}
    if name == "aggregations":
        return {"content": content(found.pop("schema")), **found}
    return found


def _stated(schema: Json) -> Json:
    """The schema of what stands in an address, where nothing is null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default", "description")}
    default = {} if schema.get("default") is None else {"default": schema["default"]}
    return {**rest, **default, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})}


def _described(schema: Json, kind: type[msgspec.Struct]) -> Json:
    """A schema with the sentences of the struct's docstring where they belong."""
    texts = dict(_texts(kind))
    properties = {
        name: part | ({"description": texts[name]} if name in texts else {})
        for name, part in schema["properties"].items()
    }
    return schema | {"description": (getdoc(kind) or "").partition("\n")[0], "properties": properties}


def _texts(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    """What the docstrings say of each attribute, by the name that it has in JSON."""
    names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    for each in reversed(kind.__mro__):
        for match in _ATTRIBUTE.finditer(getdoc(each) or ""):
            if match[1] in names:
                yield names[match[1]], " ".join(match[2].split())
