"""Many files at a time: counts those that have changed, then writes the reports."""

from __future__ import annotations

import os
import stat
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from logtui.batch.counting import FileCount, Work, is_same
from logtui.batch.ledger import LEDGER_NAME
from logtui.batch.report import REPORTS, write_reports
from logtui.errors import LogtuiError
from logtui.sources import paths_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from logtui.batch.ledger import Entry, Ledger
    from logtui.engine.source_reader import ReadOptions

_BLOCK_BYTES: Final = 2**20
"""Small blocks keep the memory of all workers together small."""

_MOST_WORKERS: Final = 4
_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
_COMPRESSION_SECONDS: Final = 30
_SECOND: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A file that holds something that has not been counted.

    Attributes:
        path: The file.
        known: What is known about it, None if nothing is.
        size: Its bytes that have not been read.
    """

    path: Path
    known: Entry | None
    size: int


def _silent(_bytes: int) -> None:
    pass


class Summarizer:
    """Counts files in a few threads; no more of them wait than there are threads.

    Args:
        inputs: Files, folders and globs.
        output: The folder of the reports.
        ledger: Keeps what was found.
        options: How files are read.
        workers: Files that are read at the same time, None for one per processor, but few.

    Attributes:
        told: Is called with the bytes that were read since it was called last.
        stop: Set to end counting early; what was counted until then is kept.
        problems: Why files could not be read, by their paths.
        is_outdated: Whether the reports do not say what is known.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        output: Path,
        ledger: Ledger,
        options: ReadOptions,
        workers: int | None = None,
    ) -> None:
        self.told: Callable[[int], None] = _silent
        self.stop = threading.Event()
        self.problems: dict[str, str] = {}
        self.is_outdated = True
        self._inputs = inputs
        self._output = output
        self._ledger = ledger
        self._options = replace(options, message_fields=True, block_bytes=_BLOCK_BYTES)
        self._workers = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._began = time.monotonic()

    def changed(self) -> list[Changed]:
        """The files that hold something that has not been counted, in the order of their paths."""
        before, self.problems = self.problems, {}
        own = {self._output.resolve() / name for name in (*REPORTS, LEDGER_NAME)}
        found: dict[tuple[int, int], Changed] = {}
        for path in sorted(paths_of(self._inputs).values()):
            if path.resolve() not in own:
                try:
                    self._look(path, found)
                except OSError as error:
                    self._fail(path, error)
        self.is_outdated = self.is_outdated or self.problems != before
        return list(found.values())

    def count(self, files: Sequence[Changed]) -> None:
        """Count some files to their present ends."""
        self.is_outdated = self.is_outdated or bool(files)
        running: set[Future[None]] = set()
        with (
            ThreadPoolExecutor(self._workers, thread_name_prefix="logtui-count") as counters,
            ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="logtui-parse") as parsers,
        ):
            work = Work(self._options, parsers, self._ledger.save, lambda size: self.told(size), self.stop.is_set)
            try:
                for file in files:
                    if len(running) >= self._workers:
                        running = _without_done(running)
                    running.add(counters.submit(self._count, file, work))
                while running:
                    running = _without_done(running)
            except BaseException:
                self.stop.set()
                raise

    def report(self) -> dict[str, Any]:
        """Write the reports.

        Returns:
            The summary, and the number of `anomalies`.

        Raises:
            ExportError: If they cannot be written.
        """
        self.is_outdated = False
        seconds = time.monotonic() - self._began
        problems = list(self.problems.values())
        return write_reports(self._ledger.entries(), self._output, seconds=seconds, problems=problems)

    def _look(self, path: Path, found: dict[tuple[int, int], Changed]) -> None:
        """Note a file if it has to be read."""
        status = path.stat()
        key = status.st_dev, status.st_ino
        if key in found or not stat.S_ISREG(status.st_mode):
            return
        known = self._known(path, status)
        if known is None and self._is_being_compressed(path, status):
            return
        if known is not None and known.path != str(path):
            known = self._ledger.save(replace(known, path=str(path)))
            self.is_outdated = True
        if known is None or (known.size, known.modified) != (status.st_size, status.st_mtime_ns):
            found[key] = Changed(path, known, status.st_size - (known.size if known else 0))

    def _known(self, path: Path, status: os.stat_result) -> Entry | None:
        """What is known about a file; None about one that began anew."""
        known = self._ledger.find(status.st_dev, status.st_ino)
        if known is None:
            return self._compressed(path, status)
        if (known.size, known.modified) == (status.st_size, status.st_mtime_ns) or is_same(path, known):
            return known
        self._ledger.retire(known)
        return None

    def _compressed(self, path: Path, status: os.stat_result) -> Entry | None:
        """What is known about the file that this one is the compressed form of, as rotation makes them."""
        plain = path.with_suffix("")
        known = self._ledger.find_at(str(plain)) if path.suffix in _COMPRESSED else None
        if known is None or plain.exists() or not _is_of_second(known.modified, status):
            return None
        whole = replace(known, device=status.st_dev, inode=status.st_ino, size=status.st_size)
        return replace(whole, modified=status.st_mtime_ns, checkpoint=None, tail="")

    def _is_being_compressed(self, path: Path, status: os.stat_result) -> bool:
        """Whether a file repeats, or is about to, a counted one beside it."""
        plain = path.with_suffix("")
        if path.suffix not in _COMPRESSED or not plain.exists() or self._ledger.find_at(str(plain)) is None:
            return False
        is_fresh = time.time() - status.st_mtime < _COMPRESSION_SECONDS
        return is_fresh or _is_of_second(plain.stat().st_mtime_ns, status)

    def _count(self, file: Changed, work: Work) -> None:
        if self.stop.is_set():
            return
        try:
            FileCount(file.path, file.known, work).run()
        except (LogtuiError, OSError) as error:
            self._fail(file.path, error)

    def _fail(self, path: Path, error: Exception) -> None:
        """Note why a file could not be counted; it is tried again the next time."""
        reason = getattr(error, "strerror", None) or str(error)
        self.problems[str(path)] = f"{path}: cannot read: {reason}"


def _is_of_second(modified: int, status: os.stat_result) -> bool:
    """Whether a file has the time of another one, as compressors give it; some of them cut it to seconds."""
    return modified // _SECOND == status.st_mtime_ns // _SECOND


def _without_done(running: set[Future[None]]) -> set[Future[None]]:
    """Wait for one at least; raises what it raised."""
    done, running = wait(running, return_when=FIRST_COMPLETED)
    for each in done:
        each.result()
    return running
