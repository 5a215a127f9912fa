"""What a record is known by, in every snapshot, under every filter and after reopening."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias


class FileKey(NamedTuple):
    """A record of a file or a stream.

    Attributes:
        source: Its source's name, None if it has none.
        offset: Where it begins: bytes since the source was first opened, over all its generations.
    """

    source: str | None
    offset: int


class SeqKey(NamedTuple):
    """A record of a live store.

    Attributes:
        seq: Its position in the store's journal.
    """

    seq: int


RecordKey: TypeAlias = FileKey | SeqKey
"""The key of any record."""

KEY_COLUMNS: Final = ("source", "offset", "seq")
"""The columns that the key of a record is made of, in the order of `key_of`."""


def key_of(source: str | None, offset: int | None, seq: int | None) -> RecordKey:
    """The key of a record with these columns: its place in a file, or its position in a live store without files."""
    return SeqKey(seq or 0) if offset is None else FileKey(source, offset)
