"""Reads of lines of JSON only the values that some columns are made of, but in full the few that a query may match.

A line that has one of the commonest shapes of its block is a record by itself: nothing about it depends on its
neighbours or on what its values hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.head_lane import Heads, are_few
from logtui.formats.json_envelope import JsonEnvelope
from logtui.formats.json_keys import bears_on
from logtui.formats.json_lines import Decoded, JsonLines, named
from logtui.formats.normalised import TIMES, columns
from logtui.formats.object_shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from logtui.formats.cascade import Cascade
    from logtui.formats.line_reader import LineReader
    from logtui.formats.object_shapes import Shape
    from logtui.formats.sieve import Sieve

OBJECT_COLUMNS: Final = ("timestamp", "order_time", "level", "severity_text", "service", "host", "logger")
"""The columns that can be read of a line without reading it in full."""

READ_IN_FULL: Final = frozenset({"message"})
"""The columns that are made of so much of a line that it is read in full."""

_TEXTS: Final = dict.fromkeys(TIMES, "time_text") | dict.fromkeys(("level", "severity_text"), "level_text")
"""What a column is made of, if that has another name."""

_SAMPLE: Final = 64
"""Lines of a block of which shapes are taken."""


class ObjectLane:
    """Reads the blocks of a source of JSON lines.

    Args:
        reader: The reader of all columns.
        columns: The record columns that are asked for, out of `OBJECT_COLUMNS` and those that cost nothing.
        sieve: What every wanted record meets, on no other columns; None if all records are wanted.
        otherwise: Reads the blocks whose lines have no common shape, or of which the sieve holds back much; by default
            `reader`.
    """

    def __init__(
        self,
        reader: LineReader,
        columns: Collection[str],
        sieve: Sieve | None = None,
        otherwise: ObjectLane | None = None,
    ) -> None:
        self._reader = reader
        self._columns = [name for name in OBJECT_COLUMNS if name in columns]
        self._sieve = sieve
        self._otherwise = otherwise or reader

    def read(self, lines: pl.DataFrame) -> pl.DataFrame | Heads:
        """Read consecutive lines.

        Args:
            lines: Physical lines: `text`, `line`, `offset`, `bytes`.

        Returns:
            Heads; the lines with their full normalised reading, as `LineReader.read` returns them, if many of them have
            another shape or may be wanted.
        """
        heads = self._heads_in(lines)
        return self._otherwise.read(lines) if heads is None else heads

    def are_alone(self, texts: pl.Series) -> pl.Series:
        """Whether lines are records by themselves.

        Args:
            texts: String.

        Returns:
            Boolean, same height.
        """
        return _kinds_of(texts, shapes_of(texts)).is_not_null()

    def _heads_in(self, lines: pl.DataFrame) -> Heads | None:
        sample = lines["text"].gather_every(1 + len(lines) // _SAMPLE)
        shapes = shapes_of(sample)
        if not shapes or self._wants_many(lines):
            return None
        kinds = _kinds_of(lines["text"], shapes)
        full = kinds.is_null()
        if not are_few(full):
            return None
        shaped = full.not_().arg_true()
        records = self._records(lines.rename({"text": "raw"})[shaped], kinds.gather(shaped), shapes)
        if self._sieve is not None:
            wanted = self._sieve.holding_heads(records)
            if not are_few(wanted):
                return None
            full = full.scatter(shaped.filter(wanted), True)
            records = records.filter(~wanted)
        rest = self._reader.read(lines.filter(full)) if full.any() else None
        if rest is not None and not _are_whole(rest, int(full.sum())):
            return None
        return Heads.of(lines, records, rest, are_passed=self._sieve is not None)

    def _wants_many(self, lines: pl.DataFrame) -> bool:
        """Whether many lines may be wanted by their texts, so that the block is read in full anyway."""
        if self._sieve is None or not self._sieve.texts or self._sieve.heads:
            return False
        return not are_few(self._sieve.holding(lines.rename({"text": "raw"})))

    def _records(self, raw: pl.DataFrame, kinds: pl.Series, shapes: Sequence[Shape]) -> pl.DataFrame:
        raw = raw.with_columns(format=pl.lit(JsonLines.name))
        if len(shapes) == 1:
            return self._with_columns(raw, shapes[0])
        found = [self._with_columns(raw.filter(kinds == kind), shape) for kind, shape in enumerate(shapes)]
        return pl.concat(found).sort("offset")

    def _with_columns(self, raw: pl.DataFrame, shape: Shape) -> pl.DataFrame:
        """Add the columns of lines of one shape, each of which depends on few of their values."""
        read = pl.repeat(True, len(raw), eager=True)
        texts = {_TEXTS.get(name, name) for name in self._columns}
        paths = [path for path in shape.paths if any(bears_on(text, path) for text in texts)]
        reading = named(Decoded(read, _values(raw["raw"], shape, paths))) if paths else read.to_frame("read")
        return raw.with_columns(*columns(reading, self._columns, self._reader.orders))


def is_of_objects(cascade: Cascade) -> bool:
    """Whether the main format of a source is JSON lines, and only envelopes of JSON are tried before it."""
    main = cascade.main
    if not isinstance(main, JsonLines) or main not in cascade.formats:
        return False
    return all(isinstance(each, JsonEnvelope) for each in cascade.formats[: cascade.formats.index(main)])


def _kinds_of(texts: pl.Series, shapes: Sequence[Shape]) -> pl.Series:
    """The place of each text's shape among some shapes, null for other texts."""
    kinds = pl.repeat(None, len(texts), dtype=pl.UInt8, eager=True)
    for kind, shape in enumerate(shapes):
        rows = kinds.is_null().arg_true()
        left = texts if len(rows) == len(texts) else texts.gather(rows)
        kinds = kinds.scatter(rows.filter(left.str.contains(shape.pattern)), kind)
    return kinds


def _values(texts: pl.Series, shape: Shape, paths: Sequence[str]) -> pl.DataFrame:
    """The values under some paths in lines of one shape, as `decode` returns them."""
    found = texts.str.extract_groups(shape.capturing(paths)).struct.unnest()
    names = zip(found.columns, (path for path in shape.paths if path in paths), strict=True)
    return found.select(_value(pl.col(name)).alias(path) for name, path in names)


def _value(written: pl.Expr) -> pl.Expr:
    """The text of a scalar that is written without escapes."""
    return pl.when(written != "null").then(written.str.strip_prefix('"').str.strip_suffix('"'))


def _are_whole(rest: pl.DataFrame, count: int) -> bool:
    """Whether each of some lines was read as one object that is no envelope."""
    is_whole = (pl.col("format") == JsonLines.name) & pl.col("starts") & (pl.col("stream") == "")
    return len(rest) == count and bool(rest.select(is_whole.fill_null(value=False).all()).item())
