"""Entries as `journalctl -o export` prints them: a field on each line, an empty line behind the entry.

They are read as the objects that `journalctl -o json` prints of them (systemd documentation, "Journal Export Formats").
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NAME: Final = "journal_export"
OPENING: Final = "__CURSOR="
"""How each entry begins."""

LENGTH_DIGITS: Final = 8
"""Hexadecimal digits in place of the eight bytes of a value's length, as lines are cut."""

SAMPLES: Final = (
    "__CURSOR=s=7f;i=1;b=2a;m=1;t=63a;x=9\n__REALTIME_TIMESTAMP=1759852800026000\n_HOSTNAME=web-1\n"
    "SYSLOG_IDENTIFIER=api\nPRIORITY=3\nMESSAGE=connection lost",
)

# Texts, which `re` compiles once they are needed: most logs are no exports, and a start is to be quick.
_MESSAGE: Final = r"(?m)^MESSAGE=(.*)"
_LENGTH: Final = rf"[0-9a-f]{{{LENGTH_DIGITS}}}"
_TRUSTED_FIELD: Final = r"_[A-Z0-9_]+(?:=|\Z)"


def is_entry(text: str) -> bool:
    """Whether a text is an entry, or the first line of one."""
    return text.startswith(OPENING)


def message_of(entry: str) -> str | None:
    """The message of an entry, None if it has none of one line."""
    found = re.search(_MESSAGE, entry)
    return found[1] if found else None


def entries_of(lines: Iterable[str]) -> list[str]:
    """Join the lines of an export, the first of which begins an entry, to entries."""
    entries: list[list[str]] = []
    for line in lines:
        if is_entry(line) or not entries:
            entries.append([])
        entries[-1].append(line)
    return ["\n".join(entry) for entry in entries]


def object_of(entry: str) -> str:
    """An entry as the text of a JSON object; the values of a field that stands there several times as an array."""
    values: dict[str, list[str]] = {}
    for name, value in _fields_of(entry.split("\n")):
        values.setdefault(name, []).append(value)
    return json.dumps({name: each[0] if len(each) == 1 else each for name, each in values.items()}, ensure_ascii=False)


def _fields_of(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(lines):
        name, equals, value = lines[at].partition("=")
        at += 1
        if name and not equals and at < len(lines):
            value, at = _value_below(lines, at)
        if name:
            yield name, value


def _value_below(lines: Sequence[str], at: int) -> tuple[str, int]:
    """The value that begins on a line with its length, and the index of the line below it.

    A field that only the journal writes ends the value too, since line ends of two bytes are one character by now.
    """
    first = lines[at]
    length = int(first[:LENGTH_DIGITS], 16) if re.match(_LENGTH, first) else 0
    value = [first[LENGTH_DIGITS:]]
    size = len(value[0].encode())
    at += 1
    while size < length and at < len(lines) and not re.match(_TRUSTED_FIELD, lines[at]):
        value.append(lines[at])
        size += 1 + len(lines[at].encode())
        at += 1
    return "\n".join(value), at
