"""Copies records to the clipboard: as received, as JSON, or all marked ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from logtui.errors import LogtuiError
from logtui.export.cells import json_object
from logtui.tui.record.reporting import marked_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.tui.list.marks import Mark
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_NO_RECORD: Final = "there is no record to copy"

MOST_BYTES: Final = 1_000_000
"""Most bytes of a text that are copied, because terminals refuse more."""


def copy_raw(viewer: Viewer, messages: Messages) -> None:
    """Copy the cursor's record as it was received."""
    record = viewer.record
    if record.height:
        copy_text(viewer, messages, "the raw record", raw_text([record]))
    else:
        messages.say(_NO_RECORD, error=True)


def copy_json(viewer: Viewer, messages: Messages) -> None:
    """Copy the cursor's record with its fields as JSON."""
    record = viewer.record
    if record.height:
        copy_text(viewer, messages, "the record as JSON", pretty_record(record))
    else:
        messages.say(_NO_RECORD, error=True)


def copy_marked(viewer: Viewer, messages: Messages, marks: Sequence[Mark]) -> None:
    """Copy all marked records as they were received."""
    if not marks:
        mark, copy = (viewer.shown_key(command) for command in ("marking.toggle", "copying.raw"))
        messages.say(f"no record is marked: {mark} marks one, {copy} copies the cursor's", error=True)
        return
    window = viewer.window

    def show(found: Sequence[pl.DataFrame] | LogtuiError) -> None:
        if isinstance(found, LogtuiError):
            messages.say(str(found), error=True)
        else:
            what = f"{len(found):,} marked record{'s' * (len(found) != 1)}"
            copy_text(viewer, messages, what, raw_text(found))

    viewer.bridge.run("copy", lambda _: [frame for frame, _ in marked_records(window, marks)], show)


def copy_text(viewer: Viewer, messages: Messages, what: str, text: str) -> None:
    """Copy a text, and report what was copied."""
    kept = beginning(text)
    viewer.app.copy_to_clipboard(kept)
    lines = kept.count("\n") + 1
    message = f"copied {what}: {lines:,} line{'s' * (lines > 1)}, {len(kept):,} characters"
    if kept != text:
        whole = viewer.shown_key("export")
        message = f"copied only the first 1 MB of {what}, terminals take no more; {whole} exports all"
    messages.say(message, error=kept != text)


def raw_text(records: Sequence[pl.DataFrame]) -> str:
    """Join the raw texts of records.

    Args:
        records: Frames of one row each.

    Returns:
        The raw texts in order, each beginning on a new line, without a final line end.
    """
    return "\n".join((record["raw"][0] or "").rstrip("\r\n") for record in records)


def pretty_record(record: pl.DataFrame) -> str:
    """Write a frame of one row as an indented JSON object, with the names of `query --output jsonl`."""
    written: str = json_object(record, None)[0]
    return msgspec.json.format(written, indent=2)


def beginning(text: str, most: int = MOST_BYTES) -> str:
    """Cut a text to at most so many bytes of UTF-8, between characters."""
    encoded = text.encode()
    return text if len(encoded) <= most else encoded[:most].decode(errors="ignore")
