"""What the payloads of batches in the journal hold, by the batch's kind."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(IntEnum):
    """The kind of a batch."""

    JSON = 1
    """JSON objects that `accept` has taken, one per line."""

    TEXT = 2
    """Texts of any format, such as syslog, packed by `packed`."""


def packed(texts: Sequence[bytes]) -> bytes:
    """Pack texts to a payload of the kind `TEXT`; a text may hold any bytes, also line ends."""
    return msgspec.msgpack.encode(texts)


def unpacked(payload: bytes) -> list[bytes]:
    """Unpack the texts of a payload."""
    return msgspec.msgpack.decode(payload, type=list[bytes])
