"""Joins the read lines of one source to records: continuation lines per stream; the last record stays open.

The records do not depend on where the lines were cut into blocks.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.base import fill_unread, spread
from logtui.formats.cmtrace import NAME as CMTRACE
from logtui.formats.cmtrace_format import with_open_entries
from logtui.formats.continuation import linked
from logtui.formats.java_logging_format import with_level_lines
from logtui.formats.journal_export import NAME as JOURNAL_EXPORT
from logtui.formats.journal_export import object_of
from logtui.formats.object_borders import with_object_borders
from logtui.formats.object_lines import PUNCTUATION, first_object
from logtui.formats.rules import BLANKS, INNER_FIRST, MAX_RECORD_BYTES, STREAM_GAP
from logtui.formats.traces import ERROR_ALONE
from logtui.formats.wrappings import OBJECT_FORMATS
from logtui.model.record import CORE_SCHEMA, TIME_DTYPE, field_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.clock import SourceClock
    from logtui.formats.head_lane import Heads
    from logtui.formats.line_reader import LineReader

_TIME_COLUMNS: Final = ("timestamp", "zoned", "yearless", "dateless")
_INNER_COLUMNS: Final = (*INNER_FIRST, "level", "severity_text")


class RecordAssembler:
    """Joins the read lines of one source to records.

    Args:
        source: The source's name, for the records' `source`.
        clock: Adds the years and days that times lack, and order times.
        line_reader: Reads texts that were joined from several lines.
        records: The number of records that an earlier assembler of this source has delivered.
        carry: The lines of open records that the earlier assembler still held.

    Attributes:
        skipped: Bytes that are part of no record, by reason: `blank_line`.
        records: The number of records completed so far.
        clock: The clock after the records delivered so far.
        carry: The lines of records that may still grow, None if there are none.
        line_reader: As given; it is replaced once the source's formats have been detected.
    """

    def __init__(
        self,
        source: str,
        clock: SourceClock,
        line_reader: LineReader,
        *,
        records: int = 0,
        carry: pl.DataFrame | None = None,
    ) -> None:
        self.skipped: dict[str, int] = {}
        self.records = records
        self.clock = clock
        self.carry = carry
        self._source = source
        self._head: Heads | None = None
        self.line_reader = line_reader

    def feed(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Take the next lines.

        Args:
            lines: Physical lines (`text`, `line`, `offset`, `bytes`) with their normalised reading.

        Returns:
            The records that are complete now: a record frame.
        """
        self.read_open_head()
        grouped = self._grouped(lines)
        first_open = _first_open(grouped)
        self.carry = grouped.filter(pl.col("record") >= first_open)
        return self._finished(grouped.filter(pl.col("record") < first_open))

    def feed_heads(self, heads: Heads) -> pl.DataFrame:
        """Take the next lines, of most of which only some columns were read.

        Args:
            heads: The lines; they are read in full if lines of an envelope are still open.

        Returns:
            The records that are complete now, without those that are passed: a frame with the columns that were read.
        """
        if not self._is_closed_by_head():
            return self.feed(self.line_reader.read(heads.lines))
        opened = self._completed_head(heads)
        before = self._before(heads)
        self._head = heads.last() if heads.ends_alone else None
        complete = heads.records.head(-1) if heads.ends_alone else heads.records
        return self._delivered([*opened, (before, False), (complete, heads.are_passed)])

    def read_open_head(self) -> None:
        """Read the open record in full, if only some columns of it were read, as the next lines may belong to it."""
        if self._head is not None:
            head, self._head = self._head, None
            self.carry = self._grouped(self.line_reader.read(head.lines))

    def _is_closed_by_head(self) -> bool:
        """Whether a head completes all open records, so that none goes on behind it."""
        if self.carry is None:
            return True
        is_apart = (
            (pl.col("stream") != "") | (pl.col("format") == CMTRACE).fill_null(value=False) | _may_be_open_object()
        )
        return not self.carry.select(is_apart.any()).item()

    def _completed_head(self, heads: Heads) -> list[tuple[pl.DataFrame, bool]]:
        """The open record of which only some columns were read, and whether it is passed, if heads complete it."""
        if self._head is None or not (heads.rest is None or heads.begins_alone):
            return []
        head, self._head = self._head, None
        return [(head.records, head.are_passed)]

    def _before(self, heads: Heads) -> pl.DataFrame:
        """The open records that heads complete, and those of lines between them that were read in full."""
        self.read_open_head()
        lines, self.carry = self.carry if heads.rest is None else self._grouped(heads.rest), None
        if not heads.ends_alone and lines is not None:
            first_open = _first_open(lines)
            self.carry = lines.filter(pl.col("record") >= first_open)
            lines = lines.filter(pl.col("record") < first_open)
        return pl.DataFrame() if lines is None or lines.is_empty() else self._whole(_joined(lines))

    def _delivered(self, parts: Sequence[tuple[pl.DataFrame, bool]]) -> pl.DataFrame:
        """Join complete records of which only some columns were read, and count those that are passed, as a frame.

        Args:
            parts: Records, and whether they are passed; the second part is among those of the third.
        """
        times = _TIME_COLUMNS if "timestamp" in parts[-1][0].columns else ()
        is_sorted = parts[-2][0].is_empty()
        parts = [part for part in parts if len(part[0])]
        wanted = [records for records, are_passed in parts if not are_passed]
        if not parts:
            return pl.DataFrame(schema=CORE_SCHEMA)
        known = [each.select("offset", *times).with_columns(passed=pl.lit(passed)) for each, passed in parts]
        order = _in_order(pl.concat(known), is_sorted=is_sorted)
        if times:
            order, self.clock = self.clock.apply(order)
        order = self._with_source(order, self.records)
        self.records += len(order)
        if not wanted:
            return pl.DataFrame(schema=CORE_SCHEMA)
        order = order.filter(~pl.col("passed")).drop("offset", "passed")
        shared = [name for name in wanted[0].columns if all(name in each.columns for each in wanted)]
        records = _in_order(pl.concat([each.select(shared) for each in wanted]), is_sorted=is_sorted)
        records = records.drop(_TIME_COLUMNS, strict=False).hstack(order.get_columns())
        fields = [name for name in field_columns(records) if records[name].null_count() < len(records)]
        return records.select(*(name for name in CORE_SCHEMA if name in records.columns), *fields)

    def open_records(self) -> pl.DataFrame:
        """The records that may still grow, as they are now; they are delivered once more when they are complete."""
        if self.carry is None or self.carry.is_empty():
            return pl.DataFrame(schema=CORE_SCHEMA)
        return self._shaped(_joined(self.carry), self.clock)[0]

    def finish(self) -> pl.DataFrame:
        """Deliver the records that are still open, at the end of the source."""
        self.read_open_head()
        carry, self.carry = self.carry, None
        return self._finished(carry) if carry is not None else pl.DataFrame(schema=CORE_SCHEMA)

    def _grouped(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Add `record`, the row number of the first line of a line's record; drop blank lines before any record."""
        lines = lines.with_columns(base=pl.lit(0, pl.UInt64))
        if self.carry is not None and len(self.carry):
            lines = pl.concat([self.carry.drop("record"), lines], how="diagonal_relaxed")
        goes_on = linked(lines) & pl.col("starts") & (pl.col("base") == 0)
        lines = lines.with_columns(
            starts=pl.col("starts") & ~goes_on,
            message=pl.when(goes_on & pl.col("text").str.starts_with(ERROR_ALONE)).then("text").otherwise("message"),
        )
        lines = _number_records(with_level_lines(with_open_entries(with_object_borders(lines))))
        orphans = lines["record"].is_null()
        if orphans.any():
            skipped = int(lines.filter(orphans)["bytes"].sum())
            self.skipped["blank_line"] = self.skipped.get("blank_line", 0) + skipped
            lines = lines.filter(~orphans)
        return (_cut_giants(lines) if _may_have_giant(lines) else lines).drop("row")

    def _finished(self, lines: pl.DataFrame) -> pl.DataFrame:
        if lines.is_empty():
            return pl.DataFrame(schema=CORE_SCHEMA)
        records, self.clock = self._shaped(_joined(lines), self.clock)
        self.records += len(records)
        return records

    def _shaped(self, records: pl.DataFrame, clock: SourceClock) -> tuple[pl.DataFrame, SourceClock]:
        records, clock = clock.apply(self._whole(records))
        records = self._with_source(records, self.records)
        fields = [name for name in field_columns(records) if records[name].null_count() < len(records)]
        return records.select(*CORE_SCHEMA, *fields), clock

    def _with_source(self, records: pl.DataFrame, first: int) -> pl.DataFrame:
        return records.with_columns(
            source=pl.lit(self._source),
            seq=pl.int_range(first, first + len(records), dtype=pl.UInt64, eager=True),
            ingest_time=pl.lit(None, TIME_DTYPE),
        )

    def _whole(self, records: pl.DataFrame) -> pl.DataFrame:
        """Read what can only be read once a record's lines are joined, and fill in what no format has read."""
        return self._with_wholes(self._with_pieces(records)).with_columns(
            format=pl.col("format").fill_null("plain"),
            message=pl.col("message").fill_null(pl.col("raw")),
        )

    def _with_pieces(self, records: pl.DataFrame) -> pl.DataFrame:
        """Read messages that were joined from pieces, or that are JSON objects over several lines."""
        rows = records.select((pl.col("partial").is_not_null() | _has_object_over_lines()).arg_true()).to_series()
        if not len(rows):
            return records.drop("partial")
        found = self.line_reader.read_again(records["message"].gather(rows))
        found = spread(found.drop("stream", "partial", "timestamp", "zoned", "format"), rows, len(records))
        columns = {name: records[name] for name in records.columns if name != "partial"}
        for name in found.columns:
            here = columns.get(name)
            if here is None:
                columns[name] = found[name]
            else:
                first, second = (found[name], here) if name in _INNER_COLUMNS else (here, found[name])
                columns[name] = first.zip_with(first.is_not_null(), second)
        return pl.DataFrame(columns)

    def _with_wholes(self, records: pl.DataFrame) -> pl.DataFrame:
        """Read records of several lines anew that can be read only as a whole: JSON objects, and those of formats."""
        if not records["raw"].str.contains("\n", literal=True).any():
            return records
        objects = pl.col("format").is_null() & pl.col("raw").str.strip_chars_start(BLANKS).str.starts_with("{")
        records = _with_whole(records, objects, self._read_objects)
        is_entry = (pl.col("format") == JOURNAL_EXPORT).fill_null(value=False)
        records = _with_whole(records, is_entry, self._read_entries)
        for each in self.line_reader.cascade.over_lines:
            is_of_format = (pl.col("format") == each.name).fill_null(value=False)
            records = _with_whole(records, is_of_format, partial(self.line_reader.read_whole, each))
        return records

    def _read_objects(self, texts: pl.Series) -> pl.DataFrame:
        bare = [first_object(text) or text for text in texts.to_list()]
        return self.line_reader.read_objects(pl.Series(bare, dtype=pl.String))

    def _read_entries(self, texts: pl.Series) -> pl.DataFrame:
        return self.line_reader.read_objects(pl.Series([object_of(text) for text in texts.to_list()], dtype=pl.String))


def _in_order(records: pl.DataFrame, *, is_sorted: bool) -> pl.DataFrame:
    return records if is_sorted else records.sort("offset")


def _number_records(lines: pl.DataFrame) -> pl.DataFrame:
    """Add `row`, and `record`, the row of the first line of a line's record; null before the first record."""
    lines = lines.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))
    cut = pl.col("base") > 0
    if lines["partial"].null_count() < len(lines):
        after_piece = pl.col("partial").shift(1).over("stream").is_not_null()
        lines = lines.with_columns(starts=(pl.col("starts") & ~after_piece) | cut)
    if lines["starts"].all():
        return lines.with_columns(record="row")
    blank = pl.col("text").str.strip_chars(PUNCTUATION) == ""
    gap = pl.col("line").cast(pl.Int64).diff() > STREAM_GAP
    single = lines["stream"].n_unique() <= 1
    gaps = lines.select((gap if single else gap.over("stream")).fill_null(value=False)).to_series()
    if single and not gaps.any():
        starts = pl.col("starts") | (~blank & (pl.col("starts").cum_sum() == 0) & ((~blank).cum_sum() == 1))
        return lines.with_columns(starts=starts).with_columns(record=pl.when("starts").then("row").forward_fill())
    lines = lines.with_columns(gaps.alias("stretch")).with_columns(pl.col("stretch").cum_sum().over("stream"))
    stretch = ("stream", "stretch") if gaps.any() else ("stream",)
    leads = (~blank).cum_sum().over(*stretch) == 1
    lines = lines.with_columns(starts=(~blank & (pl.col("starts") | leads)) | cut)
    return lines.with_columns(record=pl.when("starts").then("row").forward_fill().over(*stretch)).drop("stretch")


def _may_have_giant(lines: pl.DataFrame) -> bool:
    base, size = lines.select(pl.col("base").max().fill_null(0), pl.col("bytes").sum()).row(0)
    return bool(base + size > MAX_RECORD_BYTES) and not lines["starts"].all()


def _cut_giants(lines: pl.DataFrame) -> pl.DataFrame:
    """Start another record at the line with which a record passes a multiple of `MAX_RECORD_BYTES`.

    `base` of that line becomes the bytes before it, so that the next cut is at the same place when the line comes
    again, carried over to the next block.
    """
    before = pl.col("base").first() + pl.col("bytes").cum_sum() - pl.col("bytes")
    lines = lines.with_columns(before=before.over("record"))
    piece = pl.col("before") // MAX_RECORD_BYTES
    cut = (piece != piece.shift(1)).over("record").fill_null(value=False)
    lines = lines.with_columns(
        starts=pl.col("starts") | cut,
        base=pl.when(cut).then("before").otherwise("base"),
        record=pl.coalesce(pl.when(cut).then("row").forward_fill().over("record"), "record"),
    )
    return lines.drop("before")


def _first_open(lines: pl.DataFrame) -> int:
    """The row number of the first record that may still grow."""
    if lines.is_empty():
        return 0
    if lines["stream"].n_unique() <= 1:
        return int(lines["record"][-1])
    last = lines.group_by("stream").agg(pl.col("record").max(), pl.col("line").max())
    alive = last.filter(pl.col("line").cast(pl.Int64) + STREAM_GAP >= int(lines["line"][-1]))
    return int(alive["record"].min())  # type: ignore[arg-type]  # the last line's stream is alive


def _joined(lines: pl.DataFrame) -> pl.DataFrame:
    """Join the lines of each record to one row; rows are in the order of the first lines."""
    lines = lines.drop("base", "leads", "follows").rename({"text": "raw"})
    continued = lines.filter(~pl.col("starts"))
    if continued.is_empty():
        return lines.drop("starts", "record", "stream")
    parts = pl.col("record").is_in(continued["record"].unique().implode())
    is_bracket = ~pl.col("starts") & (pl.col("raw").str.strip_chars(PUNCTUATION) == "")
    below_object = pl.col("format").first().over("record").is_in(list(OBJECT_FORMATS))
    message = pl.when(is_bracket & below_object).then(pl.lit("")).otherwise(pl.coalesce("message", "raw"))
    several = lines.filter(parts).with_columns(message=message)
    joined = several.group_by("record", maintain_order=True).agg(
        pl.exclude("raw", "message", "bytes", "record").first(),
        pl.col("raw").str.join("\n").str.strip_chars_end("\n"),
        (pl.col("message") + pl.when(pl.col("partial").is_null()).then(pl.lit("\n")).otherwise(pl.lit("")))
        .str.join("")
        .str.strip_chars_end("\n"),
        pl.col("bytes").sum(),
    )
    singles = lines.filter(~parts)
    return pl.concat([singles, joined.select(singles.columns)]).sort("record").drop("starts", "record", "stream")


def _has_object_over_lines() -> pl.Expr:
    message = pl.col("message")
    is_object = message.str.starts_with("{") & message.str.ends_with("}") & pl.col("format").is_not_null()
    return (is_object & message.str.contains("\n", literal=True)).fill_null(value=False)


def _may_be_open_object() -> pl.Expr:
    """Whether a line begins like an object and was not read as one."""
    return pl.col("format").is_null() & pl.col("text").str.contains(r"[{\[]")


def _with_whole(
    records: pl.DataFrame, wanted: pl.Expr, read_whole: Callable[[pl.Series], pl.DataFrame]
) -> pl.DataFrame:
    several = pl.col("raw").str.contains("\n", literal=True)
    rows = records.select((wanted & several).arg_true()).to_series()
    if not len(rows):
        return records
    found = read_whole(records["raw"].gather(rows))
    found = found.drop("stream", "partial").with_columns(read=pl.col("format").is_not_null())
    if not found["read"].any():
        return records
    found = spread(found, rows, len(records)).with_columns(pl.col("read").fill_null(value=False))
    unread = records.with_columns(read=~found["read"])
    return fill_unread(unread, found).drop("read")
