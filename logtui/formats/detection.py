"""Detects the formats of a source from its first lines, with the reasons.

The sample is small, so row readers, which start at once, try it. The source itself is then read by the column readers
of the same formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logtui.formats.base import PatternFormat
from logtui.formats.cascade import Cascade
from logtui.formats.registry import FORMATS, PLAIN
from logtui.formats.rows.detection import judge
from logtui.formats.rows.registry import PLAIN_ROWS, declared_rows, row_format_named
from logtui.formats.rows.times import TimeReader
from logtui.formats.scoring import SAMPLE_LINES, SAMPLE_TEXT
from logtui.formats.table_format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from logtui.formats.base import Format
    from logtui.formats.moments import Orders
    from logtui.formats.rows.detection import Judgement
    from logtui.formats.rows.reading import RowFormat

_EXAMPLES: Final = 3
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a sample a format reads.

    Attributes:
        name: The format's name.
        share: Lines read, as a part of the lines that may start a record; 0 to 1.
    """

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Detection:
    """The formats of a source.

    Attributes:
        main: The name of the format that reads most sample lines; `plain` if no format reads enough.
        scores: The formats that read some of the sample, the main one first.
        cascade: The formats as a reader of the source's lines.
        unread: Up to three sample lines that no format read.
        sampled: The number of sample lines: lines that may start a record.
        orders: The order of year, month and day in numeric dates, by shape.
        assumptions: What the times do not state, and what is assumed instead, one sentence each.
    """

    main: str
    scores: tuple[Score, ...]
    cascade: Cascade
    unread: tuple[str, ...]
    sampled: int
    orders: Orders
    assumptions: tuple[str, ...]


def detect(
    texts: pl.Series, forced: Format | None = None, own: Sequence[PatternFormat] = (), *, thorough: bool = False
) -> Detection:
    """Detect the formats of a source.

    Args:
        texts: The first lines of the source; at most `SAMPLE_LINES` are used.
        forced: The format that the user named; it becomes the main one whatever it reads.
        own: The user's custom formats; they are tried first.
        thorough: Try all formats, so that every share is known, even after one has read all lines.

    Returns:
        The detection; the same lines always give the same one.
    """
    own_rows = {declared_rows(each.declaration): each for each in own}
    forced_rows = row_format_named(forced.name, list(own_rows)) if forced else None
    sample = texts.head(SAMPLE_LINES).str.slice(0, SAMPLE_TEXT).to_list()
    return detection_of(judge(sample, forced_rows, list(own_rows), thorough=thorough), forced, own)


def detection_of(found: Judgement, forced: Format | None = None, own: Sequence[PatternFormat] = ()) -> Detection:
    """Turn the judgement of the row readers into that of the column readers.

    Args:
        found: The judgement.
        forced: As of `detect`.
        own: As of `detect`.
    """
    columns = _column_readers(found, own)
    main = columns.get(found.main, forced or PLAIN)
    cascade = Cascade(
        formats=tuple(columns.get(each, main) for each in found.formats),
        main=main,
        payload_formats=tuple(columns[each] for each in found.payload_formats),
        leading=found.leading,
        payload_leading=found.payload_leading,
        headed=found.headed,
        margin=found.margin,
    )
    return Detection(
        main=main.name,
        scores=tuple(
            Score(each.name, found.scores[each])
            for each in sorted(found.scores, key=lambda each: each is not found.main)
        ),
        cascade=cascade,
        unread=tuple(dict.fromkeys(text[:_SHOWN] for text in found.unread))[:_EXAMPLES],
        sampled=len(found.heads),
        orders=found.orders,
        assumptions=_assumptions(found.times, found.orders),
    )


def _column_readers(found: Judgement, own: Sequence[PatternFormat]) -> dict[RowFormat, Format]:
    """Map the row readers of a judgement to the column readers of the same formats."""
    titled = [TableFormat(tables) for tables in found.titled]
    columns: dict[RowFormat, Format] = dict(zip(found.known, (*own, *titled, *FORMATS), strict=True))
    known = {
        row.where_known: each.where_known
        for row, each in columns.items()
        if row.where_known and isinstance(each, PatternFormat) and each.where_known
    }
    return {PLAIN_ROWS: PLAIN, **columns, **known}


_DATE_PARTS: Final = {"y": "year", "m": "month", "d": "day"}


def _assumptions(texts: Sequence[str], orders: Orders) -> tuple[str, ...]:
    reader = TimeReader(orders)
    times = [time for text in texts if (time := reader.read(text)) is not None]
    found = {
        "times state no zone: --source-tz, or UTC": any(not time.zoned for time in times),
        "times state no year: --year, or the last is of the file's date; a step back by a month begins the next": (
            any(time.yearless for time in times)
        ),
        "times state no date: that of times beside them that do, or the last is of the file's date; "
        "a step back by an hour begins the next": any(time.dateless for time in times),
    }
    dates = (" ".join(_DATE_PARTS[letter] for letter in order[0]) for order in orders.values())
    return (*(text for text, holds in found.items() if holds), *(f"numbers of a date: {date}" for date in dates))
