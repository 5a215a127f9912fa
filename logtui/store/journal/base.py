"""What a journal is, whatever keeps it: batches in, numbered frames out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

LOST: Final = 0
"""The kind of a frame whose records were damaged on disk: its numbers are theirs, its payload is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records as they were received together.

    Attributes:
        kind: How the payload is to be decoded, 1 to 255; the meaning is the caller's.
        count: Number of records, at least 1.
        arrival: When they came, nanoseconds since 1970 in UTC.
        payload: Their bytes.
        peer: Who sent them.
        tenant: Whose they are.
        key: What the sender calls this batch, so that it is known when it comes again; empty if it has no name.
    """

    kind: int
    count: int
    arrival: int
    payload: bytes
    peer: str = ""
    tenant: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Batch):
    """A batch in the journal.

    Attributes:
        first_seq: Number of its first record; the others follow without a gap.
    """

    first_seq: int

    @property
    def last_seq(self) -> int:
        """Number of its last record."""
        return self.first_seq + self.count - 1


def lost_frame(first_seq: int, end: int) -> Frame:
    """What stands in the place of damaged records.

    Args:
        first_seq: Number of the first of them.
        end: Number of the first record behind them.
    """
    return Frame(kind=LOST, first_seq=first_seq, count=end - first_seq, arrival=0, payload=b"")


class ReadableJournal(Protocol):
    """A journal as those see it who only read it."""

    def read(self, after: int) -> Iterator[Frame]:
        """Frames that are durable now, in order.

        Args:
            after: Number of the last record that is not wanted; 0 for all records that have not been trimmed.

        Yields:
            Frames whose last record is above `after`. Each begins where the one before ends: where records were
            damaged, a frame of the kind `LOST` stands in their place.
        """
        ...

    @property
    def size(self) -> int:
        """What the journal takes, in bytes."""
        ...

    @property
    def last(self) -> int:
        """Number of the newest record that is durable; of the newest ever if all have been trimmed, 0 if none was."""
        ...

    @property
    def oldest(self) -> int | None:
        """Number of the first record that has not been trimmed; None if there is none."""
        ...


class Journal(ReadableJournal, Protocol):
    """A write-ahead log. Any thread may call any method.

    Records are numbered from 1 in the order in which they became durable; no number is used twice.
    """

    def append(self, batch: Batch) -> int:
        """Keep a batch; it is durable when this returns.

        Args:
            batch: The records.

        Returns:
            The number of its first record.

        Raises:
            ValueError: If a number or a name of the batch is out of range.
            JournalFullError: If the journal has reached its cap.
            JournalError: If the batch is larger than the cap, or could not be made durable.
        """
        ...

    async def append_async(self, batch: Batch) -> int:
        """`append`, for callers in an event loop, which goes on meanwhile; who is cancelled has kept nothing."""
        ...

    def trim(self, upto: int) -> None:
        """Let go of records that are not needed any more.

        Args:
            upto: Number of the last such record; some of those up to it may stay.

        Raises:
            JournalError: If the disk refuses.
        """
        ...
