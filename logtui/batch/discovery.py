"""Finds the files with bytes that have not been counted, by comparing the inputs with the ledger."""

from __future__ import annotations

import stat
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from logtui.sources import FileFingerprint, paths_of

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from logtui.batch.ledger import Entry, Ledger

_COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
_COMPRESSION_SECONDS: Final = 30
"""A compressed file younger than this, beside its plain file, may still be being written by log rotation."""

_SECOND: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A file with bytes that have not been counted.

    Attributes:
        path: The file.
        known: Its entry in the ledger, None for a new file.
        size: How many of its bytes have not been read.
        modified: When it was last modified, epoch nanoseconds.
    """

    path: Path
    known: Entry | None
    size: int
    modified: int


class Discovery:
    """Compares the inputs with the ledger, each time that `changed` is called.

    Args:
        inputs: Files, folders and globs.
        own: Paths of the reports and the ledger, which are not logs.
        ledger: The entries of known files; new paths are saved, and entries of replaced files are retired.

    Attributes:
        problems: Why files could not be looked at, by their paths.
        has_renamed: Whether any file was found under a new name.
    """

    def __init__(self, inputs: Sequence[str], own: frozenset[Path], ledger: Ledger) -> None:
        self.problems: dict[str, str] = {}
        self.has_renamed = False
        self._inputs = inputs
        self._own = own
        self._ledger = ledger

    def changed(self) -> list[Changed]:
        """Find the files to read.

        Returns:
            The files, the newest first, so that new records reach the reports soon even if old ones are waiting.
        """
        self.problems, self.has_renamed = {}, False
        seen: set[tuple[int, int]] = set()
        found = []
        for path in paths_of(self._inputs).values():
            if path.resolve() not in self._own:
                try:
                    found += self._look(path, seen)
                except OSError as error:
                    self.problems[str(path)] = problem_with(path, error)
        return sorted(found, key=lambda file: (-file.modified, file.path))

    def _look(self, path: Path, seen: set[tuple[int, int]]) -> list[Changed]:
        status = path.stat()
        key = status.st_dev, status.st_ino
        if key in seen or not stat.S_ISREG(status.st_mode):
            return []
        seen.add(key)
        known = self._known(path, status)
        if known is None and self._is_being_compressed(path, status):
            return []
        if known is not None and known.path != str(path):
            known = self._ledger.save(replace(known, path=str(path)))
            self.has_renamed = True
        if known is not None and known.fingerprint.covers(status):
            return []
        return [Changed(path, known, status.st_size - (known.fingerprint.read if known else 0), status.st_mtime_ns)]

    def _known(self, path: Path, status: os.stat_result) -> Entry | None:
        """The entry of a file; None if it is new, or its counted part was overwritten."""
        known = self._ledger.find(status.st_dev, status.st_ino)
        if known is None:
            return self._compressed(path, status)
        if known.fingerprint.covers(status) or known.fingerprint.change_of(path).keeps_what_was_read:
            return known
        self._ledger.retire(known)
        return None

    def _compressed(self, path: Path, status: os.stat_result) -> Entry | None:
        """The entry of the plain file that log rotation has compressed into this one, if it was counted."""
        plain = path.with_suffix("")
        known = self._ledger.find_at(str(plain)) if path.suffix in _COMPRESSED else None
        if known is None or plain.exists() or not _is_of_second(known.fingerprint.modified, status):
            return None
        return replace(known, fingerprint=FileFingerprint.of(path, status.st_size), checkpoint=None)

    def _is_being_compressed(self, path: Path, status: os.stat_result) -> bool:
        """Whether a file is, or is becoming, the compressed copy of a counted file beside it, and so not counted."""
        plain = path.with_suffix("")
        if path.suffix not in _COMPRESSED or not plain.exists() or self._ledger.find_at(str(plain)) is None:
            return False
        is_fresh = time.time() - status.st_mtime < _COMPRESSION_SECONDS
        return is_fresh or _is_of_second(plain.stat().st_mtime_ns, status)


def problem_with(path: Path, error: Exception) -> str:
    """Say in one line why a file could not be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"{path}: cannot read: {reason}"


def _is_of_second(modified: int, status: os.stat_result) -> bool:
    """Whether two files were modified in the same second: compressors copy the time, some of them in whole seconds."""
    return modified // _SECOND == status.st_mtime_ns // _SECOND
