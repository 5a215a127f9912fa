"""JSON objects, one per text: JSON lines of any logger, and the fields of JSON payloads.

Every scalar keeps its text; objects are flattened to dotted paths, arrays stay JSON text (RFC 8259; one object
per line as in the NDJSON convention).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
import polars as pl

from logtui.formats.base import joined, nothing_read, spread
from logtui.formats.json_keys import KEYS, MAX_DEPTH, MAX_FIELDS, PAYLOAD_KEYS
from logtui.model.record import field_column

_NO_KEY: Final = "\0"


class JsonLines:
    """JSON objects of structured loggers."""

    name = "json"
    headed = False
    samples = (
        '{"timestamp":"2025-07-22T12:34:56.123Z","level":"error","service":"orders","message":"db timeout","ms":1200}',
        '{"level":30,"time":1753187696123,"pid":7,"hostname":"web-1","msg":"listening"}',
    )

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a JSON object."""
        decoded = decode(texts)
        return named(decoded) if decoded else nothing_read(len(texts))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The fields of a column of JSON objects.

    Attributes:
        read: Boolean, whether the text is a JSON object.
        fields: One String column per dotted path, same height.
    """

    read: pl.Series
    fields: pl.DataFrame


def decode(texts: pl.Series, depth: int = 1) -> Decoded | None:
    """Decode a column of JSON objects.

    Args:
        texts: String; rows that hold no JSON object are not read.
        depth: How deep the texts lie in the records' own objects, 1 for the records.

    Returns:
        The fields, of the texts' height; None if no text is an object.
    """
    trimmed = texts.str.strip_chars(" \t\n\r\ufeff")
    looks = (trimmed.str.starts_with("{") & trimmed.str.ends_with("}")).fill_null(value=False)
    if not looks.any():
        return None
    rows = looks.arg_true()
    objects = trimmed.gather(rows)
    fields = _decode_objects(objects)
    if fields is None:
        valid = objects.str.json_path_match("$").str.starts_with("{").fill_null(value=False)
        rows, objects = rows.filter(valid), objects.filter(valid)
        fields = _decode_objects(objects) if len(objects) else None
        if fields is None:
            return None
        looks = pl.repeat(False, len(texts), eager=True).scatter(rows, True)
    return Decoded(looks, spread(_flattened(fields, depth), rows, len(texts)))


def _decode_objects(objects: pl.Series) -> pl.DataFrame | None:
    """One String column per top-level key; None if a text is no JSON."""
    lines = joined(objects.to_list())
    if lines.count(b"\n") >= len(objects):  # pretty-printed: JSON strings hold no bare line end
        lines = joined(objects.str.replace_all(r"[\r\n]", " ").to_list())
    try:
        keys = _keys(lines)
        if not keys:
            return pl.DataFrame({_NO_KEY: pl.repeat(None, len(objects), dtype=pl.String, eager=True)})
        fields = pl.read_ndjson(lines, schema=dict.fromkeys(keys, pl.String), ignore_errors=True)
    except (pl.exceptions.PolarsError, msgspec.MsgspecError):
        return None
    return fields if len(fields) == len(objects) else None


def _keys(lines: bytes) -> list[str]:
    """The top-level keys of all objects, in order of appearance."""
    try:
        return pl.scan_ndjson(lines, infer_schema_length=None, ignore_errors=True).collect_schema().names()
    except pl.exceptions.SchemaError:  # a key holds a scalar here and an array there
        objects = (msgspec.json.decode(line, type=dict[str, msgspec.Raw]) for line in lines.split(b"\n"))
        return list(dict.fromkeys(key for decoded in objects for key in decoded))


def _flattened(fields: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Objects among the values become columns of their own; scalars of the same key stay."""
    columns: dict[str, pl.Series] = {}
    for name in fields.columns:
        column = fields[name]
        inner = None
        if _may_flatten(name, depth) and fields.width + len(columns) < MAX_FIELDS and column.str.starts_with("{").any():
            inner = decode(column.fill_null(""), depth + 1)
        if inner is None:
            columns[name] = column
            continue
        scalars = column.set(inner.read, None)
        if scalars.null_count() < len(scalars):
            columns[name] = scalars
        for path in inner.fields.columns:
            columns.setdefault(f"{name}.{path}", inner.fields[path])
    return pl.DataFrame(columns)


def _may_flatten(name: str, depth: int) -> bool:
    return depth < MAX_DEPTH and not (depth == 1 and name in PAYLOAD_KEYS)


def named(decoded: Decoded) -> pl.DataFrame:
    """A reading out of decoded fields: the loggers' usual keys become core columns, all others `@` fields.

    Args:
        decoded: As `decode` returns it.

    Returns:
        A reading.
    """
    fields = decoded.fields
    reading = {"read": decoded.read}
    taken = {_NO_KEY}
    for core, keys in KEYS.items():
        present = [key for key in keys if key in fields.columns and key not in taken]
        if present:
            values = [pl.when(pl.col(key) != "").then(pl.col(key)) for key in present]
            reading[core] = fields.select(pl.coalesce(values).alias(core))[core]
            taken.update(present)
            reading |= _second_values(fields, present, reading[core])
    for path in fields.columns:
        if path not in taken:
            reading.setdefault(field_column(path), fields[path])
    return pl.DataFrame(reading)


def _second_values(fields: pl.DataFrame, keys: list[str], core: pl.Series) -> dict[str, pl.Series]:
    """What the keys of a core column hold beside its value, as fields."""
    others = {field_column(key): fields[key].set(fields[key] == core, None) for key in keys}
    return {name: values for name, values in others.items() if values.null_count() < len(values)}
