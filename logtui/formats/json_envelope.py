"""The column reader of JSON envelopes; the line inside them becomes the payload, which is read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.base import nothing_read, with_payload
from logtui.formats.json_lines import Decoded, decode, has_message, named
from logtui.formats.patterns import matches
from logtui.formats.rules import DOCKER_PIECE
from logtui.formats.wrappings import (
    AGENT_KEY,
    AGENT_MARKS,
    BYTES,
    HOLDS_MESSAGE,
    WRAPPINGS,
    LineKey,
    Wrapping,
    text_of_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class JsonEnvelope:
    """Reads JSON envelopes of one kind.

    Args:
        wrapping: The kind of envelope.
    """

    headed = False

    def __init__(self, wrapping: Wrapping) -> None:
        self.name = wrapping.name
        self.samples = wrapping.samples
        self._wrapping = wrapping

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a JSON object with an inner line."""
        likely = texts.str.contains_any(list(self._wrapping.literals))
        decoded = decode(texts.set(~likely, None)) if likely.any() else None
        if decoded is None:
            return nothing_read(len(texts))
        line = _line(decoded.fields, self._wrapping)
        is_envelope = line.is_not_null()
        if not is_envelope.any():
            return nothing_read(len(texts))
        envelope = decoded.fields.with_columns(pl.when(is_envelope).then(pl.all()))
        reading = named(Decoded(is_envelope, envelope), line)
        line = _text_of_bytes(line) if self._wrapping.may_be_bytes else line
        piece = pl.when((line.str.len_bytes() >= DOCKER_PIECE) & ~line.str.ends_with("\n")).then(pl.lit("P"))
        return with_payload(reading.with_columns(partial=piece), line.str.strip_chars_end("\r\n"))


ENVELOPES: Final = tuple(map(JsonEnvelope, WRAPPINGS))


def _line(fields: pl.DataFrame, wrapping: Wrapping) -> pl.Series:
    """The inner line of each envelope, null where the object is none; the rules are those of `wrappings.line_of`."""
    lines = [_line_under(fields, each) for each in wrapping.line_keys if each.key in fields.columns]
    return fields.select(line=pl.coalesce(*lines, pl.lit(None, pl.String)))["line"]


def _line_under(fields: pl.DataFrame, place: LineKey) -> pl.Expr:
    line = pl.col(place.key)
    condition = _any_present(fields, place.marks) if place.marks else pl.lit(value=True)
    if place.unless in fields.columns:
        condition &= pl.col(place.unless).is_null()
    if place.key == AGENT_KEY:
        as_object = ~has_message(fields) & line.str.contains(HOLDS_MESSAGE)
        as_text = ~has_message(fields) | _any_present(fields, AGENT_MARKS)
        condition &= pl.when(line.str.starts_with("{")).then(as_object).otherwise(as_text)
    return pl.when(condition).then(line)


def _any_present(fields: pl.DataFrame, beginnings: Iterable[str]) -> pl.Expr:
    """Whether a row has a value under any path with this beginning."""
    paths = [path for path in fields.columns if path.startswith(tuple(beginnings))]
    return pl.any_horizontal(pl.col(paths).is_not_null()) if paths else pl.lit(value=False)


def _text_of_bytes(lines: pl.Series) -> pl.Series:
    rows = matches(lines, BYTES).fill_null(value=False).arg_true()
    if not len(rows):
        return lines
    return lines.clone().scatter(rows, [text_of_bytes(line) for line in lines.gather(rows).to_list()])
