"""Many files at a time: counts those that have changed, then writes the reports."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from logtui.batch.counting import FileCount, Until, Work
from logtui.batch.discovery import Changed, Discovery, problem_with
from logtui.batch.ledger import LEDGER_NAME
from logtui.batch.report import REPORTS, write_reports
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from logtui.batch.ledger import Ledger
    from logtui.engine.read.options import ReadOptions

_BLOCK_BYTES: Final = 2**20
"""Each worker holds blocks in memory, so they are small."""

_MOST_WORKERS: Final = 4


def _ignore(_bytes: int) -> None:
    pass


class Summarizer:
    """Counts files in a few threads and writes reports of the findings.

    Args:
        inputs: Files, folders and globs.
        output: The folder of the reports.
        ledger: Keeps the findings of each file.
        options: How files are read.
        workers: How many files are read at the same time; None for one per processor, at most 4.

    Attributes:
        on_read: Called with the number of bytes read since the last call, for a progress bar; from any thread.
        stop: Set to end counting early; what was counted until then is kept.
        problems: Why files could not be read, by their paths.
        is_outdated: Whether anything has changed since the reports were written.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        output: Path,
        ledger: Ledger,
        options: ReadOptions,
        workers: int | None = None,
    ) -> None:
        self.on_read: Callable[[int], None] = _ignore
        self.stop = threading.Event()
        self.problems: dict[str, str] = {}
        self.is_outdated = True
        own = frozenset(output.resolve() / name for name in (*REPORTS, LEDGER_NAME))
        self._discovery = Discovery(inputs, own, ledger)
        self._output = output
        self._ledger = ledger
        self._options = replace(options, message_fields=True, block_bytes=_BLOCK_BYTES)
        self._workers = workers or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._began = time.monotonic()

    def changed(self) -> list[Changed]:
        """Find the files with bytes that have not been counted, the newest first."""
        found = self._discovery.changed()
        if self.problems != self._discovery.problems or self._discovery.has_renamed or found:
            self.is_outdated = True
        self.problems = dict(self._discovery.problems)
        return found

    def count(self, files: Sequence[Changed], seconds: float | None = None) -> bool:
        """Count some files to their present ends.

        Args:
            files: The files, as `changed` has found them.
            seconds: After how long to stop, None for never.

        Returns:
            Whether all files were counted to their ends; `changed` finds the others again.
        """
        until = Until(self.stop, None if seconds is None else time.monotonic() + seconds)
        with (
            ThreadPoolExecutor(self._workers, thread_name_prefix="logtui-count") as counters,
            ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="logtui-parse") as parsers,
        ):
            work = Work(self._options, parsers, self._ledger.save, lambda size: self.on_read(size), until)
            futures: list[Future[bool]] = []
            running: set[Future[bool]] = set()
            try:
                for file in files:
                    if len(running) >= self._workers:
                        running = wait(running, return_when=FIRST_COMPLETED).not_done
                    if until.is_over(can_go_on=True):
                        return False
                    futures.append(counters.submit(self._is_counted, file, work))
                    running.add(futures[-1])
                wait(running)
            except BaseException:
                self.stop.set()
                raise
        return all(each.result() for each in futures)

    def report(self) -> dict[str, Any]:
        """Write the reports of all findings so far.

        Returns:
            The summary, with the number of `anomalies`.

        Raises:
            ExportError: If they cannot be written.
        """
        self.is_outdated = False
        seconds = time.monotonic() - self._began
        problems = list(self.problems.values())
        return write_reports(self._ledger.entries(), self._output, seconds=seconds, problems=problems)

    def _is_counted(self, file: Changed, work: Work) -> bool:
        try:
            return FileCount(file.path, file.known, work).run()
        except (LogtuiError, OSError) as error:
            self.problems[str(file.path)] = problem_with(file.path, error)
            return True
