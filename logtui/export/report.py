"""Writes an incident report in Markdown: the query, the marked records, and the command that shows them again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import polars as pl

_TICKS: Final = "```"


@dataclass(frozen=True, slots=True)
class Finding:
    """A marked record.

    Args:
        time: The record's time, None if it has none.
        level: The record's level, None if it has none.
        source: The record's source.
        line: The number of its first line in the source, from 1.
        raw: The record as received.
        note: The user's note on it.
    """

    time: datetime | None
    level: str | None
    source: str | None
    line: int | None
    raw: str
    note: str


@dataclass(frozen=True, slots=True)
class Incident:
    """The content of a report.

    Args:
        inputs: The inputs as the user named them.
        query: The filter, empty if there is none.
        first: The time of the first matching record, None if it has none.
        last: The time of the last matching record, None if it has none.
        shown: The number of matching records.
        total: The number of all records.
        levels: The number of matching records by level, the most severe first.
        patterns: The commonest message patterns with their counts.
        findings: The marked records in order of time.
        written: When the report was made.
    """

    inputs: Sequence[str]
    query: str
    first: datetime | None
    last: datetime | None
    shown: int
    total: int
    levels: Sequence[tuple[str, int]]
    patterns: Sequence[tuple[str, int]]
    findings: Sequence[Finding]
    written: datetime


def report(incident: Incident) -> str:
    """Format a report as Markdown (CommonMark, with GitHub's tables)."""
    parts = [
        "# Incident report",
        _summary(incident),
        "## Records by level",
        _table(("level", "records"), [(level, f"{count:,}") for level, count in incident.levels]),
        "## Findings",
        *(_finding(number, each) for number, each in enumerate(incident.findings, 1)),
        *([] if incident.findings else ["No record was marked."]),
        "## Commonest messages",
        _table(("records", "pattern"), [(f"{count:,}", _code(pattern)) for pattern, count in incident.patterns]),
        "## See it again",
        _fenced(_command(incident), "sh"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_table(table: pl.DataFrame) -> str:
    """Format any frame as a Markdown table."""
    rows = [["" if cell is None else str(cell).replace("\n", "⏎") for cell in row] for row in table.iter_rows()]
    return _table(table.columns, rows) + "\n"


def _summary(incident: Incident) -> str:
    span = f"{_time(incident.first)} to {_time(incident.last)}" if incident.first or incident.last else "no times"
    lines = [
        f"- Written: {_time(incident.written)}",
        f"- Inputs: {', '.join(map(_code, incident.inputs))}",
        f"- Query: {_code(incident.query) if incident.query else 'everything'}",
        f"- Window: {span}",
        f"- Records: {incident.shown:,} of {incident.total:,}",
        f"- Marked: {len(incident.findings)}",
    ]
    return "\n".join(lines)


def _finding(number: int, finding: Finding) -> str:
    title = f"### {number}. {_time(finding.time)} {(finding.level or '').upper()}".rstrip()
    place = f"{_code(finding.source or '')}, line {finding.line:,}" if finding.line else _code(finding.source or "")
    note = "\n".join(f"> {line}" for line in finding.note.splitlines())
    return "\n\n".join(part for part in (title, note, place, _fenced(finding.raw.rstrip("\r\n"))) if part)


def _command(incident: Incident) -> str:
    words = ["logtui", "open", *incident.inputs]
    return shlex.join([*words, "--query", incident.query] if incident.query else words)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _fenced(text: str, language: str = "") -> str:
    fence = _TICKS
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _code(text: str) -> str:
    inner = text.replace("\n", "⏎")
    ticks = "`"
    while ticks in inner:
        ticks += "`"
    pad = " " if inner.startswith("`") or inner.endswith("`") else ""
    return f"{ticks}{pad}{inner}{pad}{ticks}"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC" if moment else "no time"
