"""The Protocol Buffers message of Loki's push API (Grafana Loki, `push.proto`), of which no Python package exists."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_STRING: Final = _Field.TYPE_STRING
_MESSAGES: Final[dict[str, tuple[tuple[str, int, int | str, bool], ...]]] = {
    "Timestamp": (("seconds", 1, _Field.TYPE_INT64, False), ("nanos", 2, _Field.TYPE_INT32, False)),
    "Pair": (("name", 1, _STRING, False), ("value", 2, _STRING, False)),
    "Entry": (("timestamp", 1, "Timestamp", False), ("line", 2, _STRING, False), ("metadata", 3, "Pair", True)),
    "Stream": (("labels", 1, _STRING, False), ("entries", 2, "Entry", True)),
    "PushRequest": (("streams", 1, "Stream", True),),
}
"""The fields of each message: name, number, scalar type or name of a message, whether it is repeated."""


def _push_request() -> Any:  # noqa: ANN401
    file = descriptor_pb2.FileDescriptorProto(name="logtui/loki.proto", package="logtui.loki", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, is_repeated in fields:
            label = _Field.LABEL_REPEATED if is_repeated else _Field.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = _Field.TYPE_MESSAGE, f".logtui.loki.{kind}"
            else:
                added.type = _Field.Type.ValueType(kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("logtui.loki.PushRequest"))


PushRequest: Final = _push_request()
