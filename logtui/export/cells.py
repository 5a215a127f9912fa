"""Formats the columns of records as text and JSON; shared by the writers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from logtui.export.columns import FIELDS, RECORD_COLUMNS
from logtui.export.json_types import BARE, EXPONENT, NESTED, in_quotes, is_json, without_quotes
from logtui.export.narrowing import narrow_parts
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX, TIME_DTYPE, field_columns, resolve_name

if TYPE_CHECKING:
    from collections.abc import Sequence


def columns_wanted(fields: Sequence[str] | None, default: Sequence[str]) -> list[str]:
    """The names of the columns to print, in order, each once.

    Args:
        fields: The names that the user typed, or None.
        default: The names to print otherwise.
    """
    return list(dict.fromkeys(default if fields is None else fields))


def json_object(frame: pl.DataFrame, fields: Sequence[str] | None) -> pl.Series:
    """Format records as JSON objects.

    Args:
        frame: A record frame.
        fields: Names for flat objects; None for the full record with its fields nested under `fields`.

    Returns:
        One object per record, without line ends.
    """
    parts = narrow_parts(frame) if fields is None or FIELDS in fields else [frame]
    return pl.concat([_objects(part, fields) for part in parts])


def _objects(frame: pl.DataFrame, fields: Sequence[str] | None) -> pl.Series:
    object_text = _record(frame) if fields is None else _flat(frame, columns_wanted(fields, ()))
    return frame.select(object_text.alias("json")).to_series()


def text_cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Format one column as plain text, for csv, text and table.

    Args:
        frame: A record frame.
        name: A core name, a field name or `fields`.

    Returns:
        A String expression named `name`; null where the record has no such value.
    """
    column = resolve_name(name, frame.columns)
    if column is None or column not in frame.columns:
        cell = fields_json(frame) if name == FIELDS else constant(None)
    else:
        cell = timestamp_text(column) if frame.schema[column] == TIME_DTYPE else pl.col(column).cast(pl.String)
    return cell.alias(name)


def constant(value: str | None) -> pl.Expr:
    """The same text in every row; unlike a literal, it keeps the number of rows when it is selected alone."""
    return pl.repeat(value, pl.len(), dtype=pl.String)


def timestamp_text(column: str) -> pl.Expr:
    """A time in RFC 3339, UTC, with 0, 3, 6 or 9 digits of fraction: as many as it needs."""
    return pl.col(column).dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")


def fields_json(frame: pl.DataFrame) -> pl.Expr:
    """The non-null fields of each record as the text of a JSON object.

    Args:
        frame: A record frame.

    Returns:
        A String expression, never null; `{}` where a record has no fields.
    """
    signs = _signs(frame, field_columns(frame))
    values = {name: _field_value(frame, name, signs) for name in signs.present}
    return _braced([_member(name.removeprefix(FIELD_PREFIX), value) for name, value in values.items()])


def _record(frame: pl.DataFrame) -> pl.Expr:
    core = pl.struct(timestamp_text("timestamp"), *RECORD_COLUMNS[1:]).struct.json_encode()
    return pl.concat_str(core.str.strip_suffix("}"), pl.lit(f',"{FIELDS}":'), fields_json(frame), pl.lit("}"))


def _flat(frame: pl.DataFrame, names: list[str]) -> pl.Expr:
    members = [_member(name, pl.coalesce(_json_value(frame, name), pl.lit("null"))) for name in names]
    return _braced(members)


def _braced(members: list[pl.Expr]) -> pl.Expr:
    if not members:
        return constant("{}")
    return pl.concat_str(pl.lit("{"), pl.concat_str(members, separator=",", ignore_nulls=True), pl.lit("}"))


def _member(name: str, value: pl.Expr) -> pl.Expr:
    return pl.lit(json.dumps(name, ensure_ascii=False) + ":") + value


def _json_value(frame: pl.DataFrame, name: str) -> pl.Expr:
    column = resolve_name(name, frame.columns)
    if column is None or column not in frame.columns:
        return fields_json(frame) if name == FIELDS else constant(None)
    if frame.schema[column].is_numeric():
        return pl.col(column).cast(pl.String)
    if column in CORE_SCHEMA or frame.schema[column] != pl.String:
        return _quoted(text_cell(frame, column))
    return _field_value(frame, column, _signs(frame, [column]))


class _Signs(NamedTuple):
    """What some fields of a frame hold, in any record.

    Attributes:
        present: Fields that any record has.
        exponents: Fields with a number that has an exponent.
        nested: Fields with the text of an object or a list.
        quoted: Fields that the raw text writes as a JSON string.
    """

    present: list[str]
    exponents: list[str]
    nested: list[str]
    quoted: list[str]


def _signs(frame: pl.DataFrame, fields: Sequence[str]) -> _Signs:
    """Look at all fields in one query: each one costs a millisecond, as much as formatting a hundred records."""
    raw = [pl.col("raw").fill_null("")] if "raw" in frame.columns else []
    questions = {
        name: [
            pl.col(name).is_not_null(),
            pl.col(name).str.contains(EXPONENT),
            pl.col(name).str.contains(NESTED),
            *(text.str.contains(in_quotes(name.removeprefix(FIELD_PREFIX))) for text in raw),
        ]
        for name in fields
    }
    flags = [each.any().alias(f"{place} {name}") for name, some in questions.items() for place, each in enumerate(some)]
    found = frame.select(flags).row(0, named=True) if flags else {}
    return _Signs(*([name for name in fields if found.get(f"{place} {name}")] for place in range(4)))


def _field_value(frame: pl.DataFrame, column: str, signs: _Signs) -> pl.Expr:
    """Format a field as JSON, with the type that its values have in the log."""
    text = pl.col(column)
    is_bare = text.str.contains(BARE)
    if "raw" in frame.columns and column in signs.exponents:
        written = pl.col("raw").str.contains(without_quotes(column.removeprefix(FIELD_PREFIX)))
        is_bare |= text.str.contains(EXPONENT) & written
    if column in signs.nested:
        nested = frame[column].filter(frame[column].str.contains(NESTED)).unique()
        is_bare |= text.is_in([one for one in nested if is_json(one)])
    was_string = _was_string(column) if column in signs.quoted else pl.lit(value=False)
    return pl.when(is_bare & ~was_string).then(text).otherwise(_quoted(text))


def _was_string(column: str) -> pl.Expr:
    """Whether the raw record writes a field's value as a JSON string, although it looks like another type."""
    path = column.removeprefix(FIELD_PREFIX)
    raw = pl.col("raw").fill_null("")
    return raw.str.contains(in_quotes(path)) & ~raw.str.contains(without_quotes(path))


def _quoted(text: pl.Expr) -> pl.Expr:
    encoded = pl.struct(text.alias("v")).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
    return pl.when(text.is_not_null()).then(encoded)
