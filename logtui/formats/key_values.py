"""`key=value` pairs in text: the fields of logfmt lines and of messages."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.formats.pairs import BEFORE_PAIR, MAX_KEYS, MAX_PAIR_TEXT, PAIR_KEY, PAIR_VALUE, QUOTED
from logtui.formats.patterns import ascii_pattern
from logtui.model.record import field_column

_PAIR: Final = f"{BEFORE_PAIR}{PAIR_KEY}=(?:{PAIR_VALUE})"


def pairs_of(texts: pl.Series, pair: str = _PAIR, limit: int | None = MAX_PAIR_TEXT) -> pl.DataFrame:
    """The pairs of each text as columns.

    Args:
        texts: String, any content.
        pair: Pattern of one pair and of what stands before it.
        limit: Pairs are looked for in so many characters; None for all.

    Returns:
        One String column per key, in order of first appearance, null where a text lacks the key; quotes are
        taken off and their backslash escapes undone. Of a repeated key the first value is kept.
    """
    found = (texts if limit is None else texts.str.slice(0, limit)).str.extract_all(ascii_pattern(pair))
    listed = pl.DataFrame({"row": pl.int_range(len(texts), eager=True, dtype=pl.UInt32), "pair": found})
    pairs = listed.filter(pl.col("pair").list.len() > 0).explode("pair")
    if pairs.is_empty():
        return pl.DataFrame({"row": listed["row"]}).drop("row")
    pairs = pairs.select("row", _KEY, _VALUE).unique(["row", "key"], keep="first", maintain_order=True)
    keys = pairs.group_by("key", maintain_order=True).len().top_k(MAX_KEYS, by="len")["key"]
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
    inner = value.str.slice(1, value.str.len_chars() - 2).str.replace_all(r'\\(["\\])', "$1")
    return pl.when(quoted).then(inner).when(value != "").then(value)


_STRIPPED: Final = pl.col("pair").str.strip_chars_start(" \t,;([{|")
_KEY: Final = _STRIPPED.str.extract(r"^([^=]+)=").alias("key")
_VALUE: Final = unquoted(_STRIPPED.str.extract(r"(?s)=(.*)$")).alias("value")


def with_message_fields(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the pairs of their messages as further `@` columns; fields that a format read win.

    Args:
        records: A record frame.

    Returns:
        The frame with the columns that were found.
    """
    rows = records.select(pl.col("message").str.contains("=", literal=True).fill_null(value=False))[
        "message"
    ].arg_true()
    if not len(rows):
        return records
    found = pairs_of(records["message"].gather(rows))
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
