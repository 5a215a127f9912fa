"""The key that identifies a record in every snapshot, under every filter and after reopening."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias


class FileKey(NamedTuple):
    """The key of a record of a file or a stream.

    Attributes:
        source: The source's name, None if it has none.
        offset: The byte at which the record begins, counted over all generations of the source since it was opened.
    """

    source: str | None
    offset: int


class SeqKey(NamedTuple):
    """The key of a record of a live store.

    Attributes:
        seq: The record's position in the store's journal.
    """

    seq: int


RecordKey: TypeAlias = FileKey | SeqKey
"""The key of any record."""

KEY_COLUMNS: Final = ("source", "offset", "seq")
"""The columns that make up a record's key, in the order of the arguments of `key_of`."""


def key_of(source: str | None, offset: int | None, seq: int | None) -> RecordKey:
    """Make a record's key from its columns: a `FileKey` if it has an offset, else a `SeqKey`."""
    return SeqKey(seq or 0) if offset is None else FileKey(source, offset)
