"""A journal's segment: one file of frames, named by the number of its first record and by its salt."""

from __future__ import annotations

import os
import re
import secrets
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import google_crc32c

from logtui.errors import StoreVersionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAGIC: Final = b"LOGTUI-J"
_VERSION: Final = 1
_HEAD: Final = struct.Struct("<8sII")
HEAD_BYTES: Final = _HEAD.size
_NAME: Final = re.compile(r"(\d{20})-([0-9a-f]{16})\.journal")


@dataclass(frozen=True, slots=True)
class JournalSegment:
    """A segment file.

    Attributes:
        path: The file.
        first_seq: Number of its first record.
        salt: What the checksums of its frames' heads begin with. It is in the name because it is needed to tell
            frames from damage, and a damaged first block must not take all frames with it.
    """

    path: Path
    first_seq: int
    salt: bytes

    @classmethod
    def named(cls, folder: Path, first_seq: int) -> Self:
        """A segment that does not exist yet, with a new salt.

        Args:
            folder: The journal's folder.
            first_seq: Number of its first record.
        """
        salt = secrets.token_bytes(8)
        return cls(folder / f"{first_seq:020d}-{salt.hex()}.journal", first_seq, salt)

    @contextmanager
    def opened(self) -> Iterator[int]:
        """Its descriptor, for reading."""
        file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield file
        finally:
            os.close(file)

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size

    def cut(self, length: int) -> None:
        """Remove what lies behind a position, durably; what lies before it becomes durable too.

        Args:
            length: The position in bytes.

        Raises:
            OSError: If the disk refuses.
        """
        file = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            if os.fstat(file).st_size > length:
                os.ftruncate(file, length)
            os.fsync(file)
        finally:
            os.close(file)

    def has_valid_head(self) -> bool:
        """Whether the file begins as it should.

        Raises:
            StoreVersionError: If a newer logtui has written it.
        """
        with self.opened() as file:
            data = os.pread(file, HEAD_BYTES, 0)
        if len(data) < HEAD_BYTES:
            return False
        _, version, _ = _HEAD.unpack(data)
        if data != segment_head(version):
            return False
        if version > _VERSION:
            raise StoreVersionError(f"a newer logtui has written {self.path}", hint="use that version")
        return True


def list_segments(folder: Path) -> list[JournalSegment]:
    """The segments of a journal, in order; files of other names are none."""
    named = [(path, match) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))]
    segments = [JournalSegment(path, int(match[1]), bytes.fromhex(match[2])) for path, match in named]
    return sorted(segments, key=lambda segment: segment.first_seq)


def segment_head(version: int = _VERSION) -> bytes:
    """What a segment file begins with."""
    return _HEAD.pack(_MAGIC, version, google_crc32c.value(_MAGIC + version.to_bytes(4, "little")))
