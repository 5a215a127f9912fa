"""Records on the clipboard: as received, as JSON, all marked ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.errors import LogtuiError
from logtui.export.cells import json_object
from logtui.tui.record.reporting import marked_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.tui.screens.main import MainScreen

MOST_BYTES: Final = 1_000_000
"""Bytes of a text that are copied; terminals refuse more."""


class Copying:
    """Hands texts to the terminal's clipboard and says what they were.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen

    def raw(self) -> None:
        """Copy the cursor's record as it was received."""
        record = self._record()
        if record.height:
            self.text("the raw record", raw_text([record]))

    def json(self) -> None:
        """Copy the cursor's record with its fields as JSON."""
        record = self._record()
        if record.height:
            self.text("the record as JSON", pretty_record(record))

    def marked(self) -> None:
        """Copy all marked records as they were received."""
        marks = self._screen.marking.marks.all()
        window = self._screen.log_list.window
        if marks:
            self._screen.bridge.run(
                "copy", lambda _: [frame for frame, _ in marked_records(window, marks)], self._copy_marked
            )
        else:
            mark, copy = (self._screen.keymap.first(action) for action in ("marking.toggle", "copying.raw"))
            self._screen.say(f"no record is marked: {mark} marks one, {copy} copies the cursor's", error=True)

    def _record(self) -> pl.DataFrame:
        record = self._screen.record
        if not record.height:
            self._screen.say("there is no record to copy", error=True)
        return record

    def _copy_marked(self, found: Sequence[pl.DataFrame] | LogtuiError) -> None:
        if isinstance(found, LogtuiError):
            self._screen.say(str(found), error=True)
        else:
            self.text(f"{len(found):,} marked record{'s' * (len(found) != 1)}", raw_text(found))

    def text(self, what: str, text: str) -> None:
        """Copy a text and say what it is."""
        kept = beginning(text)
        self._screen.app.copy_to_clipboard(kept)
        lines = kept.count("\n") + 1
        message = f"copied {what}: {lines:,} line{'s' * (lines > 1)}, {len(kept):,} characters"
        if kept != text:
            whole = self._screen.keymap.first("export")
            message = f"copied only the first 1 MB of {what}, terminals take no more; {whole} exports all"
        self._screen.say(message, error=kept != text)


def raw_text(records: Sequence[pl.DataFrame]) -> str:
    """What was received.

    Args:
        records: Frames of one row each.

    Returns:
        The records in order, each from a new line on, without a line end at the end.
    """
    return "\n".join((record["raw"][0] or "").rstrip("\r\n") for record in records)


def pretty_record(record: pl.DataFrame) -> str:
    """A frame of one row as an indented JSON object with the names of `query --output jsonl`."""
    written: str = json_object(record, None)[0]
    return msgspec.json.format(written, indent=2)


def beginning(text: str, most: int = MOST_BYTES) -> str:
    """The whole characters of a text that fit into some bytes of UTF-8."""
    encoded = text.encode()
    return text if len(encoded) <= most else encoded[:most].decode(errors="ignore")
