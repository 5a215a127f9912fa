"""Rollups of a segment: its records counted by time, level and service, and by message pattern.

A rollup frame has the columns of `ROLLUP_SCHEMA`; the one by minutes has no patterns. Rollups are stored with the
segment. Text outlines are stored in the same way, but are made later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.masks import MASK, MASKED_LENGTH, folded, letters_in_masked, masked
from logtui.model.names import STRUCTURED_FORMATS
from logtui.store.frames import from_bytes, to_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE: Final = 60_000_000_000
HOUR: Final = 60 * MINUTE
OTHER: Final = MASK
"""Stands for all services, and all severity texts, that are not among the thousand commonest ones of the segment."""

ROLLUP_SCHEMA: Final[dict[str, pl.DataType]] = {
    "start": pl.Int64(),
    "pattern": pl.UInt32(),
    "reach": pl.UInt8(),
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    "count": pl.UInt32(),
}
"""`start`: epoch nanoseconds of the bucket's start (null: no timestamp); `pattern`: pattern number (null: any other);
`reach`: the texts that a bare term is looked for in (0: the message, 1: head and message, 2: any other raw text); then
the values that the records share, and the number of records."""

_SHARED: Final = tuple(name for name in ROLLUP_SCHEMA if name not in ("start", "pattern", "count"))

PATTERN_SCHEMA: Final[dict[str, pl.DataType]] = {
    "pattern": pl.String(),
    "count": pl.UInt32(),
    "is_cut": pl.Boolean(),
}
"""The pattern, the number of its records, and whether any of their messages was cut before it was masked."""

# A rollup is small only if its groups are few: beyond these numbers, values are counted together or outlines left out.
_MOST_VALUES: Final = 1_000
_MOST_PATTERNS = 4_096
_MOST_GROUPS: Final = 8_192
"""Groups by hour, pattern, level and service: 180,000 groups of 260,000 records took seven times longer to decide than
their messages take to read."""

_MOST_TEXTS: Final = 200_000
_MOST_LETTERS: Final = 4_096
_MOST_RARE_LETTERS: Final = 16_384
_MOST_HEADS: Final = 1_024


@dataclass(frozen=True, slots=True)
class Rollup:
    """The rollup of a segment.

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
        """Estimated bytes in memory."""
        return sum(int(frame.estimated_size()) for frame in (self.minutes, self.patterns, self.table))

    def packed(self) -> dict[str, bytes]:
        """Encode the frames, by the kind of sidecar."""
        return {"minutes": to_bytes(self.minutes), "patterns": to_bytes(self.patterns), "table": to_bytes(self.table)}


def numbered(records: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
    """Number the patterns of messages.

    Args:
        records: A record frame.

    Returns:
        UInt32 pattern numbers, null where there is no message and for rare patterns: those beyond the 4,096 commonest,
        and those whose groups would make the rollup large; and the table, a frame of `PATTERN_SCHEMA`.
    """
    numbers, table = _by_commonness(records["message"])
    kept = _summarising(records, numbers, table)
    rare = numbers >= kept
    return (numbers.set(rare, None) if rare.any() else numbers), table.head(kept)


def _by_commonness(messages: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    is_long = pl.col("message").str.len_bytes() > MASKED_LENGTH
    frame = messages.to_frame("message").select(masked(pl.col("message")).alias("pattern"), is_long.alias("is_cut"))
    table = frame.drop_nulls("pattern").group_by("pattern").agg(pl.len().alias("count"), pl.col("is_cut").max())
    table = table.sort("count", "pattern", descending=[True, False]).head(_MOST_PATTERNS)
    texts = table["pattern"]
    numbers = pl.int_range(len(texts), dtype=pl.UInt32, eager=True)
    found = frame["pattern"].replace_strict(texts, numbers, default=None, return_dtype=pl.UInt32)
    return found, table.select(pl.col(name).cast(dtype) for name, dtype in PATTERN_SCHEMA.items())


def _summarising(records: pl.DataFrame, numbers: pl.Series, table: pl.DataFrame) -> int:
    """How many of the commonest patterns make a small rollup together."""
    if records.height <= _MOST_GROUPS:
        return table.height
    groups = records.lazy().select(
        numbers.alias("pattern"), pl.col("timestamp").cast(pl.Int64) // HOUR, "level", "severity_text", "service"
    )
    sizes = groups.drop_nulls("pattern").unique().group_by("pattern").len().sort("pattern")
    return int(sizes.select(pl.col("len").cum_sum() <= _MOST_GROUPS).sum().collect().item())


def rolled_up(records: pl.DataFrame, heads: pl.Series, patterns: pl.Series, table: pl.DataFrame) -> Rollup:
    """Count the records of a segment.

    Args:
        records: A record frame.
        heads: String, the raw text before the message; null if the raw text does not end with the message.
        patterns: UInt32, the numbers of their patterns.
        table: The pattern table.

    Returns:
        The rollup.
    """
    rows = _grouping(records, heads, patterns)
    # The other counts are of these groups: in a busy log there are far fewer of them than records.
    groups = _counted(rows, pl.col("time") // MINUTE * MINUTE, pl.col("pattern"), pl.len()).collect().lazy()
    minute, count = pl.col("start"), pl.col("count").sum()
    by_minute = _counted(groups, minute, pl.lit(None, pl.UInt32), count).sort("start", *_SHARED)
    by_hour = _counted(groups, minute // HOUR * HOUR, pl.col("pattern"), count).sort("start", "pattern", *_SHARED)
    return Rollup(by_minute.collect(), by_hour.collect(), table)


def _grouping(records: pl.DataFrame, heads: pl.Series, patterns: pl.Series) -> pl.LazyFrame:
    """The values by which records are counted: `time` (epoch nanoseconds), and those of `ROLLUP_SCHEMA`."""
    reach = pl.when(pl.col("format").is_in(STRUCTURED_FORMATS)).then(0).when(heads.is_not_null()).then(1).otherwise(2)
    return records.lazy().select(
        pl.col("timestamp").cast(pl.Int64).alias("time"),
        reach.cast(pl.UInt8).alias("reach"),
        "level",
        _commonest(records["severity_text"]),
        _commonest(records["service"]),
        patterns.alias("pattern"),
    )


@dataclass(frozen=True, slots=True)
class TextOutlines:
    """Summaries of the texts of a segment, which rule out that a text occurs in it.

    Attributes:
        letters: Distinct runs of letters in the masked parts of messages and heads, separated by line feeds; None if
            there are too many.
        heads: Distinct `level`, `service` and `head`, the pattern of the raw text before the message; None if there are
            too many or one is too long.
        rare: Distinct runs of letters in messages without a number, and in the raw texts of records without a message,
            separated by line feeds; None if there are too many.
    """

    letters: str | None
    heads: pl.DataFrame | None
    rare: str | None

    @property
    def size(self) -> int:
        """Estimated bytes in memory."""
        heads = 0 if self.heads is None else int(self.heads.estimated_size())
        return len(self.letters or "") + len(self.rare or "") + heads

    def packed(self) -> bytes:
        """Encode the outlines."""
        heads = b"" if self.heads is None else to_bytes(self.heads)
        return msgspec.msgpack.encode((self.letters, heads, self.rare))

    @classmethod
    def unpacked(cls, data: bytes) -> TextOutlines:
        """Decode what `packed` has made."""
        letters, heads, *rare = msgspec.msgpack.decode(data)  # the third is missing in stores of older versions
        return cls(letters, from_bytes(heads) if heads else None, rare[0] if rare else None)


def text_outlines(records: pl.LazyFrame) -> TextOutlines:
    """Make the outlines of the texts of records.

    Args:
        records: `level`, `service`, `message`, `raw`, `head` and the pattern numbers `pattern`.
    """
    squashed = [records.select("level", "service", text=_squashed(pl.col(name))) for name in ("message", "head")]
    messages, heads = squashed[0].select("text").unique(), squashed[1].drop_nulls("text").unique()
    longest = records.select(pl.col("head").str.len_bytes().max()).fill_null(0)
    unnumbered = records.filter(pl.col("pattern").is_null()).select(text=pl.coalesce("message", "raw"))
    rare = unnumbered.select(folded(pl.col("text")).str.extract_all("[a-z_]+").alias("run"))
    found = pl.collect_all(
        [messages.head(_MOST_TEXTS + 1), heads.head(_MOST_TEXTS + 1), longest, _runs(rare, _MOST_RARE_LETTERS)]
    )
    letters = _letters(found[0]["text"], found[1]["text"])
    is_short = found[2].item() <= MASKED_LENGTH
    return TextOutlines(letters, _heads(found[1]) if is_short else None, _joined(found[3]["run"], _MOST_RARE_LETTERS))


def _squashed(text: pl.Expr) -> pl.Expr:
    """Replace numbers, and what punctuation joins of them, by a zero: patterns and letters stay the same."""
    return text.str.replace_all(r"[0-9]+(?:[.:,+/\-][0-9]+)*", "0")


def _letters(messages: pl.Series, heads: pl.Series) -> str | None:
    if max(len(messages), len(heads)) > _MOST_TEXTS:
        return None
    texts = pl.concat([messages, heads]).to_frame("text").lazy()
    listed = texts.select(letters_in_masked(pl.col("text")).alias("run"))
    return _joined(_runs(listed, _MOST_LETTERS).collect()["run"], _MOST_LETTERS)


def _runs(listed: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """The distinct values in lists of runs of letters, at most one more than an outline may have."""
    return listed.explode("run", empty_as_null=False).unique().drop_nulls().head(most + 1)


def _joined(runs: pl.Series, most: int) -> str | None:
    return "\n".join(runs.sort()) if len(runs) <= most else None


def _heads(squashed: pl.DataFrame) -> pl.DataFrame | None:
    if squashed.height > _MOST_TEXTS:
        return None
    heads = squashed.select("level", "service", masked(pl.col("text")).alias("head")).unique()
    return heads.sort("level", "service", "head") if heads.height <= _MOST_HEADS else None


def unpacked(parts: Mapping[str, bytes]) -> Rollup:
    """Decode what `Rollup.packed` has made."""
    return Rollup(*(from_bytes(parts[kind]) for kind in ("minutes", "patterns", "table")))


def _commonest(values: pl.Series) -> pl.Expr:
    """Replace all but the commonest values of a column by `OTHER`, if there are too many."""
    common = values.value_counts(sort=True).head(_MOST_VALUES)[values.name]
    here = pl.col(values.name)
    if len(common) < _MOST_VALUES:
        return here
    return (
        pl.when(here.is_in(common.implode(), nulls_equal=True)).then(here).otherwise(pl.lit(OTHER)).alias(values.name)
    )


def _counted(rows: pl.LazyFrame, start: pl.Expr, pattern: pl.Expr, count: pl.Expr) -> pl.LazyFrame:
    counted = rows.group_by(start.alias("start"), pattern.alias("pattern"), *_SHARED).agg(count.alias("count"))
    return counted.select(pl.col(name).cast(dtype) for name, dtype in ROLLUP_SCHEMA.items())
