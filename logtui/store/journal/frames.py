"""Frames as bytes: a head with its own checksum, the names of peer, tenant and batch, the payload.

    magic 4 | head's CRC-32C u32 | body's CRC-32C u32 | length of all u32 | kind u8 | first seq u64 | count u32
    | arrival i64 | length of peer u16 | length of tenant u16 | length of key u16 || peer | tenant | key | payload

Numbers are little-endian. The head's checksum begins with the segment's salt, which is secret and random: neither a
frame in a disk block that was used before, nor one that a sender has put into a payload, can pass for one of this file.
Because the head has a checksum of its own, a damaged body still says which records it held and where the next frame is.
"""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import google_crc32c

from logtui.store.journal.base import Batch, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC: Final = b"\xf5LJF"
_SUMS: Final = struct.Struct("<4sI")
_FIELDS: Final = struct.Struct("<IIBQIqHHH")
_HEAD_BYTES: Final = _SUMS.size + _FIELDS.size
_CHUNK: Final = 1 << 20


class EncodedBatch:
    """A batch of which everything is encoded that does not depend on its place in the journal.

    Args:
        batch: The batch.

    Attributes:
        batch: The batch.
        length: Its frame's size in bytes.

    Raises:
        ValueError: If a number or a name of the batch is out of range.
    """

    __slots__ = ("_names", "_sum", "_widths", "batch", "length")

    def __init__(self, batch: Batch) -> None:
        names = batch.peer.encode(), batch.tenant.encode(), batch.key.encode()
        self.batch = batch
        self._widths = tuple(map(len, names))
        self._names = b"".join(names)
        self.length = _HEAD_BYTES + len(self._names) + len(batch.payload)
        _check_range(batch, max(self._widths), self.length)
        self._sum = _checksum(self._names, batch.payload)

    def parts(self, first_seq: int, salt: bytes) -> tuple[bytes, bytes]:
        """The frame, in two parts so that the payload is not copied.

        Args:
            first_seq: Number of the batch's first record.
            salt: The salt of the segment.
        """
        batch = self.batch
        fields = _FIELDS.pack(self._sum, self.length, batch.kind, first_seq, batch.count, batch.arrival, *self._widths)
        return _SUMS.pack(_MAGIC, _checksum(salt, fields)) + fields + self._names, batch.payload


class PlacedFrame(NamedTuple):
    """A frame and where it is in its file, in bytes."""

    start: int
    end: int
    frame: Frame


class _Head(NamedTuple):
    body_sum: int
    length: int
    kind: int
    first_seq: int
    records: int
    arrival: int
    peer_bytes: int
    tenant_bytes: int
    key_bytes: int

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.records - 1


def scan(file: int, salt: bytes, start: int, end: int, *, after: int = 0) -> Iterator[PlacedFrame]:
    """The undamaged frames of a part of a file; bytes between two of them are damaged.

    Args:
        file: A descriptor.
        salt: The segment's salt.
        start: Where the first frame begins, in bytes.
        end: Where to stop, in bytes; a frame that goes beyond is none.
        after: Frames whose last record is not above this are passed over.
    """
    offset = start
    while offset < end:
        head = _head_at(file, salt, offset, end)
        if head is None:
            offset = _next_magic(file, offset + 1, end)
            continue
        if head.last_seq > after and (frame := _body_at(file, head, offset + _HEAD_BYTES)):
            yield PlacedFrame(offset, offset + head.length, frame)
        offset += head.length


def frame_of(head_and_names: bytes, payload: bytes, last_seq: int) -> Frame | None:
    """The frame of two parts that were made without a salt, before its place was known; None if they are damaged.

    Args:
        head_and_names: The first part.
        payload: The second part.
        last_seq: Number of its last record.
    """
    head = _head_in(head_and_names[:_HEAD_BYTES], b"")
    if head is None:
        return None
    return _frame(head._replace(first_seq=last_seq - head.records + 1), head_and_names[_HEAD_BYTES:], payload)


def _check_range(batch: Batch, longest_name: int, length: int) -> None:
    in_range = 1 <= batch.kind < 1 << 8 and 1 <= batch.count < 1 << 32 and abs(batch.arrival) < 1 << 63
    if not in_range or longest_name >= 1 << 16 or length >= 1 << 32:
        raise ValueError(f"a batch out of range: kind {batch.kind}, {batch.count} records, {length} bytes")


def _checksum(first: bytes, second: bytes) -> int:
    checksum: int = google_crc32c.extend(google_crc32c.value(first), second)
    return checksum


def _head_at(file: int, salt: bytes, offset: int, end: int) -> _Head | None:
    head = _head_in(os.pread(file, _HEAD_BYTES, offset), salt)
    return head if head and offset + head.length <= end else None


def _head_in(data: bytes, salt: bytes) -> _Head | None:
    if len(data) < _HEAD_BYTES or data[: _SUMS.size] != _SUMS.pack(_MAGIC, _checksum(salt, data[_SUMS.size :])):
        return None
    return _Head(*_FIELDS.unpack_from(data, _SUMS.size))


def _body_at(file: int, head: _Head, offset: int) -> Frame | None:
    data = os.pread(file, head.length - _HEAD_BYTES, offset)
    names = head.peer_bytes + head.tenant_bytes + head.key_bytes
    return _frame(head, data[:names], data[names:])


def _frame(head: _Head, names: bytes, payload: bytes) -> Frame | None:
    if _checksum(names, payload) != head.body_sum:
        return None
    tenant_end = head.peer_bytes + head.tenant_bytes
    return Frame(
        kind=head.kind,
        first_seq=head.first_seq,
        count=head.records,
        arrival=head.arrival,
        peer=names[: head.peer_bytes].decode(),
        tenant=names[head.peer_bytes : tenant_end].decode(),
        key=names[tenant_end:].decode(),
        payload=payload,
    )


def _next_magic(file: int, start: int, end: int) -> int:
    """Where the next frame may begin; `end` if there is none."""
    # Chunks overlap, because the four bytes may lie across the border of two.
    for offset in range(start, end, _CHUNK):
        found = os.pread(file, min(_CHUNK + len(_MAGIC) - 1, end - offset), offset).find(_MAGIC)
        if found >= 0:
            return offset + found
    return end
