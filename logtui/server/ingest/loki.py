"""Loki's push API, as Promtail, Alloy, Vector and Fluent Bit use it (Grafana Loki, "HTTP API")."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import cramjam
import msgspec
from google.protobuf.message import DecodeError

from logtui.engine.ingest.accept import Rejection
from logtui.model.validation import explained
from logtui.server.ingest.loki_messages import PushRequest
from logtui.server.ingest.translated import MAX_BYTES, NOTHING, Reply, Translated, media_type
from logtui.server.ingest.writing import LINE, accepted_of, add_fields, written_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LABEL: Final = r'\s*([^\s={},"]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*'
_is_labels: Final = re.compile(rf"\s*\{{(?:{_LABEL}(?:,{_LABEL})*,?)?\s*\}}\s*", re.DOTALL).fullmatch
_labels: Final = re.compile(_LABEL, re.DOTALL).finditer
_escapes: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL).sub
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_STORED: Final = Reply(204)


class _Entry(msgspec.Struct, array_like=True, gc=False):
    time: str | int
    line: str
    metadata: dict[str, Any] = {}


class _Stream(msgspec.Struct):
    values: list[msgspec.Raw]
    stream: dict[str, Any] = {}


class _Push(msgspec.Struct):
    streams: list[_Stream]


_push: Final = msgspec.json.Decoder(_Push).decode
_entry: Final = msgspec.json.Decoder(_Entry).decode


def translate(body: bytes, content_type: str, *, max_bytes: int = MAX_BYTES) -> Translated:
    """Translate the body of a push.

    Args:
        body: JSON, or Protocol Buffers packed by Snappy.
        content_type: The header of that name; without one the body is the latter.
        max_bytes: What a packed body may unpack to.

    Returns:
        A record for each entry, with its stream's labels and its metadata as fields.
    """
    try:
        if media_type(content_type) == "application/json":
            return _of_json(body)
        return _of_protobuf(_unpacked(body, max_bytes))
    except _TooLargeError as error:
        return _refused(413, error)
    except (msgspec.MsgspecError, DecodeError, cramjam.DecompressionError, ValueError, RecursionError) as error:
        return _refused(400, error)


class _TooLargeError(Exception):
    """A body that unpacks to more than is allowed."""


def _refused(status: int, error: Exception) -> Translated:
    text = f"expected a push request of Loki, but {explained(error)}\n"
    return Translated(NOTHING, Reply(status, text.encode(), "text/plain; charset=utf-8"))


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    size = cramjam.snappy.decompress_raw_len(body)
    if size > max_bytes:
        raise _TooLargeError(f"it unpacks to {size} bytes, more than {max_bytes}")
    return bytes(cramjam.snappy.decompress_raw(body))


def _of_json(body: bytes) -> Translated:
    records: list[dict[str, Any]] = []
    rejections: list[Rejection] = []
    for stream in _push(body).streams:
        for raw in stream.values:
            try:
                entry = _entry(raw)
                records.append(_record(int(entry.time), entry.line, stream.stream, entry.metadata))
            except (msgspec.MsgspecError, ValueError, RecursionError) as error:
                rejections.append(Rejection(len(records) + len(rejections), _reason(error), bytes(raw)))
    return Translated(accepted_of(records, rejections), _STORED)


def _reason(error: Exception) -> str:
    return f"expected [nanoseconds, line] or [nanoseconds, line, metadata], but {explained(error)}"


def _of_protobuf(message: bytes) -> Translated:
    return Translated(accepted_of(list(_records_in(PushRequest.FromString(message)))), _STORED)


def _records_in(push: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    for stream in push.streams:
        labels = read_labels(stream.labels)
        for entry in stream.entries:
            ns = entry.timestamp.seconds * 10**9 + entry.timestamp.nanos
            yield _record(ns, entry.line, labels, {pair.name: pair.value for pair in entry.metadata})


def _record(ns: int, line: str, labels: Mapping[str, Any], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """A record; no time means its arrival."""
    record: dict[str, Any] = {"timestamp": written_time(ns)} if ns else {}
    record[LINE] = line
    add_fields(record, labels, "labels")
    if metadata:
        add_fields(record, metadata, "metadata")
    return record


@lru_cache(maxsize=4096)
def read_labels(text: str) -> Mapping[str, str]:
    r"""Read labels as Prometheus writes them, such as `{job="api", path="C:\\x"}`.

    Returns:
        The labels by name; any other text as the one label `labels`.
    """
    if not _is_labels(text):
        return {"labels": text}
    return {match[1]: _escapes(_unescaped, match[2]) for match in _labels(text)}


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or "0", 16)
    if 0xD800 <= code < 0xE000:  # Half of a pair is no character.
        return "\ufffd"
    return chr(code) if match[1] or match[2] else _ESCAPED.get(match[3], match[3])
