"""The journal as files in a folder: one process writes, any number of threads and coroutines append, anybody reads."""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.errors import JournalError, JournalFullError, StoreBusyError
from logtui.store.journal.committer import Appends, Committer
from logtui.store.journal.frames import EncodedBatch
from logtui.store.journal.mark import Mark, MarkFile
from logtui.store.journal.reader import FileJournalReader
from logtui.store.journal.recovery import Recovery, recover
from logtui.store.journal.segment import HEAD_BYTES
from logtui.store.journal.writer import SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from logtui.store.journal.base import Batch
    from logtui.store.journal.segment import JournalSegment

CAP_BYTES: Final = 4 << 30
SEGMENT_BYTES: Final = 64 << 20


class _Append(NamedTuple):
    batch: EncodedBatch
    answer: Future[int]


class _Sealed(NamedTuple):
    segment: JournalSegment
    next_seq: int
    size: int


class FileJournal(Appends, FileJournalReader):
    """A `Journal` of files, for the one process that appends to it.

    Batches that come while others are made durable wait and become durable together, with one sync (group commit). One
    thread does that, and everything else that changes the files.

    Args:
        folder: Its folder; it is made if it is missing.
        cap_bytes: What all its segments together may take.
        segment_bytes: The size from which on a segment is ended. Only whole segments are trimmed.
        above: A record number; new records get numbers above it. With the position of whoever reads, a journal whose
            newest records are lost does not give their numbers to records that would then be passed over.

    Attributes:
        recovery: What was found when the journal was opened.

    Raises:
        StoreBusyError: If another process, or another object in this one, writes to it.
        StoreVersionError: If a newer logtui has written it.
        JournalError: If the disk refuses.
    """

    def __init__(
        self, folder: Path, *, cap_bytes: int = CAP_BYTES, segment_bytes: int = SEGMENT_BYTES, above: int = 0
    ) -> None:
        super().__init__(folder)
        self._cap_bytes = cap_bytes
        self._segment_bytes = segment_bytes
        self._active: SegmentWriter | None = None
        self._is_full = False
        self._committer = Committer(self._commit, str(folder))
        with ExitStack() as resources:
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                resources.callback(os.close, lock_journal(folder, fcntl.LOCK_EX))
                self.recovery: Final = recover(folder)
                self._mark: Final = MarkFile(folder)
                resources.callback(self._mark.close)
                self._sealed = _sealed(self.recovery)
                self._set_mark(self.recovery.mark.raised_to(above + 1))
            except OSError as error:
                raise JournalError(f"the journal in {folder} cannot be opened: {error}") from error
            resources.callback(self._seal)
            resources.callback(self._committer.close)
            self._resources: Final = resources.pop_all()

    def trim(self, upto: int) -> None:
        """See `Journal.trim`; segments go as a whole, and the one being written stays unless the cap is reached."""
        try:
            self._committer.run(partial(self._trim, upto)).result()
        except OSError as error:
            raise JournalError(f"the journal in {self.folder} cannot be trimmed: {error}") from error

    @property
    def size(self) -> int:
        """What the journal takes, in bytes."""
        active = self._active
        return sum(sealed.size for sealed in tuple(self._sealed)) + (active.length if active else 0)

    def close(self) -> None:
        """Make durable what still waits, then let another process write; a second time changes nothing.

        Raises:
            JournalError: If the disk refuses to remove what it had refused to keep.
        """
        try:
            self._resources.close()
        except OSError as error:
            raise JournalError(f"the journal in {self.folder} cannot be closed: {error}") from error

    def _submit(self, batch: Batch) -> Future[int]:
        append = _Append(EncodedBatch(batch), Future())
        if append.batch.length > self._room_for(0):
            raise JournalError(f"a batch of {append.batch.length} bytes is larger than the cap of the journal")
        self._committer.add(append)
        return append.answer

    def _commit(self, group: Sequence[_Append]) -> None:
        taken = self._admitted(group)
        firsts = self._make_durable([append.batch for append in taken])
        for append, first_seq in zip(taken, firsts, strict=True):
            append.answer.set_result(first_seq)

    def _admitted(self, group: Sequence[_Append]) -> list[_Append]:
        """Those of a group that fit under the cap; the others are refused."""
        room = self._room_for(self.size)
        taken = []
        for append in group:
            if append.batch.length <= room:
                room -= append.batch.length
                taken.append(append)
            else:
                append.answer.set_exception(_full(self.folder, self._cap_bytes))
        self._is_full = len(taken) < len(group)
        return taken

    def _room_for(self, size: int) -> int:
        """Bytes of frames that may be added to a journal of some size; a segment may have to be begun for them."""
        return self._cap_bytes - size - 2 * HEAD_BYTES

    def _make_durable(self, batches: Sequence[EncodedBatch]) -> list[int]:
        """Write a group and sync it once.

        Returns:
            The number of the first record of each batch.
        """
        if not batches:
            return []
        writer = self._writer()
        *firsts, next_seq = accumulate((batch.batch.count for batch in batches), initial=self._durable_mark.next_seq)
        salt = writer.segment.salt
        writer.append([part for batch, first in zip(batches, firsts, strict=True) for part in batch.parts(first, salt)])
        self._set_mark(Mark(writer.segment.first_seq, writer.length, next_seq))
        return firsts

    def _writer(self) -> SegmentWriter:
        """The writer of the newest segment, or of a new one if that is large enough or not trusted."""
        active = self._active
        if active and not (active.is_trusted and active.length < self._segment_bytes):
            self._seal()
        if self._active is None:
            self._active = SegmentWriter.begin(self.folder, self._durable_mark.next_seq)
        return self._active

    def _seal(self) -> None:
        """End the segment that is being written."""
        if active := self._active:
            active.seal()
            self._active = None
            if active.length > HEAD_BYTES:
                self._sealed.append(_Sealed(active.segment, self._durable_mark.next_seq, active.length))

    def _trim(self, upto: int) -> None:
        # The segment being written may take so much of the cap that a batch has no room beside it.
        if self._is_full and self._durable_mark.next_seq <= upto + 1:
            self._seal()
        past = [sealed for sealed in self._sealed if sealed.next_seq <= upto + 1]
        if past:
            # Once no frame is left, only the mark knows which numbers have been used. It is written again, because a
            # sync after a failed one would only be honest about what was written since.
            self._set_mark(self._durable_mark)
            self._mark.sync()
        for sealed in past:
            sealed.segment.path.unlink(missing_ok=True)
            self._sealed.remove(sealed)

    def _set_mark(self, mark: Mark) -> None:
        self._durable_mark = mark
        self._mark.write(mark)


def lock_journal(folder: Path, kind: int) -> int:
    """Lock a journal.

    Args:
        folder: Its folder.
        kind: `LOCK_EX` for the one that writes, `LOCK_SH` for those who see to it that nobody does.

    Returns:
        A descriptor that holds the lock until it is closed.

    Raises:
        StoreBusyError: If another process holds it.
        OSError: If the disk refuses.
    """
    file = os.open(folder / "write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        if isinstance(error, BlockingIOError):
            raise StoreBusyError(f"another process writes to the journal in {folder}") from None
        raise
    return file


def _sealed(recovery: Recovery) -> list[_Sealed]:
    segments = recovery.segments
    ends = [*(segment.first_seq for segment in segments[1:]), recovery.mark.next_seq]
    return [_Sealed(segment, end, segment.size) for segment, end in zip(segments, ends, strict=False)]


def _full(folder: Path, cap_bytes: int) -> JournalFullError:
    return JournalFullError(f"the journal in {folder} has reached its cap of {cap_bytes:,} bytes")
