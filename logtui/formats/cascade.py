"""Reads columns of lines by the formats of their source: the main format first, then the others; payloads likewise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.base import (
    Format,
    OverLines,
    PatternFormat,
    fill_unread,
    nothing_read,
    promising,
    spread,
    without_colours,
)
from logtui.formats.continuation import begins_trace, looks_continued, parts_of_traces, with_links
from logtui.formats.json_envelope import ENVELOPES
from logtui.formats.json_lines import JsonLines
from logtui.formats.klog import KLOG
from logtui.formats.logfmt import Logfmt
from logtui.formats.object_lines import ELEMENT, ODD_BEGIN, PUNCTUATION
from logtui.formats.patterns import matches
from logtui.formats.python_logging import PYTHON
from logtui.formats.rules import INNER_FIRST, LINE_IN_SYSLOG, MAX_DEPTH, SYSLOG_FORMATS
from logtui.formats.table_format import TableFormat
from logtui.formats.traces import ERROR_ALONE
from logtui.formats.wrappings import OBJECT_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Cascade:
    """Reads the lines of one source by trying formats in turn.

    Attributes:
        formats: The formats in order of trial, without `plain`.
        main: The main format, the only one that may read indented lines; None if no format reads much.
        payload_formats: The formats of envelope payloads, the main one first.
        headed: Whether lines that no format reads continue the record above.
        margin: The number of blanks with which every line of the source begins.
        leading: The number of formats at the start of `formats` that are tried without a check, because they read some
            of the source's first lines; of the others, only those are tried of which a pattern may match.
        payload_leading: The same of `payload_formats`.
    """

    formats: tuple[Format, ...]
    main: Format | None = None
    payload_formats: tuple[Format, ...] = field(default=())
    headed: bool = False
    margin: int = 0
    leading: int = 1
    payload_leading: int = 1

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read consecutive lines of the source.

        Args:
            texts: String, one physical line each.

        Returns:
            A reading with the further columns `format`, `starts` (Boolean, whether the line starts a record), `leads`
            and `follows` (UInt8, as `with_links` notes them); lines that no format read have a null format.
        """
        if not len(texts):
            nothing = nothing_read(0).with_columns(format=pl.lit(None, pl.String), starts=pl.col("read"))
            return with_links(nothing, texts, nothing["read"], nothing["read"])
        texts = _bare_elements(without_colours(texts))
        continued = looks_continued(texts, self.margin)
        reading = _read_in_turn(texts, self.formats, self.main, continued, self.leading)
        reading = self._unwrap(reading, depth=1)
        alone = ~continued | begins_trace(texts)
        unread_starts = texts.str.starts_with('{"') if self.headed else alone & _filled(texts)
        heads, doubtful = self._heads(reading), texts.str.starts_with(ERROR_ALONE)
        if "payload" not in reading.columns:
            starting = reading.with_columns(starts=pl.col("read") | unread_starts)
            return with_links(starting, texts, ~reading["read"] | doubtful, heads)
        has_payload = reading["payload"].is_not_null()
        said = reading["payload"].zip_with(has_payload, texts)
        said_read = reading["payload_read"].fill_null(value=False).zip_with(has_payload, reading["read"])
        inner_starts = (said_read | ~looks_continued(said)) & _filled(said)
        starts = inner_starts.zip_with(has_payload, reading["read"] | unread_starts)
        starting = reading.with_columns(starts=starts).drop("payload_read", "payload")
        return with_links(starting, said, ~said_read | doubtful, heads & ~has_payload)

    def without_fields(self) -> Cascade:
        """The same cascade, whose tables are read without their fields."""
        formats: dict[Format | None, Format] = {
            each: each.without_fields() if isinstance(each, TableFormat) else each for each in self.formats
        }
        return replace(self, formats=tuple(formats.values()), main=formats.get(self.main, self.main))

    @property
    def over_lines(self) -> list[OverLines]:
        """The formats that read some records anew once all their lines are known."""
        return [each for each in self.formats if isinstance(each, OverLines)]

    def _heads(self, reading: pl.DataFrame) -> pl.Series:
        """Whether a line is the head of a record that states its time."""
        if "time_text" not in reading.columns:
            return pl.repeat(False, len(reading), eager=True)
        headed = [each.name for each in self.formats if each.headed]
        return reading["time_text"].is_not_null() & reading["format"].is_in(headed).fill_null(value=False)

    @staticmethod
    def is_no_object(reading: pl.DataFrame) -> pl.Series:
        """Which lines were not read by a format of JSON objects, as a Boolean column.

        Args:
            reading: A reading, as `read` returns it.
        """
        return ~reading["format"].is_in(list(OBJECT_FORMATS)).fill_null(value=False)

    def read_again(self, texts: pl.Series) -> pl.DataFrame:
        """Read payloads that were joined from several lines.

        Args:
            texts: String.

        Returns:
            A reading with the further column `format`.
        """
        formats = self.payload_formats or _OBJECTS
        nothing_continues = pl.repeat(False, len(texts), eager=True)
        reading = _read_in_turn(texts, formats, formats[0], nothing_continues, self.payload_leading)
        return self._unwrap(reading, depth=2).drop("payload", "payload_read", strict=False)

    def read_objects(self, texts: pl.Series) -> pl.DataFrame:
        """Read JSON objects that were joined from several lines.

        Args:
            texts: String.

        Returns:
            A reading with the further column `format`, null where a text is not an object.
        """
        nothing_continues = pl.repeat(False, len(texts), eager=True)
        reading = self._unwrap(_read_in_turn(texts, _OBJECTS, None, nothing_continues, len(_OBJECTS)), depth=1)
        return reading.drop("payload", "payload_read", strict=False)

    def _unwrap(self, reading: pl.DataFrame, depth: int) -> pl.DataFrame:
        """Read what is inside: the payloads of envelopes, and messages that are records of their own."""
        if depth > MAX_DEPTH:
            return reading
        payloads = reading["payload"] if "payload" in reading.columns else None
        if payloads is not None:
            reading = self._opened(reading, payloads, self.payload_formats, depth)
        for texts, formats in ((_object_messages(reading), _OBJECTS), (_messages_in_syslog(reading), _IN_SYSLOG)):
            if texts is not None:
                reading = self._opened(reading, texts, formats, depth, are_payloads=False)
        return reading

    def _opened(
        self,
        reading: pl.DataFrame,
        lines: pl.Series,
        formats: Sequence[Format],
        depth: int,
        *,
        are_payloads: bool = True,
    ) -> pl.DataFrame:
        rows = lines.is_not_null().arg_true()
        texts = lines.gather(rows)
        main = next(iter(formats), None)
        leading = self.payload_leading if are_payloads else len(formats)
        found = _read_in_turn(texts, formats, main, looks_continued(texts), leading)
        found = self._unwrap(found, depth + 1).drop("format")
        return _merged(reading, spread(found, rows, len(lines)), are_payloads=are_payloads)


_OBJECTS: Final[tuple[Format, ...]] = (*ENVELOPES, JsonLines())
_IN_SYSLOG: Final[tuple[Format, ...]] = (PatternFormat(KLOG), PatternFormat(PYTHON), Logfmt())
_PAYLOAD: Final = ("payload", "payload_read", "stream")


def _object_messages(reading: pl.DataFrame) -> pl.Series | None:
    """The messages of other records that are JSON objects."""
    if "message" not in reading.columns:
        return None
    message = reading["message"]
    objects = message.str.starts_with("{") & message.str.ends_with("}")
    return _those(reading, objects)


def _messages_in_syslog(reading: pl.DataFrame) -> pl.Series | None:
    """The messages of syslog that may be lines of other loggers."""
    if "message" not in reading.columns or "format" not in reading.columns:
        return None
    by_daemon = reading["format"].is_in(SYSLOG_FORMATS)
    return _those(reading, by_daemon & matches(reading["message"], LINE_IN_SYSLOG)) if by_daemon.any() else None


def _those(reading: pl.DataFrame, wanted: pl.Series) -> pl.Series | None:
    """The messages of the wanted records that are not envelopes, null elsewhere; None if there are none."""
    wanted = wanted.fill_null(value=False)
    if "payload" in reading.columns:
        wanted &= reading["payload"].is_null()
    return reading["message"].set(~wanted, None) if wanted.any() else None


def _bare_elements(texts: pl.Series) -> pl.Series:
    """Strip indentation, commas and array brackets from around objects that are alone on their line."""
    odd = ~(texts.str.starts_with("{") & texts.str.ends_with("}")) & texts.str.contains(ODD_BEGIN)
    if not odd.any():
        return texts
    rows = odd.arg_true()
    found = texts.gather(rows)
    return texts.clone().scatter(rows, found.str.extract(f"(?s){ELEMENT}").fill_null(found))


def _filled(texts: pl.Series) -> pl.Series:
    """Whether a text holds more than white space, commas and the brackets of an array."""
    return texts.str.strip_chars(PUNCTUATION) != ""


def _read_in_turn(
    texts: pl.Series, formats: Sequence[Format], main: Format | None, continued: pl.Series, leading: int
) -> pl.DataFrame:
    """Read the texts with the first format, those that it leaves with the second, and so on."""
    reading: pl.DataFrame | None = None
    unread = ~parts_of_traces(texts)
    hopeful = formats[:leading]
    for place, candidate in enumerate(formats):
        rows = (unread if candidate is main else unread & ~continued).arg_true()
        if not len(rows):
            break
        left = texts if len(rows) == len(texts) else texts.gather(rows)
        if place == leading:
            hopeful = promising(formats[leading:], left)
        if candidate not in hopeful:
            continue
        found = candidate.read(left)
        if not found["read"].any():
            continue
        found = found.with_columns(format=pl.when("read").then(pl.lit(candidate.name)))
        found = spread(found, rows, len(texts)).with_columns(pl.col("read").fill_null(value=False))
        reading = found if reading is None else fill_unread(reading, found)
        unread &= ~reading["read"]
    if reading is None:
        return nothing_read(len(texts)).with_columns(format=pl.lit(None, pl.String))
    return reading


def _merged(outer: pl.DataFrame, inner: pl.DataFrame, *, are_payloads: bool) -> pl.DataFrame:
    """Merge envelopes and the records in them: the inner value wins for `INNER_FIRST`, else the envelope's does."""
    inner_read = inner["read"].fill_null(value=False)
    columns = {name: outer[name] for name in outer.columns}
    for name in inner.columns:
        if name == "read" or (name in _PAYLOAD and are_payloads):
            continue
        values = inner[name].set(~inner_read, None)
        here = columns.get(name)
        if here is None:
            columns[name] = values
        elif name == "time_text":
            columns[name] = _better_time(here, values)
        else:
            first, second = (values, here) if name in INNER_FIRST else (here, values)
            columns[name] = first.zip_with(first.is_not_null(), second)
    if are_payloads:
        columns["payload_read"] = inner_read.set(outer["payload"].is_null(), None)
    return pl.DataFrame(columns)


def _better_time(outer: pl.Series, inner: pl.Series) -> pl.Series:
    """Prefer the envelope's time, because it mostly states its zone, unless it lacks a year."""
    outer_is_full = outer.str.contains(r"[0-9]{4}").fill_null(value=False)
    return outer.zip_with(outer_is_full | inner.is_null(), inner)
