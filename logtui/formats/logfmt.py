"""logfmt: `key=value key="quoted value"` pairs and nothing else (as Heroku and Go's loggers write it)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.base import nothing_read, spread
from logtui.formats.json_lines import Decoded, named
from logtui.formats.key_values import pairs_of, value_of
from logtui.formats.pairs import LOGFMT_CORE_KEY, LOGFMT_LINE, LOGFMT_PAIR, LOGFMT_TOKEN, LOGFMT_VALUE
from logtui.formats.patterns import groups, matches
from logtui.formats.rows.patterns import python_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_SHAPES: Final = 16
_MOST_TOKENS: Final = 64
_ROW: Final = "\0row"


class Logfmt:
    """Lines of pairs with at least a time, a level or a message among them."""

    name = "logfmt"
    headed = False
    samples = (
        'time=2025-07-22T12:34:56Z level=info msg="request served" method=GET path=/api/orders duration_ms=42',
        "ts=1753187696.123 lvl=warn caller=store.go:71 msg=slow",
    )

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts, each a line of pairs."""
        rows = (matches(texts, LOGFMT_CORE_KEY) & matches(texts, LOGFMT_LINE)).fill_null(value=False).arg_true()
        if not len(rows):
            return nothing_read(len(texts))
        fields = _fields_of(texts.gather(rows))
        read = pl.repeat(False, len(texts), eager=True).scatter(rows, True)
        return named(Decoded(read, spread(fields, rows, len(texts))))


def _fields_of(lines: pl.Series) -> pl.DataFrame:
    """One column per key; lines with the same sequence of keys are read by one pattern, the rest pair by pair."""
    parts: list[pl.DataFrame] = []
    places = pl.int_range(len(lines), dtype=pl.UInt32, eager=True)
    for _ in range(_MOST_SHAPES):
        if not len(lines):
            break
        tokens = _tokens(lines[0])
        if len(tokens) > _MOST_TOKENS:
            break
        found = groups(lines, _pattern(tokens))
        read = found.to_series(0).is_not_null()
        names = _names(tokens)
        values = found.filter(read).select(value_of(found[group]).alias(key) for key, group in names.items())
        parts.append(values.with_columns(places.filter(read).alias(_ROW)))
        lines, places = lines.filter(~read), places.filter(~read)
    if len(lines):
        parts.append(pairs_of(lines, LOGFMT_PAIR).with_columns(places.alias(_ROW)))
    joined = parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal").sort(_ROW)
    return joined.drop(_ROW)


def _tokens(line: str) -> tuple[tuple[str, bool], ...]:
    """The keys and bare words of a line in their order, and whether a value follows."""
    return tuple((key or word, bool(key)) for key, _, word in python_pattern(LOGFMT_TOKEN).findall(line))


@lru_cache(maxsize=256)
def _pattern(tokens: tuple[tuple[str, bool], ...]) -> str:
    """The pattern of lines with these tokens: a group for the value of each pair."""
    written = (
        rf"{re.escape(word)}=(?P<v{place}>{LOGFMT_VALUE})" if pair else re.escape(word)
        for place, (word, pair) in enumerate(tokens)
    )
    return r"^\s*" + r"\s+".join(written) + r"\s*$"


def _names(tokens: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """The group of each key; of a repeated one, the first."""
    names: dict[str, str] = {}
    for place, (word, pair) in enumerate(tokens):
        if pair:
            names.setdefault(word, f"v{place}")
    return names
