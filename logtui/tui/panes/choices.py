"""Builds the lines of the side panes: fields, patterns, values, marks, columns, anomalies. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.text import Text

from logtui.analysis import anomalies
from logtui.engine.summaries.anomaly_profile import profile_of
from logtui.engine.summaries.patterns import pattern_table
from logtui.model.masks import MASK, SHOWN_MASK
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX
from logtui.query import pattern_clause, value_clause
from logtui.tui.list.layout import OWN_COLUMNS
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from rich.style import Style

    from logtui.analysis import Anomaly, Place
    from logtui.engine.summaries.facets import Facets
    from logtui.engine.summaries.patterns import PatternRow
    from logtui.engine.window.row_window import RowWindow
    from logtui.model.keys import RecordKey
    from logtui.tui.list.layout import Column
    from logtui.tui.list.marks import Mark
    from logtui.tui.panes.alert_source import AlertKey

    Styles = Mapping[str, Style]
    Cancelled = Callable[[], bool]

_BAR_CELLS: Final = 10
_SHOWN_VALUES: Final = 4
"""Most values that are listed below a field."""

BARS: Final = "▁▂▃▄▅▆▇█"
_PARTS: Final = "▏▎▍▌▋▊▉█"
_VALUE_CHARACTERS: Final = 200
"""Most characters of a value, pattern, message or title."""

_COLUMN_FIELDS: Final = ("host", "logger", "source", "line", "severity_text", "format")
_OWN_LABELS: Final = {"time": "time", "delta": "time since the record before", "origin": "service or logger"}
_VALUE_COLUMNS: Final = ("level", "service", "host", "logger", "severity_text", "trace_id", "source")


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a pane, and what the user can do with it.

    Args:
        text: The text of the line.
        clause: The query clause that including or excluding the line adds to the filter; empty for none.
        pipe: The pipe whose table opening the line shows; empty for none.
        key: The record that opening the line goes to.
        time: The time that opening the line goes to, if there is no key.
        alert: The alert rule or group; opening the line goes to the records that the rule counted.
        older: The server whose older history of alerts opening the line fetches; empty for none.
        column: The column of the list that the line shows, hides, moves or resizes.
        field: The field that a chart is drawn of.
        place: The source and line that opening the line goes to, if they are known.
        is_heading: Whether the line cannot be chosen.
    """

    text: Text
    clause: str = ""
    pipe: str = ""
    key: RecordKey | None = None
    time: datetime | None = None
    alert: AlertKey | None = None
    older: str = ""
    column: str = ""
    field: str = ""
    place: Place | None = None
    is_heading: bool = False

    def is_same(self, other: Choice) -> bool:
        """Whether both lines are about the same thing, whatever their texts, such as counts, show."""
        return self._subject == other._subject

    @property
    def _subject(self) -> tuple[object, ...]:
        return (self.clause, self.pipe, self.key, self.time, self.alert, self.older, self.column, self.place)


@dataclass(frozen=True, slots=True)
class Listing:
    """The content of a pane.

    Args:
        title: The heading of the pane.
        choices: The lines.
        empty: The text to show if there are no lines.
        table: The same content as a table for export; None if the pane cannot be exported.
    """

    title: str
    choices: Sequence[Choice] = field(default_factory=tuple)
    empty: str = "nothing here"
    table: pl.DataFrame | None = None


def fields_listing(window: RowWindow, styles: Styles, cancelled: Cancelled) -> Listing:
    """List the fields with their most frequent values."""
    facets = window.facets(cancelled)
    choices: list[Choice] = []
    for facet in facets.fields:
        name = harmless_line(facet.field)
        share = facet.present / max(1, facets.rows)
        few = "" if facet.distinct >= facet.present > 1 else f"{facet.distinct:,} value{'s' * (facet.distinct != 1)}"
        head = Text.assemble((name, styles["heading"]), (f"  {share:.0%}  {few or 'all different'}", styles["quiet"]))
        choices.append(Choice(head, pipe=f"top 30 {_name(facet.field)}", field=facet.field))
        for value, count in facet.top[:_SHOWN_VALUES] if few else ():
            bar = _bar(count / max(1, facets.rows))
            line = Text.assemble(
                (f" {bar} ", styles["bar"]),
                (f"{_short(count):>6} ", styles["quiet"]),
                harmless_line(value, _VALUE_CHARACTERS),
            )
            choices.append(Choice(line, clause=value_clause(facet.field, value), field=facet.field))
    sample = f" · {facets.rows:,} of {facets.total:,} looked at" if facets.rows < facets.total else ""
    return Listing(f"Fields{sample}", choices, "no fields", _fields_table(facets))


def patterns_listing(window: RowWindow, styles: Styles, moment: datetime | None, cancelled: Cancelled) -> Listing:
    """List the message patterns, or those whose counts differ before and after a moment."""
    rows = pattern_table(window, moment, cancelled)
    if moment is None:
        choices = [_pattern_choice(row, styles) for row in rows]
        return Listing(f"Patterns · {len(rows):,}", choices, "no patterns", _patterns_table(rows))
    changed = sorted((row for row in rows if row.change), key=_by_change)
    title = f"Patterns before and after {moment:%m-%d %H:%M:%S}"
    choices = [_pattern_choice(row, styles, compared=True) for row in changed]
    return Listing(title, choices, "the same before and after", _patterns_table(changed, compared=True))


def columns_listing(sample: pl.DataFrame, shown: Sequence[Column], styles: Styles) -> Listing:
    """List the columns that the log list shows, in their order, then those that it could show."""
    names = [column.name for column in shown]
    fields = [name for name in sample.columns if name in _COLUMN_FIELDS or name.startswith(FIELD_PREFIX)]
    others = [name for name in (*OWN_COLUMNS, *fields) if name not in names]
    choices = []
    for name in (*names, *others):
        sign = ("● ", styles["bar"]) if name in names else ("○ ", styles["quiet"])
        label = _OWN_LABELS.get(name) or harmless_line(_plain(name))
        choices.append(Choice(Text.assemble(sign, label), column=name))
    return Listing("Columns · Enter shows or hides, < > moves, + - resizes", choices)


def anomalies_listing(window: RowWindow, styles: Styles, cancelled: Cancelled) -> Listing:
    """List the anomalies of the records, the most severe first."""
    found = anomalies(profile_of(window, cancelled))
    choices = [choice for anomaly in found for choice in _anomaly_choices(anomaly, styles)]
    return Listing(f"Anomalies · {len(found)}", choices, "nothing unusual", _anomalies_table(found))


def _anomaly_choices(anomaly: Anomaly, styles: Styles) -> Iterator[Choice]:
    clause = " ".join(value_clause(name, value) for name, value in anomaly.concerns.items())
    if anomaly.pattern is not None:
        pattern, is_cut = anomaly.pattern
        clause = pattern_clause(pattern, is_cut=is_cut)
    when = f"{anomaly.start:%m-%d %H:%M:%S} " if anomaly.start else ""
    title = Text.assemble(
        ("● ", styles[anomaly.severity]), (when, styles["quiet"]), harmless_line(anomaly.title, _VALUE_CHARACTERS)
    )
    yield Choice(title, clause=clause, time=anomaly.start, place=anomaly.places[0] if anomaly.places else None)
    yield Choice(Text(f"    {harmless_line(anomaly.explanation)}", styles["quiet"]), is_heading=True)


def values_listing(record: pl.DataFrame, styles: Styles) -> Listing:
    """List the values of one record."""
    if not record.height:
        return Listing("Values")
    values = record.row(0, named=True)
    names = [name for name in values if name in _VALUE_COLUMNS or name.startswith(FIELD_PREFIX)]
    shown = [(_plain(name), values[name]) for name in names if values[name] is not None]
    width = max((len(name) for name, _ in shown), default=0)
    choices = [
        Choice(
            Text.assemble(
                (f"{harmless_line(name)}".ljust(width + 2), styles["quiet"]),
                harmless_line(str(value), _VALUE_CHARACTERS),
            ),
            clause=value_clause(name, str(value)),
        )
        for name, value in shown
    ]
    table = pl.DataFrame([(name, str(value)) for name, value in shown], schema=["field", "value"], orient="row")
    return Listing("Values of this record", choices, table=table)


def marks_listing(marks: Sequence[Mark], styles: Styles) -> Listing:
    """List the marked records with their notes."""
    choices = []
    for mark in marks:
        text = Text.assemble(
            (f"{mark.time:%m-%d %H:%M:%S} " if mark.time else "", styles["quiet"]),
            (f"{(mark.level or '').upper():<6}", styles.get(mark.level or "", styles["quiet"])),
            harmless_line(mark.message, _VALUE_CHARACTERS),
        )
        choices.append(Choice(text, key=mark.key))
        if mark.note:
            choices.append(Choice(Text(f"  “{harmless_line(mark.note)}”", styles["heading"]), key=mark.key))
    return Listing(f"Marks · {len(marks):,}", choices, "no marks yet: m marks a record", _marks_table(marks))


def _pattern_choice(row: PatternRow, styles: Styles, *, compared: bool = False) -> Choice:
    text = Text()
    if compared:
        text.append(f"{row.change:<5}", styles["bad"] if row.change in ("new", "more") else styles["quiet"])
        text.append(f"{_short(row.before):>6} → {_short(row.after):<6} ", styles["quiet"])
    else:
        text.append(f"{_short(row.count):>6} ", styles["quiet"])
        text.append(_sparkline(row.trend) + " ", styles["bar"])
    text.append("● ", styles.get(row.level or "", styles["quiet"]))
    text.append(harmless_line(row.pattern.replace(MASK, SHOWN_MASK), _VALUE_CHARACTERS))
    return Choice(text, clause=pattern_clause(row.pattern, is_cut=row.is_cut))


def _fields_table(facets: Facets) -> pl.DataFrame:
    rows = [
        (each.field, value, count, each.present, each.distinct, facets.rows)
        for each in facets.fields
        for value, count in each.top
    ]
    return pl.DataFrame(rows, schema=["field", "value", "count", "present", "distinct", "records"], orient="row")


def _patterns_table(rows: Sequence[PatternRow], *, compared: bool = False) -> pl.DataFrame:
    table = pl.DataFrame(
        {
            "pattern": [row.pattern.replace(MASK, SHOWN_MASK) for row in rows],
            "count": [row.count for row in rows],
            "level": [row.level for row in rows],
            "trend": [" ".join(map(str, row.trend)) for row in rows],
        },
        schema={"pattern": pl.String, "count": pl.Int64, "level": pl.String, "trend": pl.String},
    )
    if not compared:
        return table
    change = {"change": [row.change for row in rows], "before": [row.before for row in rows]}
    return pl.DataFrame({**change, "after": [row.after for row in rows]}).hstack(table.get_columns())


def _anomalies_table(found: Sequence[Anomaly]) -> pl.DataFrame:
    names = ("kind", "severity", "title", "explanation", "start", "end")
    table = pl.DataFrame({name: [getattr(each, name) for each in found] for name in names}, strict=False)
    return table.with_columns(pl.col("kind", "title").cast(pl.String).str.replace_all(MASK, SHOWN_MASK, literal=True))


def _marks_table(marks: Sequence[Mark]) -> pl.DataFrame:
    names = ("time", "level", "source", "message", "note")
    return pl.DataFrame({name: [getattr(mark, name) for mark in marks] for name in names}, strict=False)


def _by_change(row: PatternRow) -> tuple[int, int]:
    return ("new", "gone", "more", "less").index(row.change), -max(row.before, row.after)


def _sparkline(values: Sequence[int]) -> str:
    peak = max(values, default=0)
    return "".join(" " if not value else BARS[min(7, value * 8 // (peak + 1))] for value in values)


def _bar(share: float) -> str:
    eighths = max(1, round(share * _BAR_CELLS * 8))
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (_PARTS[rest - 1] if rest else "")).ljust(_BAR_CELLS)


def _short(count: int) -> str:
    for size, unit in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if count >= size:
            return f"{count / (size if unit != 'k' else 1000):.3g}{unit}"
    return f"{count:,}"


def _plain(column: str) -> str:
    plain = column.removeprefix(FIELD_PREFIX)
    return column if column != plain and plain in CORE_SCHEMA else plain


def _name(field: str) -> str:
    return value_clause(field, "x").removesuffix(":x")
