"""The row reader of CMTrace's log format."""

from __future__ import annotations

from logtui.formats.cmtrace import ENTRY, FIELDS, LEVELS, OPENING, OPPOSITE
from logtui.formats.rows.patterns import matcher
from logtui.formats.rows.reading import Reading


def read_cmtrace(text: str) -> Reading | None:
    """Read an entry or the first line of one; None if the text is neither."""
    opening = matcher(OPENING)(text)
    return opening and (read_entry(text) or Reading({"message": opening["message"]}, {}))


def read_entry(text: str) -> Reading | None:
    """Read a whole entry of one or several lines; None if the text is not one."""
    match = matcher(ENTRY)(text)
    if match is None:
        return None
    zone = OPPOSITE[match["sign"]] + match["bias"].zfill(3) if match["sign"] else ""
    core = {
        "time_text": f"{match['year']}-{match['month'].zfill(2)}-{match['day'].zfill(2)} {match['clock']}{zone}",
        "severity": LEVELS.get(match["type"]),
        "logger": match["logger"],
    }
    said = {name: text for name, text in core.items() if text}
    return Reading(said | {"message": match["message"]}, {name: match[name] for name in FIELDS if match[name]})
