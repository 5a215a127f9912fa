"""Formats a record as the text of the detail pane. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.text import Text

from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX
from logtui.tui.terminal.sanitize import first_line, harmless_line, harmless_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

MOST_RAW_CHARACTERS: Final = 64_000
"""Most characters of a raw text that are shown."""

_VALUE_CHARACTERS: Final = 2_000
_NAME_CELLS: Final = 24
_HIDDEN: Final = ("message", "raw", "order_time", "seq")
_TIMES: Final = ("timestamp", "order_time")


def record_text(record: pl.DataFrame, styles: Mapping[str, Style]) -> Text:
    """Format all values of a record.

    Args:
        record: A frame of one row.
        styles: Styles named `heading`, `name`, `value`, and the names of levels.

    Returns:
        The message, the core columns, the fields and the raw text; JSON is indented.
    """
    values = record.with_columns(_written(record)).row(0, named=True)
    level = values["level"]
    text = Text(overflow="fold")
    if level:
        text.append(f"{level.upper()} ", styles.get(level))
    text.append("\n".join(harmless_lines(str(values["message"] or first_line(values["raw"] or "")), _VALUE_CHARACTERS)))
    core = {name: values[name] for name in CORE_SCHEMA if name not in _HIDDEN and values[name] is not None}
    fields = {name[1:]: value for name, value in values.items() if name.startswith(FIELD_PREFIX) and value is not None}
    _table(text, "Fields", fields, styles)
    _table(text, "Record", core, styles)
    _raw(text, values["raw"] or "", styles)
    return text


def pretty_json(raw: str) -> str | None:
    """Indent a text that is a JSON object or array; None if it is neither."""
    if raw.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def _written(record: pl.DataFrame) -> list[pl.Expr]:
    return [pl.col(name).dt.to_string("%Y-%m-%d %H:%M:%S%.f UTC") for name in _TIMES if name in record.columns]


def _table(text: Text, title: str, values: Mapping[str, object], styles: Mapping[str, Style]) -> None:
    if not values:
        return
    text.append(f"\n\n{title}\n", styles.get("heading"))
    width = min(_NAME_CELLS, max(len(name) for name in values))
    lines = []
    for name, value in values.items():
        shown = harmless_line(str(value).replace("\n", "⏎"), _VALUE_CHARACTERS)
        label = harmless_line(name, _VALUE_CHARACTERS).ljust(width)
        lines.append(Text.assemble((f"{label}  ", styles.get("name") or ""), (shown, styles.get("value") or "")))
    text.append_text(Text("\n").join(lines))


def _raw(text: Text, raw: str, styles: Mapping[str, Style]) -> None:
    pretty = pretty_json(raw[:MOST_RAW_CHARACTERS]) if len(raw) <= MOST_RAW_CHARACTERS else None
    text.append("\n\nJSON\n" if pretty else "\n\nRaw\n", styles.get("heading"))
    text.append("\n".join(harmless_lines((pretty or raw[:MOST_RAW_CHARACTERS]).rstrip("\r\n"))), styles.get("value"))
    if len(raw) > MOST_RAW_CHARACTERS:
        text.append(f"\n… {len(raw) - MOST_RAW_CHARACTERS:,} more characters", styles.get("name"))
