"""The views of one record: all values, JSON, raw text, stack trace, neighbours in the source. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from logtui.model.record import FIELD_PREFIX, field_columns
from logtui.tui.record.record_text import MOST_RAW_CHARACTERS, record_text
from logtui.tui.terminal.sanitize import first_line, harmless_line, harmless_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl
    from rich.style import Style

    Styles = Mapping[str, Style]

VIEWS: Final = ("all", "json", "raw", "stack", "context")
"""Names of the views, in the order in which the keys switch between them."""

_CONTEXT_CHARACTERS: Final = 500
_INDENT: Final = "  "
_CAUSE: Final = re.compile(r"\s*(?:Caused by|Suppressed|Wrapped by|During handling|The above exception)\b")
_ERROR: Final = re.compile(r"(?:[\w$]+[.:/])*\w*(?:Error|Exception|Throwable|Warning|Panic|panic)\b")
_FRAME: Final = re.compile(
    r"\s+(?:at |File \"|from |in |\d+: |#\d+ |goroutine |\.\.\. \d+ (?:more|common))|\S+\.go:\d+"
)
_LIBRARY: Final = re.compile(
    r"\b(?:java|javax|jdk|sun|kotlin|scala|org\.(?:apache|springframework|hibernate|eclipse)|io\.netty|com\.sun)\."
    r"|site-packages|dist-packages|lib/python\d|node_modules|node:internal|/gems/|/usr/lib|runtime/|System\.|Microsoft\."
)


def has_view(record: pl.DataFrame, view: str) -> bool:
    """Whether a view is available for a record."""
    raw = str(record["raw"][0] or "") if record.height else ""
    if view == "json":
        return _json_of(record) is not None
    if view == "stack":
        return any(_FRAME.match(line) for line in raw.split("\n")[1:])
    return True


def view_text(view: str, record: pl.DataFrame, styles: Styles, depth: int, around: Callable[[], pl.DataFrame]) -> Text:
    """Format a view of a record.

    Args:
        view: One of `VIEWS`.
        record: A frame of one row.
        styles: Styles named `heading`, `name`, `value`, and the names of levels.
        depth: Number of levels of JSON that are unfolded.
        around: Reads the record and its neighbours in the source.

    Returns:
        The text of the view.
    """
    if view == "json":
        return _json_text(_json_of(record), styles, depth)
    if view == "stack":
        return _stack_text(str(record["raw"][0] or ""), styles)
    if view == "context":
        return _context_text(around(), record, styles)
    if view == "raw":
        return _plain(str(record["raw"][0] or ""))
    return record_text(record, styles)


def _plain(raw: str) -> Text:
    text = Text("\n".join(harmless_lines(raw[:MOST_RAW_CHARACTERS].rstrip("\r\n"))), overflow="fold")
    if len(raw) > MOST_RAW_CHARACTERS:
        text.append(f"\n… {len(raw) - MOST_RAW_CHARACTERS:,} more characters")
    return text


def _json_of(record: pl.DataFrame) -> Any:  # noqa: ANN401 - JSON is of any type
    """Parse the JSON of a record, or else the objects in its fields; None if there is neither."""
    raw = str(record["raw"][0] or "")
    whole = _decoded(raw)
    if whole is not None:
        return whole
    start = raw.find("{")
    inside = _decoded(raw[start:]) if start >= 0 else None
    if inside is not None:
        return inside
    fields = {name.removeprefix(FIELD_PREFIX): record[name][0] for name in field_columns(record)}
    objects = {name: _decoded(str(value)) for name, value in fields.items() if value}
    found = {name: value for name, value in objects.items() if value is not None}
    return found or None


def _decoded(text: str) -> Any:  # noqa: ANN401 - JSON is of any type
    if text.lstrip()[:1] not in ("{", "[") or len(text) > MOST_RAW_CHARACTERS:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_text(value: object, styles: Styles, depth: int) -> Text:
    text = Text(overflow="fold")
    _add_json(text, value, styles, depth, "")
    return text


def _add_json(text: Text, value: object, styles: Styles, depth: int, indent: str) -> None:
    if not isinstance(value, dict | list) or not value:
        text.append(harmless_line(json.dumps(value, ensure_ascii=False)), styles.get("value"))
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    if depth <= 0:
        what = "key" if isinstance(value, dict) else "element"
        text.append(f"{opening}… {len(value):,} {what}{'s' * (len(value) != 1)}{closing}", styles.get("name"))
        return
    text.append(opening)
    inner = indent + _INDENT
    items = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    for number, (key, each) in enumerate(items):
        text.append(f"{',' if number else ''}\n{inner}")
        if key is not None:
            text.append(f"{harmless_line(json.dumps(key, ensure_ascii=False))}: ", styles.get("name"))
        _add_json(text, each, styles, depth - 1, inner)
    text.append(f"\n{indent}{closing}")


def _stack_text(raw: str, styles: Styles) -> Text:
    """Format a stack trace with causes and own frames emphasised, and frames of libraries dimmed."""
    text = Text(overflow="fold")
    for number, line in enumerate(harmless_lines(raw[:MOST_RAW_CHARACTERS].rstrip("\r\n"))):
        text.append("\n" if number else "")
        if _CAUSE.match(line) or (not _FRAME.match(line) and _ERROR.match(line.lstrip())):
            text.append(line, styles.get("error"))
        elif _FRAME.match(line):
            text.append(line, styles.get("name" if _LIBRARY.search(line) else "value"))
        else:
            text.append(line, styles.get("name" if number else "value"))
    return text


def _context_text(around: pl.DataFrame, record: pl.DataFrame, styles: Styles) -> Text:
    here = record.select("source", "offset").row(0)
    text = Text(overflow="ellipsis", no_wrap=True)
    wanted = around.select("source", "offset", "timestamp", "level", "raw")
    for number, (source, offset, time, level, raw) in enumerate(wanted.iter_rows()):
        is_here = (source, offset) == here
        text.append("\n" if number else "")
        text.append("▶ " if is_here else "  ", styles.get("heading"))
        text.append(f"{time:%H:%M:%S} " if time else "", styles.get("name"))
        text.append(f"{(level or '').upper():<6}", styles.get(level or "", styles.get("name")))
        text.append(
            harmless_line(first_line(raw or ""), _CONTEXT_CHARACTERS), styles.get("value" if is_here else "name")
        )
    return text
