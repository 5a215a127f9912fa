"""Reads of lines of JSON only the times, but in full the few that a query may match.

A line that has one of the commonest shapes of its block is a record by itself: nothing about it depends on its
neighbours or on what its values hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.head_lane import Heads, are_few
from logtui.formats.json_envelope import JsonEnvelope
from logtui.formats.json_keys import bears_on_time
from logtui.formats.json_lines import Decoded, JsonLines, named
from logtui.formats.normalised import normalise
from logtui.formats.object_shapes import shapes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.formats.cascade import Cascade
    from logtui.formats.line_reader import LineReader
    from logtui.formats.object_shapes import Shape
    from logtui.formats.sieve import Sieve

_SAMPLE: Final = 64
"""Lines of a block of which shapes are taken."""


class ObjectLane:
    """Reads the blocks of a source of JSON lines.

    Args:
        reader: The reader of all columns.
        sieve: What every wanted record meets; only its conditions on texts are used.
        has_times: Whether the times of all records are needed.
    """

    def __init__(self, reader: LineReader, sieve: Sieve, *, has_times: bool) -> None:
        self._reader = reader
        self._sieve = sieve
        self._has_times = has_times

    def read(self, lines: pl.DataFrame) -> pl.DataFrame | Heads:
        """Read consecutive lines.

        Args:
            lines: Physical lines: `text`, `line`, `offset`, `bytes`.

        Returns:
            Heads; the lines with their full normalised reading, as `LineReader.read` returns them, if many of them have
            another shape or may be wanted.
        """
        heads = self._heads_in(lines)
        return self._reader.read(lines) if heads is None else heads

    def are_alone(self, texts: pl.Series) -> pl.Series:
        """Whether lines are records by themselves.

        Args:
            texts: String.

        Returns:
            Boolean, same height.
        """
        return _kinds_of(texts, shapes_of(texts)).is_not_null()

    def _heads_in(self, lines: pl.DataFrame) -> Heads | None:
        raw = lines.rename({"text": "raw"})
        wanted = self._sieve.holding(raw)
        shapes = shapes_of(lines["text"].gather_every(1 + len(lines) // _SAMPLE)) if are_few(wanted) else []
        if not shapes:
            return None
        kinds = _kinds_of(lines["text"], shapes)
        full = wanted | kinds.is_null()
        if not are_few(full):
            return None
        rest = self._reader.read(lines.filter(full)) if full.any() else None
        if rest is not None and not _are_whole(rest, int(full.sum())):
            return None
        return Heads.of(lines, self._records(raw.filter(~full), kinds.filter(~full), shapes), rest, are_passed=True)

    def _records(self, raw: pl.DataFrame, kinds: pl.Series, shapes: Sequence[Shape]) -> pl.DataFrame:
        raw = raw.with_columns(format=pl.lit(JsonLines.name))
        if not self._has_times:
            return raw.with_columns(yearless=pl.lit(value=False), dateless=pl.lit(value=False))
        found = [self._with_times(raw.filter(kinds == kind), shape) for kind, shape in enumerate(shapes)]
        return pl.concat(found).sort("offset")

    def _with_times(self, raw: pl.DataFrame, shape: Shape) -> pl.DataFrame:
        """Add the times of lines of one shape, which depend on few of their values."""
        read = pl.repeat(True, len(raw), eager=True)
        paths = [path for path in shape.paths if bears_on_time(path)]
        reading = named(Decoded(read, _values(raw["raw"], shape, paths))) if paths else read.to_frame("read")
        times = normalise(reading, self._reader.orders).select("timestamp", "zoned", "yearless", "dateless")
        return raw.hstack(times.get_columns())


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
