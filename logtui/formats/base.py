"""The interface of formats as column readers: a column of texts in, a reading out.

A reading is a frame as high as the texts, with a Boolean column `read` and any of the String columns
`time_text`, `level_text`, `severity` (a level that is no text of the record, such as one derived from a
status), `service`, `host`, `logger`, `message`, `payload` (a text that is to be read again), `stream`
(the key that keeps interleaved payloads apart), `partial` (not null where the payload goes on in the next line
of its stream) and `@field`.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import polars as pl

from logtui.formats.declaration import CORE_GROUPS, STREAM_PARTS, Declaration
from logtui.formats.patterns import groups, matches, opening, unnamed
from logtui.formats.rows.registry import declared_rows
from logtui.formats.rules import ESCAPE
from logtui.model.record import field_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.rows.reading import Reading

_ROW: Final = "\0row"
_FEW: Final = 32
"""Up to this many lines are tried one by one: Polars compiles all patterns anew for each block, which takes 75 ms."""


class Format(Protocol):
    """One family of log lines."""

    @property
    def name(self) -> str:
        """Name for `--format`, `detect` and the `format` column."""

    @property
    def headed(self) -> bool:
        """Whether each record begins with a header, so that any other line continues the record above."""

    @property
    def samples(self) -> tuple[str, ...]:
        """Lines that this format reads, each with a message."""

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts.

        Args:
            texts: String, no nulls.

        Returns:
            A reading; rows that are not of this format have `read` false and nulls elsewhere.
        """


@runtime_checkable
class OverLines(Protocol):
    """A format of which some records can be read only once all their lines are known."""

    @property
    def name(self) -> str:
        """As of `Format`."""

    def read_whole(self, records: pl.Series) -> pl.DataFrame:
        """Read a column of records of several lines.

        Args:
            records: String, no nulls; the first line of each was read by the format.

        Returns:
            A reading; `read` is false where the first line told all.
        """


class PatternFormat:
    """Reads the columns of a format that is declared by patterns.

    Args:
        declaration: The format.

    Attributes:
        declaration: The format.
        where_known: The variant that also reads the declaration's trusted patterns; None if there are none.
    """

    def __init__(self, declaration: Declaration) -> None:
        self.name = declaration.name
        self.headed = declaration.headed
        self.samples = declaration.samples
        self.declaration = declaration
        known = declaration.where_known()
        self.where_known: Final = PatternFormat(known) if known else None

    @cached_property
    def read_line(self) -> Callable[[str], Reading | None]:
        """The row reader of the same format, which is quicker for a few texts."""
        return declared_rows(self.declaration).read

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of the format; each text that it reads matches one of them."""
        return self.declaration.patterns

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts with the patterns in turn."""
        declaration = self.declaration
        if not _may_read(self, texts):
            return nothing_read(len(texts))
        reading = self._read_in_turn(texts, declaration.patterns)
        for step in declaration.refinements if reading["read"].any() else ():
            reading = _refined(reading, self._read_in_turn(reading["message"], step))
        if declaration.severity is not None:
            reading = with_severity(reading, *declaration.severity)
        return with_payload(reading, reading["message"]) if declaration.envelope and reading["read"].any() else reading

    def _read_in_turn(self, texts: pl.Series, patterns: Sequence[str]) -> pl.DataFrame:
        reading = self._read_pattern(texts, patterns[0])
        for pattern in patterns[1:]:
            if reading["read"].all():
                break
            reading = fill_unread(reading, self._read_pattern(texts.set(reading["read"], None), pattern))
        return reading

    def _read_pattern(self, texts: pl.Series, pattern: str) -> pl.DataFrame:
        found = groups(texts, pattern)
        if found["message"].null_count() == len(found):
            return nothing_read(len(texts))
        read = found["message"].is_not_null() & self.passes(found)
        if found["message"].null_count() + int(read.sum()) < len(found):
            found = found.with_columns(pl.when(read).then(pl.all()))
        return self.named(found).with_columns(read=read)

    def passes(self, found: pl.DataFrame) -> pl.Series:
        """Whether the groups of each text pass the declaration's checks.

        Args:
            found: Groups of a pattern, those of the checks among them.

        Returns:
            Boolean, same height.
        """
        passed = pl.repeat(True, len(found), eager=True)
        for group, check in self.declaration.checks:
            if group in found.columns:
                passed &= matches(found[group], check).fill_null(value=True)
        for group, refused in self.declaration.refuses:
            if group in found.columns:
                passed &= ~matches(found[group], refused).fill_null(value=False)
        return passed

    def named(self, found: pl.DataFrame) -> pl.DataFrame:
        """Name the groups of a pattern as a reading does, and null the texts that stand for no value."""
        found = found.drop(name for name in found.columns if name.startswith("_"))
        absent = ("", self.declaration.absent)
        missing = [name for name in found.columns if name != "message" and found[name].is_in(absent).any()]
        found = found.with_columns(pl.when(~pl.col(name).is_in(absent)).then(pl.col(name)) for name in missing)
        field_of = self.declaration.field_of
        return found.rename(
            {name: name if name in CORE_GROUPS else field_column(field_of(name)) for name in found.columns}
        )


def promising(formats: Sequence[Format], texts: pl.Series) -> list[Format]:
    """Leave out the formats whose patterns match none of the texts, in one pass over the texts.

    Args:
        formats: Formats in any order.
        texts: String.

    Returns:
        The other formats, in the same order.
    """
    formats = [each for each in formats if _may_read(each, texts)]
    if len(texts) <= _FEW:
        lines = texts.to_list()
        return [each for each in formats if not _patterns(each) or _reads_any(each, lines)]
    texts = texts.filter(texts.str.contains(_any_opening(tuple(formats))))
    if not len(texts):
        return [each for each in formats if not _patterns(each)]
    tests = {
        str(place): pl.any_horizontal(pl.col("text").str.contains(opening(pattern)) for pattern in patterns).any()
        for place, each in enumerate(formats)
        if (patterns := _patterns(each))
    }
    found = texts.to_frame("text").select(**tests).row(0, named=True) if tests else {}
    return [each for place, each in enumerate(formats) if found.get(str(place), True)]


def _may_read(candidate: Format, texts: pl.Series) -> bool:
    """Whether any text holds the literal text that every line of the format contains."""
    needs = candidate.declaration.needs if isinstance(candidate, PatternFormat) else ""
    return not needs or bool(texts.str.contains(needs, literal=True).any())


def _reads_any(candidate: Format, lines: Sequence[str]) -> bool:
    return not isinstance(candidate, PatternFormat) or any(map(candidate.read_line, lines))


@cache
def _any_opening(formats: tuple[Format, ...]) -> str:
    """One alternation of all formats' patterns: Polars keeps it compiled, and mostly it rules out all of them."""
    openings = (opening(pattern) for each in formats for pattern in _patterns(each))
    return "|".join(f"(?:{unnamed(pattern)})" for pattern in openings) or "$^"


def _patterns(candidate: Format) -> tuple[str, ...]:
    patterns: tuple[str, ...] = getattr(candidate, "patterns", ())
    return patterns


def _refined(head: pl.DataFrame, inner: pl.DataFrame) -> pl.DataFrame:
    """Merge the reading of a record's head with that of the message behind the head; the head's values win."""
    columns = {name: head[name] for name in head.columns}
    for name in inner.columns:
        if name == "message":
            columns[name] = inner[name].zip_with(inner["read"], head[name])
        elif name in columns and name != "read":
            columns[name] = head[name].zip_with(head[name].is_not_null(), inner[name])
        else:
            columns.setdefault(name, inner[name])
    return pl.DataFrame(columns)


def with_payload(reading: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Add the inner lines of envelopes to their reading.

    Args:
        reading: The reading of the envelopes.
        lines: String, the inner lines; same height.

    Returns:
        The reading with the columns `payload`, `message` and `stream`.
    """
    lines = without_colours(lines)
    parts = [pl.col(name) for name in STREAM_PARTS if name in reading.columns]
    stream = pl.concat_str(parts, separator="/", ignore_nulls=True) if parts else pl.lit("")
    return reading.with_columns(lines.alias("payload"), lines.alias("message"), stream=stream)


def without_colours(texts: pl.Series) -> pl.Series:
    """Remove terminal escape sequences from texts; a record's `raw` keeps them."""
    if not texts.str.contains("\x1b", literal=True).any():
        return texts
    return texts.str.replace_all(ESCAPE, "")


def with_severity(reading: pl.DataFrame, group: str, severity_of: Callable[[str], str | None]) -> pl.DataFrame:
    """Add the column `severity`, the level that a number or sign in the given group means.

    Args:
        reading: A reading.
        group: The group.
        severity_of: Maps the group's text to a level, or to None.

    Returns:
        The reading; unchanged if it has no such group.
    """
    name = group if group in CORE_GROUPS else field_column(group)
    if name not in reading.columns:
        return reading
    texts = reading[name]
    table = {text: severity_of(text) for text in texts.unique().drop_nulls().to_list()}
    return reading.with_columns(severity=texts.replace_strict(table, default=None, return_dtype=pl.String))


def fill_unread(reading: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Fill the rows that a reading has not read from another reading of the same texts; columns are those of both."""
    unread = ~reading["read"]
    columns: dict[str, pl.Series] = {}
    for name in dict.fromkeys([*reading.columns, *more.columns]):
        here = reading[name] if name in reading.columns else None
        there = more[name] if name in more.columns else None
        if there is None:
            columns[name] = here  # type: ignore[assignment]  # one of the two has the column
        elif here is None:
            columns[name] = there.set(~unread, None)
        else:
            columns[name] = here.zip_with(~unread, there)
    return pl.DataFrame(columns)


def nothing_read(height: int) -> pl.DataFrame:
    """The reading of texts that are not of a format."""
    return pl.DataFrame({"read": pl.Series([False]).new_from_index(0, height)})


def spread(frame: pl.DataFrame, rows: pl.Series, height: int) -> pl.DataFrame:
    """Place the rows of a frame at given row numbers of a taller frame.

    Args:
        frame: One row for each of `rows`.
        rows: Row numbers in the result, ascending.
        height: The height of the result.

    Returns:
        A frame of `height` rows, null in rows that are not in `rows`.
    """
    if len(rows) == height:
        return frame
    places = pl.DataFrame({_ROW: pl.int_range(height, eager=True, dtype=pl.UInt32)})
    placed = frame.with_columns(rows.cast(pl.UInt32).alias(_ROW))
    return places.join(placed, on=_ROW, how="left", maintain_order="left").drop(_ROW)


def joined(texts: Sequence[str]) -> bytes:
    """Join texts to lines of UTF-8, as Polars' readers take them."""
    return "\n".join(texts).encode("utf-8", "replace")
