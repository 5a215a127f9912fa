"""Tables whose columns are titled in the file itself: CSV and its kin, W3C, Zeek, VPC flow logs with a title line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.formats.access import status_level
from logtui.formats.cloud import VPC_FLOW_FIELDS
from logtui.formats.shapes import CLOCK_TIME, EPOCH, TIME
from logtui.formats.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

TITLED: Final = ("csv", "w3c", "zeek", "vpcflow")
"""Names of the formats whose columns are named in the file itself."""

_SEPARATORS: Final = "\t,;|"
_MOST_ROWS: Final = 50
_TITLE: Final = re.compile(r"[A-Za-z_@#][\w .()/@#:%-]{0,60}")
_PLAIN_NAME: Final = re.compile(r"[^a-z0-9]")
_ROLES: Final = {
    "time_text": "timestamp time datetime dateandtime date ts eventtime timegenerated timecreated logtime utctime "
    "createdat created starttime occurredat isotime logdate logtimestamp eventtimestamp",
    "level_text": "level severity loglevel lvl severitytext levelname leveldisplayname priority entrytype "
    "errorseverity",
    "message": "message msg content text logmessage description eventmessage log body details event",
    "host": "host hostname computer computername machine machinename server node",
    "logger": "logger loggername component module category channel",
    "service": "service servicename svc app application program process processname provider source",
}
"""Titles in small letters and digits for what a column is, the most telling first."""
_STATUSES: Final = ("sc-status", "status_code", "http_status", "sc_status", "statuscode")
_ANY_TIME: Final = rf"^\[?(?:{TIME}|{CLOCK_TIME}|{EPOCH.pattern})\]?$"
_DAY: Final = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$|^\d{8}$"
_CLOCK: Final = rf"^{CLOCK_TIME}$"


def titled_tables(lines: Sequence[str], forced: str | None = None) -> list[tuple[Table, ...]]:
    """Find the tables whose columns are named in a file's first lines.

    Args:
        lines: The first lines of a file.
        forced: The format that the user named; a title line then counts without rows that fit it.

    Returns:
        For each format its tables, mostly none.
    """
    found = [_w3c(lines), _zeek(lines)]
    if not any(found):
        filled = [line for line in lines if line.strip()][: _MOST_ROWS + 1]
        found = [_vpc_flow(filled), _csv(filled, certain=forced == "csv")]
    return [tables for tables in found if tables]


def _w3c(lines: Sequence[str]) -> tuple[Table, ...]:
    """Extended log files: IIS, CloudFront, Exchange and others (W3C working draft WD-logfile)."""
    titles = dict.fromkeys(line[8:].strip() for line in lines if line.startswith("#Fields:"))
    rows = [line for line in lines if line.strip() and line[0] != "#"]
    tables = []
    for title in titles:
        names = [name for name in re.split(r"[\s,]+", title) if name]
        separator = next((each for each in "\t ," if any(row.count(each) + 1 == len(names) for row in rows)), " ")
        tables.append(
            Table(
                name="w3c",
                columns=_with_day(names, ("date", "time"), ("date-time",)),
                separator=separator,
                quoting="doubled" if separator == "," else "",
                about="^#",
                shown=tuple(name for name in ("cs-method", "cs-uri-stem", "sc-status") if name in names),
                severity=_status_of(names),
            )
        )
    return tuple(tables)


def _with_day(names: Sequence[str], *times: tuple[str, ...]) -> tuple[str, ...]:
    """The names with those of a time's columns replaced."""
    for together in times:
        if all(name in names for name in together):
            return tuple("time_text" if name in together else name for name in names)
    return tuple(names)


def _status_of(names: Iterable[str]) -> tuple[str, Callable[[str], str | None]] | None:
    name = next((name for name in names if name.lower() in _STATUSES), None)
    return (name, status_level) if name else None


def _zeek(lines: Sequence[str]) -> tuple[Table, ...]:
    """Zeek's log files (Zeek documentation, log formats)."""
    separator = "\t"
    tables = []
    for line in lines:
        if line.startswith("#separator "):
            code = re.fullmatch(r"\\x([0-9a-fA-F]{2})", line[11:].strip())
            separator = chr(int(code[1], 16)) if code else line[11:12] or "\t"
        elif line.startswith("#fields" + separator):
            names = line.split(separator)[1:]
            columns = tuple("time_text" if name == "ts" else name for name in names)
            table = Table("zeek", columns, separator, about="^#", severity=_status_of(names))
            tables.append(table)
    return tuple(dict.fromkeys(tables))


def _vpc_flow(lines: Sequence[str]) -> tuple[Table, ...]:
    names = tuple(lines[0].split()) if lines else ()
    if len(names) < 3 or not set(names) <= set(VPC_FLOW_FIELDS):
        return ()
    columns = tuple("time_text" if name == "start" else name for name in names)
    return (Table("vpcflow", columns, about=f"^{re.escape(lines[0])}$"),)


def _csv(lines: Sequence[str], *, certain: bool) -> tuple[Table, ...]:
    """Comma-separated values (RFC 4180) and those with other separators."""
    for separator in _SEPARATORS if lines else "":
        titles = _titles(lines[0], separator)
        if titles and (table := _csv_table(titles, separator, lines, certain=certain)):
            return (table,)
    return ()


def _titles(line: str, separator: str) -> list[str]:
    titles = [each.strip().removeprefix("\ufeff").strip('"').strip() for each in line.split(separator)]
    good = len(titles) > 1 and len(set(titles)) == len(titles) and all(map(_TITLE.fullmatch, titles))
    return titles if good else []


def _csv_table(titles: list[str], separator: str, lines: Sequence[str], *, certain: bool) -> Table | None:
    split = re.compile(Table("csv", tuple(titles), separator, "doubled").cell).findall
    whole = _whole_rows(lines[1:])
    rows = [[cell[1:].strip(' "') for cell in split(separator + row)] for row in whole]
    titles = _with_untitled_message(titles, rows)
    rows = [row for row in rows if len(row) == len(titles)]
    if not rows or (not certain and 2 * len(rows) < len(whole)):
        return None
    columns = _roles(titles, rows[0])
    times = [place for place, name in enumerate(columns) if name == "time_text"]
    if not certain and not {"time_text", "level_text", "message"} & set(columns):
        return None
    return Table(
        name="csv",
        columns=tuple(columns),
        separator=separator,
        quoting="doubled",
        about=f"^{re.escape(lines[0])}$",
        checks=tuple((place, _ANY_TIME) for place in times if len(times) == 1),
        severity=None if "level_text" in columns else _status_of(titles),
        headed=True,
    )


def _whole_rows(lines: Iterable[str]) -> list[str]:
    """The lines, put together where a quote is open at the end of one."""
    rows: list[str] = []
    is_open = False
    for line in lines:
        if is_open:
            rows[-1] += "\n" + line
        else:
            rows.append(line)
        is_open ^= line.count('"') % 2 == 1
    return rows


def _with_untitled_message(titles: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The titles, and one more where most rows have a cell behind the last, as Windows' Event Viewer writes them."""
    longer = sum(len(row) == len(titles) + 1 for row in rows)
    return [*titles, "message"] if 2 * longer > len(rows) and "message" not in map(str.lower, titles) else titles


def _roles(titles: list[str], row: Sequence[str]) -> list[str]:
    """What each column is, by its title; for a time its first cell must be one."""
    plain = [_PLAIN_NAME.sub("", title.lower()) for title in titles]
    columns = list(titles)
    for core, names in _ROLES.items():
        places = [plain.index(name) for name in names.split() if name in plain]
        free = [place for place in places if columns[place] == titles[place]]
        for place in _places_of_time(plain, free, row) if core == "time_text" else free[:1]:
            columns[place] = core
    return columns


def _places_of_time(plain: Sequence[str], places: Sequence[int], row: Sequence[str]) -> list[int]:
    is_time, is_day, is_clock = (re.compile(pattern, re.ASCII).search for pattern in (_ANY_TIME, _DAY, _CLOCK))
    if "date" in plain and "time" in plain:
        day, clock = plain.index("date"), plain.index("time")
        if day < clock and is_day(row[day]) and is_clock(row[clock]):
            return [day, clock]
    return [place for place in places if is_time(row[place]) and not is_clock(row[place])][:1]
