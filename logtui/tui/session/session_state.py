"""Session state: filter, cursor, marks and notes, kept for the next time that the same inputs are opened.

One JSON file per set of inputs in the user's state folder, readable by the user alone.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

import msgspec
import platformdirs

from logtui.model.keys import FileKey, RecordKey, key_of
from logtui.tui.list.layout import Column  # noqa: TC001 - msgspec reads the annotation
from logtui.tui.list.marks import Mark  # noqa: TC001 - msgspec reads the annotation
from logtui.tui.private_file import write_private
from logtui.tui.query.chip import Chip  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


_VERSION: Final = 1


class Kept(msgspec.Struct, frozen=True):
    """The session state of one set of inputs.

    Attributes:
        filter: The text of the filter.
        source: Source of the cursor's record.
        offset: Byte offset of that record in the source; None without a record, or if it is known by `seq`.
        seq: Sequence number of that record in a live store; None if it is known by its place in a file.
        marks: The marked records with their notes.
        history: Texts of filters that were applied, the newest last.
        muted: Names of the muted alert rules.
        muted_until: By name of a muted rule, when its mute ends, in epoch nanoseconds; without one it does not end.
        acknowledged: By label of an alert, when the acknowledged one fired, in epoch nanoseconds.
        acknowledged_by: By label of an alert, who has acknowledged it.
        chips: The clauses of the filter, including those that are switched off.
        columns: The columns of the list; empty for the default ones.
        version: Version of this file format.
    """

    filter: str = ""
    source: str | None = None
    offset: int | None = None
    seq: int | None = None
    marks: tuple[Mark, ...] = ()
    history: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    muted_until: dict[str, int] = {}
    acknowledged: dict[str, int] = {}
    acknowledged_by: dict[str, str] = {}
    chips: tuple[Chip, ...] = ()
    columns: tuple[Column, ...] = ()
    version: int = _VERSION

    @property
    def key(self) -> RecordKey | None:
        """The key of the cursor's record; None if there was no record."""
        return None if self.offset is None and self.seq is None else key_of(self.source, self.offset, self.seq)

    def at(self, key: RecordKey) -> Kept:
        """Return a copy with the cursor on a record."""
        source, offset, seq = (key.source, key.offset, None) if isinstance(key, FileKey) else (None, None, key.seq)
        return msgspec.structs.replace(self, source=source, offset=offset, seq=seq)


class Keeper:
    """Loads and saves the session state of one set of inputs.

    Args:
        inputs: The inputs as the user named them.
        folder: Folder of the files; None for the user's state folder.
        fresh: Whether to ignore the saved state.
    """

    def __init__(self, inputs: Sequence[str], folder: Path | None = None, *, fresh: bool = False) -> None:
        self._fresh = fresh
        named = "\n".join(sorted(os.path.abspath(each) for each in inputs))  # noqa: PTH100 - globs are no paths
        key = hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()[:24]
        self._path = (folder or platformdirs.user_state_path("logtui") / "views") / f"{key}.json"

    def load(self) -> Kept:
        """Load the saved state; an empty state if there is none or it cannot be read."""
        if self._fresh:
            return Kept()
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            return Kept()
        return kept if kept.version == _VERSION else Kept()

    def save(self, kept: Kept) -> None:
        """Save a state in place of the previous one.

        Raises:
            OSError: If the file cannot be written.
        """
        write_private(self._path, msgspec.json.encode(kept))
