"""Reads the first line of a journal export entry, or an entry."""

from __future__ import annotations

from logtui.formats.journal_export import is_entry, message_of
from logtui.formats.rows.reading import Reading


def read_export(text: str) -> Reading | None:
    """Read a text.

    Args:
        text: A line, or the lines of an entry, whose message then is the payload.

    Returns:
        The reading; None if no entry begins so.
    """
    if not is_entry(text):
        return None
    payload = message_of(text)
    return Reading({"message": text} if payload is None else {"message": text, "payload": payload}, {})
