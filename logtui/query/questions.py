"""The questions that programs ask, as filters: levels, a time, a line, one record, a text as it stands."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from logtui.model.keys import FileKey
from logtui.query.syntax.tree import And, Compare, Equals, Exact, Exists, Node, Not, Text, disjunction

if TYPE_CHECKING:
    from datetime import datetime

    from logtui.model.keys import RecordKey


def level_in(*levels: str) -> Node:
    """Records with one of these levels."""
    return disjunction([Equals("level", level) for level in levels])


def not_before(moment: datetime) -> Node:
    """Records that are not older than a moment."""
    return Compare("timestamp", ">=", f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")


def at_line(source: str, line: int) -> Node:
    """The record that begins at a line of a source."""
    return And((Exact("source", source), Equals("line", str(line))))


def containing(text: str) -> Node:
    """Records with a text as it stands, in any case."""
    return Text(text)


def with_key(key: RecordKey) -> Node:
    """The record with a key."""
    if not isinstance(key, FileKey):
        return Equals("seq", str(key.seq))
    source = Not(Exists("source")) if key.source is None else Exact("source", key.source)
    return And((source, Equals("offset", str(key.offset))))
