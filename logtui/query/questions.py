"""Makes filters for questions of the program itself: records of a level, from a time, at a line, with a key or text."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from logtui.model.keys import FileKey
from logtui.query.syntax.tree import And, Compare, Equals, Exact, Exists, Node, Not, Regex, Text, disjunction

if TYPE_CHECKING:
    from datetime import datetime

    from logtui.model.keys import RecordKey


def level_in(*levels: str) -> Node:
    """Filter for records with one of some levels."""
    return disjunction([Equals("level", level) for level in levels])


def not_before(moment: datetime) -> Node:
    """Filter for records at or after a moment."""
    return Compare("timestamp", ">=", f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")


def at_line(source: str, line: int) -> Node:
    """Filter for the record that begins at a line of a source."""
    return And((Exact("source", source), Equals("line", str(line))))


def value_in(field: str, *values: str) -> Node:
    """Filter for records whose field has exactly one of some values."""
    return disjunction([Exact(field, value) for value in values])


def value_beginning(field: str, prefix: str) -> Node:
    """Filter for records whose field begins with a text, in any case."""
    # A glob matches single words of a message.
    return Regex(field, f"^{re.escape(prefix)}", "i")


def containing(text: str) -> Node:
    """Filter for records that contain a text literally, in any case."""
    return Text(text)


def with_key(key: RecordKey) -> Node:
    """Filter for the record with a key."""
    if not isinstance(key, FileKey):
        return Equals("seq", str(key.seq))
    source = Not(Exists("source")) if key.source is None else Exact("source", key.source)
    return And((source, Equals("offset", str(key.offset))))
