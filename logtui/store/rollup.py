"""Rollups of a segment: its records counted by time, level and service, and by message pattern.

A rollup frame has the columns of `ROLLUP_SCHEMA`; `pattern` is null in the one by minutes. It is kept beside the
segment as compressed Arrow IPC, as are the outlines of its texts, which are made later.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.masks import MASK, MASKED_LENGTH, letters_in_masked, masked
from logtui.model.names import STRUCTURED_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE: Final = 60_000_000_000
HOUR: Final = 60 * MINUTE
OTHER: Final = MASK
"""Stands for the services beyond the thousand commonest ones, and for as rare words of levels."""

ROLLUP_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "pattern": pl.UInt32(),
    "reach": pl.UInt8(),
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    "count": pl.UInt32(),
}
"""Epoch nanoseconds of a bucket's start (null: no timestamp), pattern number (null: any other), where a bare term is
looked for (0: the message, 1: head and message, 2: anything else), what the records share, and how many they are."""

PATTERN_SCHEMA: Final[dict[str, pl.DataType]] = {
    "pattern": pl.String(),
    "count": pl.UInt32(),
    "is_cut": pl.Boolean(),
}
"""The pattern, its records, and whether one of their messages is longer than a pattern may be."""

_MOST_VALUES: Final = 1_000
_MOST_PATTERNS = 4_096
_MOST_TEXTS: Final = 200_000
_MOST_LETTERS: Final = 4_096
_MOST_HEADS: Final = 1_024


@dataclass(frozen=True, slots=True)
class Rollup:
    """What is counted of a segment.

    Attributes:
        minutes: A rollup frame by minutes, without patterns.
        patterns: A rollup frame by hours and patterns.
        table: A frame of `PATTERN_SCHEMA`, the commonest pattern first; a pattern's number is its row.
    """

    minutes: pl.DataFrame
    patterns: pl.DataFrame
    table: pl.DataFrame

    @property
    def size(self) -> int:
        """Bytes that the frames take in memory, about."""
        return sum(int(frame.estimated_size()) for frame in (self.minutes, self.patterns, self.table))

    def packed(self) -> dict[str, bytes]:
        """The frames as they are kept."""
        return {"minutes": _packed(self.minutes), "patterns": _packed(self.patterns), "table": _packed(self.table)}


def numbered(messages: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Number the patterns of messages.

    Args:
        messages: String.

    Returns:
        UInt32 pattern numbers, null for those beyond the 4,096 commonest and where there is no message; and the
        table, a frame of `PATTERN_SCHEMA`.
    """
    is_long = pl.col("message").str.len_bytes() > MASKED_LENGTH
    frame = messages.to_frame("message").select(masked(pl.col("message")).alias("pattern"), is_long.alias("is_cut"))
    table = frame.drop_nulls("pattern").group_by("pattern").agg(pl.len().alias("count"), pl.col("is_cut").max())
    table = table.sort("count", "pattern", descending=[True, False]).head(_MOST_PATTERNS)
    texts = table["pattern"]
    numbers = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    found = frame["pattern"].replace_strict(texts, numbers, default=None, return_dtype=pl.UInt32)
    return found, table.select(pl.col(name).cast(dtype) for name, dtype in PATTERN_SCHEMA.items())


def rolled_up(records: pl.DataFrame, heads: pl.Series, patterns: pl.Series, table: pl.DataFrame) -> Rollup:
    """Count the records of a segment.

    Args:
        records: A record frame.
        heads: String, their texts before the message; null where the raw text is not that and the message.
        patterns: UInt32, the numbers of their patterns.
        table: The pattern table.

    Returns:
        The rollup.
    """
    rows = records.lazy().select(
        pl.col("timestamp").cast(pl.Int64).alias("time"),
        pl.when(pl.col("format").is_in(STRUCTURED_FORMATS))
        .then(0)
        .when(heads.is_not_null())
        .then(1)
        .otherwise(2)
        .cast(pl.UInt8)
        .alias("reach"),
        "level",
        _commonest(records["severity_text"]),
        _commonest(records["service"]),
        patterns.alias("pattern"),
    )
    minutes = (pl.col("time") // MINUTE * MINUTE, pl.lit(None, pl.UInt32))
    hours = (pl.col("time") // HOUR * HOUR, pl.col("pattern"))
    by_minute, by_hour = pl.collect_all([_counted(rows, *minutes), _counted(rows, *hours)])
    return Rollup(by_minute, by_hour, table)


@dataclass(frozen=True, slots=True)
class TextOutlines:
    """What the texts of a segment may hold.

    Attributes:
        letters: The runs of letters inside variable parts of messages and heads, line-feed separated; None if there are
            too many.
        heads: Distinct `level`, `service` and `head`, the pattern of the text before the message; None if there are too
            many, or too long ones.
    """

    letters: str | None
    heads: pl.DataFrame | None

    @property
    def size(self) -> int:
        """Bytes that the texts take in memory, about."""
        heads = 0 if self.heads is None else int(self.heads.estimated_size())
        return len(self.letters or "") + heads

    def packed(self) -> bytes:
        """The outlines as they are kept."""
        heads = b"" if self.heads is None else _packed(self.heads)
        return msgspec.msgpack.encode((self.letters, heads))

    @classmethod
    def unpacked(cls, data: bytes) -> TextOutlines:
        """Outlines out of what is kept."""
        letters, heads = msgspec.msgpack.decode(data, type=tuple[str | None, bytes])
        return cls(letters, pl.read_ipc(io.BytesIO(heads)) if heads else None)


def text_outlines(records: pl.LazyFrame) -> TextOutlines:
    """What the texts of records may hold.

    Args:
        records: `level`, `service`, `message` and `head`.

    Returns:
        Their outlines.
    """
    squashed = [records.select("level", "service", text=_squashed(pl.col(name))) for name in ("message", "head")]
    messages, heads = squashed[0].select("text").unique(), squashed[1].drop_nulls("text").unique()
    longest = records.select(pl.col("head").str.len_bytes().max()).fill_null(0)
    found = pl.collect_all([messages.head(_MOST_TEXTS + 1), heads.head(_MOST_TEXTS + 1), longest])
    is_short = found[2].item() <= MASKED_LENGTH
    return TextOutlines(_letters(found[0]["text"], found[1]["text"]), _heads(found[1]) if is_short else None)


def _squashed(text: pl.Expr) -> pl.Expr:
    """Texts with each number as a zero: their patterns and their letters stay, and far fewer are distinct."""
    return text.str.replace_all("[0-9]+", "0")


def _letters(messages: pl.Series, heads: pl.Series) -> str | None:
    if max(len(messages), len(heads)) > _MOST_TEXTS:
        return None
    texts = pl.concat([messages, heads]).to_frame("text").lazy()
    runs = texts.select(letters_in_masked(pl.col("text")).alias("run")).explode("run", empty_as_null=False)
    distinct = runs.unique().drop_nulls().head(_MOST_LETTERS + 1).collect()["run"]
    return "\n".join(distinct.sort()) if len(distinct) <= _MOST_LETTERS else None


def _heads(squashed: pl.DataFrame) -> pl.DataFrame | None:
    if squashed.height > _MOST_TEXTS:
        return None
    heads = squashed.select("level", "service", masked(pl.col("text")).alias("head")).unique()
    return heads.sort("level", "service", "head") if heads.height <= _MOST_HEADS else None


def unpacked(parts: Mapping[str, bytes]) -> Rollup:
    """A rollup out of what is kept."""
    return Rollup(*(pl.read_ipc(io.BytesIO(parts[kind])) for kind in ("minutes", "patterns", "table")))


def _commonest(values: pl.Series) -> pl.Expr:
    """The values, rare ones among very many replaced."""
    common = values.value_counts(sort=True).head(_MOST_VALUES)[values.name]
    here = pl.col(values.name)
    if len(common) < _MOST_VALUES:
        return here
    return (
        pl.when(here.is_in(common.implode(), nulls_equal=True)).then(here).otherwise(pl.lit(OTHER)).alias(values.name)
    )


def _counted(rows: pl.LazyFrame, start: pl.Expr, pattern: pl.Expr) -> pl.LazyFrame:
    shared = [name for name in ROLLUP_SCHEMA if name not in ("start", "pattern", "count")]
    counted = rows.group_by(start.alias("start"), pattern.alias("pattern"), *shared).agg(pl.len().alias("count"))
    counted = counted.sort("start", "pattern", *shared)
    return counted.select(pl.col(name).cast(dtype) for name, dtype in ROLLUP_SCHEMA.items())


def _packed(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_ipc(target, compression="zstd")
    return target.getvalue()
