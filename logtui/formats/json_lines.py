"""JSON objects, one per text: JSON lines of any logger, and the fields of JSON payloads.

Every scalar keeps its text; objects are flattened to dotted paths, arrays stay JSON text (RFC 8259; one object
per line as in the NDJSON convention).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.formats.base import nothing_read, spread
from logtui.formats.json_keys import (
    DIALECTS,
    GUESSED_TIME,
    JOINED_TIMES,
    KNOWN_TIME,
    MAX_DEPTH,
    MAX_FIELDS,
    METHOD_KEYS,
    NUMBERS,
    PLAIN_TIME,
    STATUS_KEYS,
    ZONE_PART,
    Dialect,
    folded,
    role_of,
    severity_of_status,
    time_rank,
)
from logtui.formats.json_templates import with_rendered_templates
from logtui.formats.json_text import BEFORE_OBJECT, BEHIND_OBJECT, INEXACT, strict_json
from logtui.formats.patterns import matches
from logtui.formats.wrappings import AGENT_KEY, HOLDS_MESSAGE, MESSAGE_KEYS, WHOLE_KEYS
from logtui.model.names import field_column, fields_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_NO_KEY: Final = "\0"
_SAMPLED: Final = 64
_REMEMBERED: Final = 64
_ESCAPED_COLON: Final = b"u003"
_NULL: Final = ": *null"
_NULLS: Final = (b":null", b": null")
_EMPTY_OBJECT: Final = r"^\{\s*\}$"
_decode_raw: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class SeenKeys:
    """The top-level keys of the last columns of objects, so that those of the next column need not be looked for."""

    def __init__(self) -> None:
        self._columns = 0
        self._last: dict[str, int] = {}

    @property
    def keys(self) -> Collection[str]:
        """The keys, at most `MAX_FIELDS`."""
        return self._last.keys()

    def note(self, keys: Iterable[str]) -> None:
        """Note the keys of a column; those that have not come for long are forgotten, since each one costs time."""
        self._columns += 1
        last = self._last | dict.fromkeys(keys, self._columns)
        newest = sorted(last, key=last.__getitem__, reverse=True)[:MAX_FIELDS]
        self._last = {key: last[key] for key in newest if last[key] > self._columns - _REMEMBERED}


class JsonLines:
    """JSON objects of structured loggers.

    Args:
        seen: The keys to expect, which are then noted; by default each column is looked through anew.
    """

    def __init__(self, seen: SeenKeys | None = None) -> None:
        self._seen = seen

    name = "json"
    headed = False
    samples = (
        '{"timestamp":"2025-07-22T12:34:56.123Z","level":"error","service":"orders","message":"db timeout","ms":1200}',
        '{"level":30,"time":1753187696123,"pid":7,"hostname":"web-1","msg":"listening"}',
    )

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a JSON object."""
        decoded = decode(texts, seen=self._seen)
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


def decode(texts: pl.Series, depth: int = 1, seen: SeenKeys | None = None) -> Decoded | None:
    """Decode a column of JSON objects.

    Args:
        texts: String; rows that hold no JSON object are not read. White space, commas and the brackets of an array
            around an object do not matter.
        depth: How deep the texts lie in the records' own objects, 1 for the records.
        seen: Keys to expect; None if there are none.

    Returns:
        The fields, of the texts' height; None if no text is an object.
    """
    trimmed = _trimmed(texts) if depth == 1 else texts.str.strip_chars(" \t\n\r")
    looks = (trimmed.str.starts_with("{") & trimmed.str.ends_with("}")).fill_null(value=False)
    if not looks.any():
        return None
    rows = looks.arg_true()
    objects = trimmed.gather(rows)
    fields = _decode_objects(objects, seen)
    if fields is None:
        objects = _strict(objects)
        rows, objects = rows.filter(objects.is_not_null()), objects.drop_nulls()
        fields = _decode_objects(objects, seen) if len(objects) else None
        if fields is None:
            return None
        looks = pl.repeat(False, len(texts), eager=True).scatter(rows, True)
    return Decoded(looks, spread(_flattened(fields, depth), rows, len(texts)))


def _trimmed(texts: pl.Series) -> pl.Series:
    """Strip the commas and brackets of an array from around the texts."""
    if (texts.str.starts_with("{") & texts.str.ends_with("}")).all():
        return texts
    return texts.str.strip_chars_start(BEFORE_OBJECT).str.strip_chars_end(BEHIND_OBJECT)


def _strict(objects: pl.Series) -> pl.Series:
    """Convert objects to strict JSON; null where a text is not an object."""
    valid = objects.str.json_path_match("$").str.starts_with("{").fill_null(value=False)
    rows = (~valid).arg_true()
    return objects.clone().scatter(rows, [strict_json(text) for text in objects.gather(rows).to_list()])


def _decode_objects(objects: pl.Series, seen: SeenKeys | None) -> pl.DataFrame | None:
    """One String column per top-level key; None if a text is no JSON."""
    lines = _joined(objects)
    if lines.count(b"\n") >= len(objects):  # pretty-printed: JSON strings hold no bare line end
        objects = objects.str.replace_all(r"[\r\n]", " ")
        lines = _joined(objects)
    if objects.str.contains(INEXACT).any():
        objects = objects.clone().scatter(rows := _inexact(objects), _rewritten(objects.gather(rows)))
        lines = _joined(objects)
    try:
        fields = _with_keys_of_sample(lines, objects, seen.keys if seen else ())
        if fields is None:
            fields = _with_all_keys(lines, objects)
        if seen:
            seen.note(name for name in fields.columns if name != _NO_KEY)
    except (pl.exceptions.PolarsError, msgspec.MsgspecError):
        return None
    return fields if len(fields) == len(objects) else None


def _with_all_keys(lines: bytes, objects: pl.Series) -> pl.DataFrame:
    """The values of the objects under all their keys; of a key that an object repeats, the last value."""
    keys = _keys(lines)
    if not keys:
        return pl.DataFrame({_NO_KEY: pl.repeat(None, len(objects), dtype=pl.String, eager=True)})
    fields = _read(lines, keys)
    if len(fields) != len(objects):
        return fields
    rows = _unexplained(fields, objects).arg_true()
    if not len(rows):
        return fields
    return _read(_joined(objects.clone().scatter(rows, _rewritten(objects.gather(rows)))), keys)


def _unexplained(fields: pl.DataFrame, objects: pl.Series) -> pl.Series:
    """Which objects have another number of colons than their keys and values account for."""
    found = [pl.col(name).is_not_null() * (1 + name.count(":")) for name in fields.columns]
    within = [pl.col(name).str.count_matches(":", literal=True) for name in fields.columns]
    nulls = [pl.col(name).str.count_matches(_NULL) for name in fields.columns]
    explained = fields.select(pl.sum_horizontal(*found, *within) - pl.sum_horizontal(nulls)).to_series()
    return objects.str.count_matches(":", literal=True) - objects.str.count_matches(_NULL) != explained


def _inexact(objects: pl.Series) -> pl.Series:
    return objects.str.contains(INEXACT).arg_true()


def _rewritten(objects: pl.Series) -> list[str]:
    return [strict_json(text) or text for text in objects.to_list()]


def _joined(objects: pl.Series) -> bytes:
    text: str = objects.str.join("\n")[0]
    return text.encode()


def _read(lines: bytes, keys: Iterable[str]) -> pl.DataFrame:
    return pl.read_ndjson(lines, schema=dict.fromkeys(keys, pl.String), ignore_errors=True)


def _with_keys_of_sample(lines: bytes, objects: pl.Series, seen: Collection[str]) -> pl.DataFrame | None:
    """The values of the objects under the keys of a few of them, and those seen; None if other ones may have more keys.

    A colon follows every key. If the keys and values that were read account for all colons of a text, none is missing.
    """
    step = -(-len(objects) // _SAMPLED)
    if (step == 1 and not seen) or _ESCAPED_COLON in lines:
        return None
    keys = dict.fromkeys(seen)
    keys.update(dict.fromkeys(key for text in objects.gather_every(step).to_list() for key in _decode_raw(text)))
    if not keys:
        return None
    fields = _read(lines, keys)
    colons = sum((1 + name.count(":")) * (len(fields) - fields[name].null_count()) for name in keys)
    colons += _sum_of(fields, ":")
    if b"null" in lines:
        nulls = sum(lines.count(null) for null in _NULLS) - _sum_of(fields, ": ?null")
        colons += 0 if any(":" in name for name in keys) else nulls
    return _found(fields) if colons == lines.count(b":") else None


def _found(fields: pl.DataFrame) -> pl.DataFrame:
    """The columns without those that are all null: keys that were only expected."""
    names = [name for name in fields.columns if fields[name].null_count() < len(fields)]
    return fields.select(names or fields.columns[:1])


def _sum_of(fields: pl.DataFrame, pattern: str) -> int:
    """How often a pattern occurs in all values."""
    return int(fields.select(pl.sum_horizontal(pl.all().str.count_matches(pattern).sum())).item())


def _keys(lines: bytes) -> list[str]:
    """The top-level keys of all objects, in order of appearance."""
    try:
        return pl.scan_ndjson(lines, infer_schema_length=None, ignore_errors=True).collect_schema().names()
    except pl.exceptions.SchemaError:  # a key holds a scalar here and an array there
        return list(dict.fromkeys(key for line in lines.split(b"\n") for key in _decode_raw(line)))


def _flattened(fields: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Objects among the values become columns of their own; scalars of the same key stay."""
    columns: dict[str, pl.Series] = {}
    nested: dict[str, pl.Series] = {}
    for name in fields.columns:
        column = fields[name]
        inner = None
        if _may_flatten(name, depth) and fields.width + len(nested) < MAX_FIELDS and column.str.starts_with("{").any():
            inner = decode(_objects_under(name, fields, depth), depth + 1)
        if inner is None:
            columns[name] = column
            continue
        scalars = column.set(inner.read & ~column.str.contains(_EMPTY_OBJECT).fill_null(value=False), None)
        if scalars.null_count() < len(scalars):
            columns[name] = scalars
        for path in inner.fields.columns:
            _put(nested, f"{name}.{path}", inner.fields[path])
    for path, values in nested.items():
        _put(columns, path, values)
    return pl.DataFrame(columns)


def _put(columns: dict[str, pl.Series], path: str, values: pl.Series) -> None:
    """Add a column; if the path has one already, as with `{"a.b":1}` and `{"a":{"b":1}}`, fill its nulls."""
    columns[path] = _coalesced([columns[path], values]) if path in columns else values


def _may_flatten(name: str, depth: int) -> bool:
    return depth < MAX_DEPTH and not (depth == 1 and name in WHOLE_KEYS)


def _objects_under(name: str, fields: pl.DataFrame, depth: int) -> pl.Series:
    """The objects under a key that may be flattened; an object that is a record of its own must stay whole."""
    values = fields[name].fill_null("")
    if depth > 1 or name != AGENT_KEY:
        return values
    is_record = ~has_message(fields) & pl.col(name).str.contains(HOLDS_MESSAGE)
    return values.set(fields.select(is_record).to_series(), "")


def has_message(fields: pl.DataFrame) -> pl.Expr:
    """Whether an object has a message of its own, whatever else holds a line.

    Args:
        fields: As `Decoded` has them.

    Returns:
        Boolean.
    """
    keys = [key for key in MESSAGE_KEYS if key in fields.columns]
    return pl.any_horizontal(pl.col(keys).is_not_null()) if keys else pl.lit(value=False)


def named(decoded: Decoded, line: pl.Series | None = None) -> pl.DataFrame:
    """Make a reading of decoded fields: well-known keys become core columns, all others `@` fields.

    Args:
        decoded: Fields, as `decode` returns them.
        line: String, the inner lines of envelopes, which become the messages.

    Returns:
        A reading.
    """
    fields = decoded.fields.drop(_NO_KEY, strict=False)
    reading = {"read": decoded.read}
    taken: set[str] = set()
    for core, candidates in _candidates(fields, line).items():
        values = _coalesced([candidate for _, candidate in candidates])
        if values.null_count() < len(values):
            reading[core] = values
        for path, candidate in candidates:
            if path:
                taken.add(path)
                left = fields[path].set(_says_as_much(fields[path], candidate, values), None)
                if left.null_count() < len(left):
                    _put(reading, field_column(path), left)
    for column, paths in fields_of([path for path in fields.columns if path not in taken]).items():
        _put(reading, column, _coalesced([fields[path] for path in paths]))
    _add_guessed_time(reading, fields)
    _add_severity(reading, fields)
    return pl.DataFrame(reading)


def _says_as_much(texts: pl.Series, candidates: pl.Series, values: pl.Series) -> pl.Series:
    """Whether a candidate's value is the one that the core column has taken, row by row."""
    return ((candidates == values) | ((texts == "") & (values == ""))).fill_null(value=False)


def _candidates(fields: pl.DataFrame, line: pl.Series | None) -> dict[str, list[tuple[str, pl.Series]]]:
    """The columns that may fill each core column, with their paths, the surest first."""
    ranked = sorted((*role, path) for path in fields.columns if (role := role_of(path)))
    found: dict[str, list[tuple[str, pl.Series]]] = {}
    rendered = with_rendered_templates(fields)
    messages = [each for each in (line, rendered) if each is not None]
    if messages:
        found["message"] = [("", each) for each in messages]
    for values in _joined_times(fields):
        found.setdefault("time_text", []).append(("", values))
    strict = [(each, rows) for each in DIALECTS if each.core and (rows := _marked(fields, each)) is not None]
    for core, _, path in ranked:
        values = fields[path]
        for dialect, rows in strict:
            values = values if dialect.means(path) else values.set(rows, None)
        usable = _is_time(values, KNOWN_TIME) if core == "time_text" else values != ""
        found.setdefault(core, []).append((path, values.set(~usable, None)))
    for dialect in DIALECTS:
        marked = _marked(fields, dialect)
        if marked is None:
            continue
        for path in sorted(fields.columns):
            if name := dialect.roles.get(folded(path)):
                found.setdefault(name, []).append((path, fields[path].set(~marked | (fields[path] == ""), None)))
    if "message" in found:
        found["message"].append(("", _empty_messages(fields)))
    return found


def _empty_messages(fields: pl.DataFrame) -> pl.Series:
    """An empty text where a message key holds one: without a message, the raw line would stand in for it."""
    is_empty = [pl.col(path) == "" for path in fields.columns if (role := role_of(path)) and role[0] == "message"]
    return fields.select(message=pl.when(pl.any_horizontal(is_empty)).then(pl.lit("")))["message"]


def _marked(fields: pl.DataFrame, dialect: Dialect) -> pl.Series | None:
    """Which rows have all marks of a dialect; None if no row can."""
    marks = [path for path in fields.columns if folded(path) in dialect.marks]
    if {folded(path) for path in marks} != dialect.marks:
        return None
    present = {mark: [path for path in marks if folded(path) == mark] for mark in dialect.marks}
    return fields.select(
        pl.all_horizontal(pl.any_horizontal(pl.col(paths).is_not_null()) for paths in present.values()).alias("marked")
    )["marked"]


def _joined_times(fields: pl.DataFrame) -> Iterator[pl.Series]:
    """Join the times whose parts are under several keys."""
    for keys, between, first, second in JOINED_TIMES:
        parts = [_folded_column(fields, key) for key in keys]
        if parts[0] is None or parts[1] is None:
            continue
        whole = matches(parts[0], first) & matches(parts[1], second)
        rest = parts[1].str.pad_start(9, "0") if between == "." else parts[1]
        values = (parts[0] + between + rest).set(~whole.fill_null(value=False), None)
        if len(parts) > 2 and parts[2] is not None:
            zone = parts[2].set(~matches(parts[2], ZONE_PART), None).fill_null("")
            values = values + zone
        yield values


def _folded_column(fields: pl.DataFrame, key: str) -> pl.Series | None:
    """The values under a folded path; None if there is no such path."""
    paths = sorted(path for path in fields.columns if folded(path) == key)
    return _coalesced([fields[path] for path in paths]) if paths else None


def _coalesced(columns: list[pl.Series]) -> pl.Series:
    """The first value that is not null of each row."""
    values = columns[0]
    for more in columns[1:]:
        if not values.null_count():
            break
        values = values.zip_with(values.is_not_null(), more)
    return values


def _is_time(values: pl.Series, pattern: str) -> pl.Series:
    """Whether each value is the text of a time (null where it is null)."""
    plain = matches(values, PLAIN_TIME)
    if plain.all():
        return plain
    return plain | matches(values.set(plain, None), pattern).fill_null(value=False)


def _add_guessed_time(reading: dict[str, pl.Series], fields: pl.DataFrame) -> None:
    """Fill missing times from keys whose names only sound like a time."""
    times = reading.get("time_text")
    ranked = sorted((rank, path) for path in fields.columns if (rank := time_rank(path)) and not role_of(path))
    for _, path in ranked:
        lacking = reading["read"] if times is None else reading["read"] & times.is_null()
        if not lacking.any():
            return
        values = fields[path].set(~lacking, None)
        values = values.set(~_is_time(values, GUESSED_TIME), None)
        if values.null_count() < len(values):
            times = values if times is None else _coalesced([times, values])
            reading["time_text"] = times


def _add_severity(reading: dict[str, pl.Series], fields: pl.DataFrame) -> None:
    """Levels that numbers mean: by their dialect, by their key, by the status of a request."""
    derived: list[pl.Series] = []
    words = reading.get("level_text")
    for dialect in DIALECTS if words is not None else ():
        marked = _marked(fields, dialect) if dialect.levels else None
        if marked is not None and words is not None:
            values = _mapped(words.set(~marked, None), dialect.levels)
            words = words.set(values.is_not_null(), None)
            derived.append(values)
            reading["level_text"] = words
    for key, levels in NUMBERS.items():
        values_of_key = _folded_column(fields, key)
        if values_of_key is not None:
            derived.append(_mapped(values_of_key, levels))
    for dialect in DIALECTS:
        marked = _marked(fields, dialect) if dialect.level else None
        if marked is not None:
            silent = marked if words is None else marked & words.is_null()
            derived.append(pl.repeat(dialect.level, len(fields), dtype=pl.String, eager=True).set(~silent, None))
    statuses = [fields[path] for path in sorted(fields.columns) if folded(path) in STATUS_KEYS]
    methods = [fields[path] for path in fields.columns if folded(path) in METHOD_KEYS]
    if statuses and methods:
        codes = _coalesced(statuses).set(_coalesced(methods).is_null(), None)
        table = {code: level for code in codes.unique().drop_nulls().to_list() if (level := severity_of_status(code))}
        derived.append(_mapped(codes, table))
    if derived:
        reading["severity"] = _coalesced(derived)


def _mapped(texts: pl.Series, table: Mapping[str, str]) -> pl.Series:
    return texts.replace_strict(table, default=None, return_dtype=pl.String)
