"""Counts one file, from where the last count ended to the file's present end.

The sure findings are those of the records before the last checkpoint of the reader. The records behind it may still
grow; their findings, the rest, are kept apart and are replaced when the file has grown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from logtui.batch.ledger import Entry
from logtui.batch.sums import Sum
from logtui.engine.read.batch import final_frames
from logtui.engine.read.checkpoint import Checkpoint
from logtui.engine.read.opening import OpenSource, open_source
from logtui.sources import SAMPLE_BYTES, FileFingerprint, FileSource, resolve

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from logtui.engine.read.options import ReadOptions
    from logtui.sources import Source

_SAVED_BYTES: Final = 128 * 2**20
"""How much of a file is read between two saves of its findings; so much is read again after a crash."""


@dataclass(frozen=True, slots=True)
class Until:
    """When to stop reading before the end of the file.

    Attributes:
        stop: Set to stop at once.
        deadline: The monotonic time at which to stop, None for no deadline.
    """

    stop: threading.Event
    deadline: float | None = None

    def is_over(self, *, can_go_on: bool) -> bool:
        """Whether to stop now.

        Args:
            can_go_on: Whether reading can resume from here later. If not, the deadline is ignored: each turn would
                read the same part again and never get further.
        """
        is_late = self.deadline is not None and time.monotonic() > self.deadline
        return self.stop.is_set() or (can_go_on and is_late)


@dataclass(frozen=True, slots=True)
class Work:
    """What the counts of all files share.

    Attributes:
        options: How files are read.
        pool: Threads that parse blocks.
        save: Writes an entry into the ledger and returns it with its number.
        on_read: Called with the number of bytes read since the last call, for a progress bar.
        until: When to stop early; the next count resumes there.
    """

    options: ReadOptions
    pool: Executor
    save: Callable[[Entry], Entry]
    on_read: Callable[[int], None]
    until: Until


class FileCount:
    """Counts one file.

    Args:
        path: The file.
        known: The file's entry in the ledger, None for a new file.
        work: What the counts of all files share.
    """

    def __init__(self, path: Path, known: Entry | None, work: Work) -> None:
        self._path = path
        self._work = work
        self._started = FileFingerprint.of(path, 0)
        entry = known or Entry(str(path), self._started)
        self._before = entry.fingerprint
        self._entry = replace(entry, path=str(path), rest=None, problem=None)

    def run(self) -> bool:
        """Read to the present end and save the findings.

        Returns:
            Whether the end was reached.

        Raises:
            OSError: If the file cannot be read, or was replaced by another one while it was read.
        """
        found = resolve([str(self._path)], force=self._work.options.force)
        for source in found.sources:
            if not self._is_counted(source):
                return False
        for problem in found.problems:
            text = None if problem.reason == "empty" else problem.text
            self._entry = replace(self._entry, fingerprint=self._read_to(self._path.stat().st_size), problem=text)
        self._save(self._entry)
        return True

    def _is_counted(self, source: Source) -> bool:
        """Read a source to its end; false if reading was stopped early."""
        reader = open_source(source, self._work.options, self._work.pool)
        if self._entry.checkpoint:
            reader.resume(Checkpoint.unpacked(self._entry.checkpoint, reader.fresh_clock))
        sure, rest = Sum(self._entry.sure if self._entry.checkpoint else None), Sum()
        checkpoint, saved, position = reader.checkpoint, reader.decoded_bytes, source.position()
        for frame in final_frames(reader.batches()):
            rest.add(frame)
            if reader.checkpoint is not checkpoint and _is_final(reader):
                checkpoint = reader.checkpoint
                sure.take(rest)
            self._work.on_read(source.position() - position)
            position = source.position()
            is_over = self._work.until.is_over(can_go_on=checkpoint is not None)
            if checkpoint and (is_over or reader.decoded_bytes - saved >= _SAVED_BYTES):
                saved = reader.decoded_bytes
                self._note(checkpoint, sure)
            if is_over:
                return False
        self._finish(reader, checkpoint, sure, rest)
        return True

    def _note(self, checkpoint: Checkpoint, sure: Sum) -> None:
        """Save the sure findings, so that their records are not read again."""
        # A modification time that no file has makes discovery list the file as changed, even if only the rest is left.
        reached = replace(self._read_to(checkpoint.place.offset), modified=0)
        noted = replace(self._entry, fingerprint=reached, checkpoint=checkpoint.packed(), sure=sure.packed())
        self._entry = replace(self._entry, number=self._save(noted).number)

    def _finish(self, reader: OpenSource, checkpoint: Checkpoint | None, sure: Sum, rest: Sum) -> None:
        formats = reader.format_records.most_common(1)
        self._entry = replace(
            self._entry,
            fingerprint=self._read_to(reader.source.position()),
            checkpoint=checkpoint.packed() if checkpoint else None,
            sure=sure.packed(),
            rest=rest.packed(),
            format=formats[0][0] if formats else self._entry.format,
            problem=reader.problem,
        )

    def _save(self, entry: Entry) -> Entry:
        if not (self._before.is_at(self._path) and self._started.is_at(self._path)):
            raise OSError("another file took its place while it was read")
        return self._work.save(entry)

    def _read_to(self, read: int) -> FileFingerprint:
        return self._started.read_to(self._path, read)


def _is_final(reader: OpenSource) -> bool:
    """Whether a checkpoint may be kept: the format was detected on a full sample, so more lines cannot change it."""
    return type(reader.source) is FileSource and reader.decoded_bytes >= SAMPLE_BYTES
