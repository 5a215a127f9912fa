"""Amazon Data Firehose, and CloudWatch's subscriptions that it delivers.

The formats are in the AWS documentation: "HTTP endpoint delivery request and response specifications" and "Log
group-level subscription filters".
"""

from __future__ import annotations

import zlib
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Accepted, Rejection
from logtui.engine.ingest.bodies import as_utf8, pieces_of
from logtui.engine.ingest.each import accept_each
from logtui.model.validation import explained
from logtui.server.ingest.translated import MAX_BYTES, NOTHING, Reply, Translated, json_reply
from logtui.server.ingest.writing import LINE, accepted_of, add_fields, written_time

if TYPE_CHECKING:
    from collections.abc import Iterator

_GZIP: Final = b"\x1f\x8b"
_WINDOW: Final = 16 + zlib.MAX_WBITS
_CONTROL: Final = "CONTROL_MESSAGE"


class _Delivery(msgspec.Struct, rename="camel"):
    request_id: str
    records: list[msgspec.Raw]


class _Record(msgspec.Struct):
    data: str


class _Event(msgspec.Struct):
    message: str
    timestamp: int = 0
    id: str = ""


class _Subscription(msgspec.Struct, rename="camel"):
    """What CloudWatch sends to a subscription."""

    message_type: str
    log_events: list[_Event]
    log_group: str = ""
    log_stream: str = ""
    owner: str = ""


class _TooLargeError(Exception):
    """Data that unpack to more than is allowed."""


_delivery: Final = msgspec.json.Decoder(_Delivery).decode
_record: Final = msgspec.json.Decoder(_Record).decode
_subscription: Final = msgspec.json.Decoder(_Subscription).decode


@dataclass(slots=True)
class _Taken:
    """What has become of the data so far."""

    parts: list[Accepted] = field(default_factory=list)

    def whole(self) -> Accepted:
        """All parts as one; the positions of rejections are those among all records."""
        payload = b"\n".join(part.payload for part in self.parts if part.count)
        rejections, before = [], 0
        for part in self.parts:
            rejections += [each._replace(position=before + each.position) for each in part.rejections]
            before += part.count + len(part.rejections)
        return Accepted(payload, sum(part.count for part in self.parts), tuple(rejections))


def translate(body: bytes, now_ms: int, *, max_bytes: int = MAX_BYTES) -> Translated:
    """Translate a delivery.

    Args:
        body: A JSON object with the identifier of the request and the data of records in Base64, maybe packed by gzip.
        now_ms: The present in milliseconds since 1970, which the reply must state.
        max_bytes: What all data together may unpack to.

    Returns:
        A record for each event of CloudWatch, each JSON object and each line in the data.
    """
    try:
        delivery = _delivery(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        return Translated(NOTHING, _reply(400, "", now_ms, f"expected a delivery of Firehose, but {explained(error)}"))
    try:
        accepted = _accepted(delivery.records, max_bytes)
    except _TooLargeError:
        message = f"expected at most {max_bytes} bytes of data"
        return Translated(NOTHING, _reply(413, delivery.request_id, now_ms, message))
    return Translated(accepted, _reply(200, delivery.request_id, now_ms))


def _reply(status: int, request_id: str, now_ms: int, error: str = "") -> Reply:
    content: dict[str, Any] = {"requestId": request_id, "timestamp": now_ms}
    return json_reply(status, content | ({"errorMessage": error} if error else {}))


def _accepted(records: list[msgspec.Raw], max_bytes: int) -> Accepted:
    taken = _Taken()
    for raw in records:
        try:
            data = _unpacked(b64decode(_record(raw).data, validate=True), max_bytes)
        except (msgspec.MsgspecError, ValueError, zlib.error) as error:
            reason = f"expected data in Base64, maybe packed by gzip, but {error}"
            taken.parts.append(Accepted(b"", 0, (Rejection(0, reason, bytes(raw)),)))
        else:
            max_bytes -= len(data)
            taken.parts += _parts_of(as_utf8(data))
    return taken.whole()


def _unpacked(data: bytes, max_bytes: int) -> bytes:
    """The data, unpacked if they are packed; gzip may have several members."""
    parts = []
    while data.startswith(_GZIP):
        unpacker = zlib.decompressobj(_WINDOW)
        parts.append(unpacker.decompress(data, max(1, max_bytes + 1)))
        max_bytes -= len(parts[-1])
        if max_bytes < 0:
            raise _TooLargeError
        if not unpacker.eof:
            raise zlib.error("it is cut off")
        data = unpacker.unused_data
    if len(data) > max_bytes and not parts:
        raise _TooLargeError
    return b"".join(parts) if parts else data


def _parts_of(data: bytes) -> Iterator[Accepted]:
    """What data hold: subscriptions of CloudWatch or other objects, or else lines."""
    if not data.lstrip().startswith(b"{"):
        yield accepted_of([{LINE: line} for each in data.decode().split("\n") if (line := each.rstrip("\r"))])
        return
    for piece in pieces_of(data.decode()):
        text = piece.text.encode()
        subscription = _as_subscription(text)
        yield accept_each([text]) if subscription is None else accepted_of(list(_records_of(subscription)))


def _as_subscription(text: bytes) -> _Subscription | None:
    try:
        return _subscription(text)
    except (msgspec.MsgspecError, RecursionError):
        return None


def _records_of(subscription: _Subscription) -> Iterator[dict[str, Any]]:
    """A record for each event; a control message only asks whether somebody listens."""
    if subscription.message_type == _CONTROL:
        return
    origin = {"logGroup": subscription.log_group, "logStream": subscription.log_stream, "owner": subscription.owner}
    for event in subscription.log_events:
        record = {"timestamp": written_time(event.timestamp * 10**6)} if event.timestamp else {}
        record[LINE] = event.message
        add_fields(record, {"eventId": event.id, **origin}, "cloudwatch")
        yield record
