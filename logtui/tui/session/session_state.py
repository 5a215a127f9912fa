"""What is kept of a screen for the next opening of the same inputs: filter, place, marks and notes.

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
    """One screen.

    Attributes:
        filter: The filter's text.
        source: The source of the cursor's record.
        offset: Its offset, None if there was no record, or one of a live store without files.
        seq: Its position in a live store.
        marks: The marked records.
        history: Filters that were applied, the newest last.
        muted: Names of the alert rules that are not told of.
        acknowledged: When the alert that was acknowledged last was told, epoch nanoseconds, by the rule's name.
        chips: The clauses of the filter, those that are off among them.
        columns: The columns of the list; none for the usual ones.
        version: Of this layout.
    """

    filter: str = ""
    source: str | None = None
    offset: int | None = None
    seq: int | None = None
    marks: tuple[Mark, ...] = ()
    history: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()
    acknowledged: dict[str, int] = {}
    chips: tuple[Chip, ...] = ()
    columns: tuple[Column, ...] = ()
    version: int = _VERSION

    @property
    def key(self) -> RecordKey | None:
        """What the cursor's record is known by, None if there was none."""
        return None if self.offset is None and self.seq is None else key_of(self.source, self.offset, self.seq)

    def at(self, key: RecordKey) -> Kept:
        """The same with the cursor on a record."""
        source, offset, seq = (key.source, key.offset, None) if isinstance(key, FileKey) else (None, None, key.seq)
        return msgspec.structs.replace(self, source=source, offset=offset, seq=seq)


class Keeper:
    """Reads and writes the file of one set of inputs.

    Args:
        inputs: The inputs as the user named them.
        folder: Where the files are; None for the user's state folder.
        fresh: Whether to begin without what was kept.
    """

    def __init__(self, inputs: Sequence[str], folder: Path | None = None, *, fresh: bool = False) -> None:
        self._fresh = fresh
        named = "\n".join(sorted(os.path.abspath(each) for each in inputs))  # noqa: PTH100 - globs are no paths
        key = hashlib.sha256(named.encode(errors="surrogateescape")).hexdigest()[:24]
        self._path = (folder or platformdirs.user_state_path("logtui") / "views") / f"{key}.json"

    def load(self) -> Kept:
        """What was kept last; nothing if that cannot be read."""
        if self._fresh:
            return Kept()
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except (OSError, msgspec.DecodeError):
            return Kept()
        return kept if kept.version == _VERSION else Kept()

    def save(self, kept: Kept) -> None:
        """Keep a screen, in place of what was kept before.

        Raises:
            OSError: If the disk refuses.
        """
        write_private(self._path, msgspec.json.encode(kept))
