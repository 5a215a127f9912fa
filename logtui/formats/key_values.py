"""Reads columns of `key=value` pairs: the fields of logfmt lines and of messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.pairs import (
    BEFORE_PAIR,
    BETWEEN,
    BLANKS_BEFORE,
    COMMA_BETWEEN,
    HINT_OF_IDENTITY,
    IDENTITY,
    LEFT_EMPTY,
    MAX_KEYS,
    MAX_PAIR_TEXT,
    NOTHING,
    PAIR_KEY,
    PAIR_VALUE,
    QUOTED,
)
from logtui.formats.patterns import ascii_pattern, groups
from logtui.formats.rows.patterns import python_pattern
from logtui.model.record import field_column

if TYPE_CHECKING:
    from collections.abc import Callable

_PAIR: Final = f"{BEFORE_PAIR}{PAIR_KEY}=(?:{PAIR_VALUE})"
_APART: Final = r"(?:^|[\s\n\x1f;({])"
"""Characters that may stand before a key and are never part of a key or of a value without quotes."""

_IDENTITY: Final = ascii_pattern(IDENTITY)
_COMMA_BETWEEN: Final = ascii_pattern(COMMA_BETWEEN)
_LEFT_EMPTY: Final = ascii_pattern(LEFT_EMPTY)
_MOST_SHAPES: Final = 16
_MOST_GROUPS: Final = 64
_PLACE: Final = "\0place"


def message_pairs(texts: pl.Series) -> pl.DataFrame:
    """Find the pairs of each message like `pairs_of`, but read texts with the same keys by one pattern.

    Args:
        texts: String, any content.

    Returns:
        As `pairs_of` returns it.
    """
    left = _marked(texts.str.slice(0, MAX_PAIR_TEXT))
    places = pl.int_range(len(left), dtype=pl.UInt32, eager=True)
    parts, odd = [], []
    for _ in range(_MOST_SHAPES):
        if not len(left):
            break
        values, read = _read_alike(left)
        if len(values):
            parts.append(values.with_columns(places.filter(read).alias(_PLACE)))
        if not read[0]:
            odd.append(pairs_of(left[:1], _PAIR).with_columns(places[:1].alias(_PLACE)))
            read = read.set(places == places[0], True)
        left, places = left.filter(~read), places.filter(~read)
    parts += odd
    if len(left):
        parts.append(pairs_of(left, _PAIR).with_columns(places.alias(_PLACE)))
    joined = pl.concat(parts, how="diagonal").sort(_PLACE).drop(_PLACE) if len(parts) != 1 else parts[0].drop(_PLACE)
    return _unmarked(joined if joined.width <= MAX_KEYS else joined.select(_commonest(joined)))


def _marked(texts: pl.Series) -> pl.Series:
    """Replace the commas between pairs by marks, and put marks behind pairs without a value."""
    if texts.str.contains(",", literal=True).any():
        texts = texts.str.replace_all(_COMMA_BETWEEN, f"{BETWEEN}${{1}}")
    if texts.str.contains(r"=(?:\s|$)").any():
        texts = texts.str.replace_all(_LEFT_EMPTY, f"${{1}}{NOTHING}${{2}}")
    return texts


def _unmarked(values: pl.DataFrame) -> pl.DataFrame:
    marked = values.select(pl.all().str.contains(f"[{BETWEEN}{NOTHING}]").any())
    names = [name for name in values.columns if marked[name][0]]
    plain = pl.col(names).str.replace_all(BETWEEN, ",", literal=True).str.replace_all(NOTHING, "", literal=True)
    return values.with_columns(plain) if names else values


def _read_alike(texts: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The pairs of all texts with the same keys as the first text, and which texts these are."""
    keys = _keys_of(texts[0])
    if not 0 < len(keys) <= _MOST_GROUPS:
        return pl.DataFrame(), pl.repeat(False, len(texts), eager=True)
    found = groups(texts, _shape(keys))
    read = found.to_series(0).is_not_null()
    found = found.filter(read)
    first = {key: f"v{place}" for place, key in reversed(list(enumerate(keys)))}
    return found.select(value_of(found[first[key]]).alias(key) for key in dict.fromkeys(keys)), read


def _keys_of(text: str) -> tuple[str, ...]:
    return tuple(found.lstrip(BLANKS_BEFORE).partition("=")[0] for found in python_pattern(_PAIR).findall(text))


@lru_cache(maxsize=256)
def _shape(keys: tuple[str, ...]) -> str:
    """A pattern of texts with exactly these keys: no further `=` is outside of values."""
    pairs = (rf"{_APART}{re.escape(key)}=(?P<v{place}>{PAIR_VALUE})[^=]*" for place, key in enumerate(keys))
    return "^[^=]*" + "".join(pairs) + "$"


def _commonest(frame: pl.DataFrame) -> list[str]:
    counts = {name: len(frame) - frame[name].null_count() for name in frame.columns}
    kept = set(sorted(counts, key=lambda name: -counts[name])[:MAX_KEYS])
    return [name for name in frame.columns if name in kept]


def pairs_of(texts: pl.Series, pair: str, separator: str = "=") -> pl.DataFrame:
    """Find the pairs of each text.

    Args:
        texts: String, any content.
        pair: Pattern of one pair and of what stands before it.
        separator: Pattern of what is between a key and its value.

    Returns:
        One String column per key, in order of first appearance, null where a text lacks the key; quotes are
        taken off and their backslash escapes undone. Of a repeated key the first value is kept.
    """
    found = texts.str.extract_all(ascii_pattern(pair))
    listed = pl.DataFrame({"row": pl.int_range(len(texts), eager=True, dtype=pl.UInt32), "pair": found})
    pairs = listed.filter(pl.col("pair").list.len() > 0).explode("pair")
    if pairs.is_empty():
        return pl.DataFrame({"row": listed["row"]}).drop("row")
    pairs = pairs.select("row", *_key_and_value(separator)).unique(["row", "key"], keep="first", maintain_order=True)
    counts = pairs.group_by("key", maintain_order=True).len()
    # A stable sort, since `top_k` takes any of the keys that are equally frequent and the row reader takes the first.
    keys = counts.sort("len", descending=True, maintain_order=True).head(MAX_KEYS)["key"]
    wide = pairs.filter(pl.col("key").is_in(keys.implode())).pivot(
        "key", index="row", values="value", aggregate_function="first"
    )
    order = [key for key in pairs["key"].unique(maintain_order=True) if key in wide.columns]
    return listed.select("row").join(wide, on="row", how="left", maintain_order="left").select(order)


def unquoted(value: pl.Expr) -> pl.Expr:
    """A value without its quotes and backslash escapes; an empty one without quotes is null.

    Args:
        value: String, as written.

    Returns:
        String.
    """
    quoted = value.str.contains(QUOTED)
    inner = value.str.slice(1, value.str.len_chars() - 2).str.replace_all(r"""\\(["'\\])""", "$1")
    return pl.when(quoted).then(inner).when(value != "").then(value)


def value_of(written: pl.Series) -> pl.Expr:
    """The values of a group of a pattern, as `unquoted`; the steps that no value needs are left out."""
    name = pl.col(written.name)
    if written.str.contains("^[\"'`]").any():
        return unquoted(name)
    return pl.when(name != "").then(name)


def _key_and_value(separator: str) -> tuple[pl.Expr, pl.Expr]:
    stripped = pl.col("pair").str.strip_chars_start(BLANKS_BEFORE)
    key = stripped.str.extract(rf"^([^=:]+){separator}")
    return key.alias("key"), unquoted(stripped.str.extract(rf"(?s)^[^=:]+{separator}(.*)$")).alias("value")


def with_message_fields(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the pairs of their messages as further `@` columns; fields that a format read win.

    Args:
        records: A record frame.

    Returns:
        The frame with the columns that were found.
    """
    records = _with_pairs(records, pl.col("message").str.contains("=", literal=True), message_pairs)
    return _with_pairs(records, pl.col("message").str.contains(HINT_OF_IDENTITY), _identities)


def _identities(texts: pl.Series) -> pl.DataFrame:
    """As `pairs_of`, quickly where no text has two."""
    texts = texts.str.slice(0, MAX_PAIR_TEXT)
    found = texts.str.extract_groups(_IDENTITY).struct.unnest()
    keys = found.get_column("1").drop_nulls().unique(maintain_order=True)
    if len(keys) > MAX_KEYS or (texts.str.count_matches(_IDENTITY) > 1).any():
        return pairs_of(texts, IDENTITY, ": +")
    return found.select(pl.when(pl.col("1") == key).then("2").alias(key) for key in keys)


def _with_pairs(
    records: pl.DataFrame, condition: pl.Expr, pairs_in: Callable[[pl.Series], pl.DataFrame]
) -> pl.DataFrame:
    """Records with the pairs of those messages that meet a condition."""
    rows = records.select(condition.fill_null(value=False)).to_series().arg_true()
    if not len(rows):
        return records
    found = pairs_in(records["message"].gather(rows))
    if not found.width:
        return records
    found = found.with_columns(rows.cast(pl.UInt32).alias(_ROW))
    spread = records.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias(_ROW)).join(
        found, on=_ROW, how="left", maintain_order="left"
    )
    columns: dict[str, pl.Series] = {}
    for key in found.columns[:-1]:
        name = field_column(key)
        here = columns.get(name, records[name] if name in records.columns else None)
        columns[name] = spread[key] if here is None else pl.select(pl.coalesce(here, spread[key])).to_series()
    return records.with_columns(**columns)


_ROW: Final = "\0row"
