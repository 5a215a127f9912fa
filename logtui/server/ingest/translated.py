"""What a shipper's body becomes: records, and the reply in the shipper's own protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Accepted

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES: Final = 64 << 20
"""What a body may unpack to."""

NOTHING: Final = Accepted(b"", 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP.

    Attributes:
        status: Its status code.
        body: Its body.
        content_type: The type of the body; empty if there is none.
        headers: Further headers.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Translated:
    """What a body becomes.

    Attributes:
        accepted: The records that are taken, and the others with the reasons.
        reply: What the shipper is answered once the records are durable.
        key: The name of a batch that is stored once however often it comes; empty if it has none. An `Idempotency-Key`
            of the request goes before it.
    """

    accepted: Accepted
    reply: Reply
    key: str = ""


def json_reply(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Reply:  # noqa: ANN401
    """A reply in compact JSON.

    Args:
        status: Its status code.
        content: What `msgspec` can write.
        headers: Further headers.
    """
    return Reply(status, msgspec.json.encode(content), "application/json", headers or {})


def media_type(content_type: str) -> str:
    """The type of a header `Content-Type` without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()
