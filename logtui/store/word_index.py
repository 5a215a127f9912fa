"""Which row groups of a segment hold which words with a digit in them.

Words of a length of which there are few are kept themselves; those of a length of which there are many, such as trace
ids, are kept in a Bloom filter (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970).
Polars' hashes hold for one version of it only; a filter of another one tells nothing.
"""

from __future__ import annotations

import io
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.model.masks import WORD, folded
from logtui.model.names import STRUCTURED_FORMATS
from logtui.model.needle_words import SHORTEST_WORD
from logtui.store.encoding import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logtui.model.needle_words import NeedleWord

ANYWHERE: Final = -1
"""The mask of all row groups."""

_NOT_TOLD: Final = frozenset({"raw", "message", HEAD, "source", "format"})
"""Texts, which are searched whole, and names that another opening may change."""

_MOST_GROUPS: Final = 64
_MOST_WORDS: Final = 16_384
_BITS_PER_WORD: Final = 10
_HASHES: Final = 4


class WordMasks(msgspec.Struct, frozen=True, array_like=True):
    """The words of a segment.

    Attributes:
        groups: Row groups of the segment.
        columns: Columns, besides those of texts, all of whose words are here.
        words: Arrow IPC of `word` and `groups`, the mask (UInt64) of the row groups with it.
        hashed: The lengths of the words that are in the filter instead.
        filter: The filter's bits.
        version: What made the filter.
    """

    groups: int
    columns: tuple[str, ...]
    words: bytes
    hashed: tuple[int, ...]
    filter: bytes
    version: str

    def row_groups(self, needles: Iterable[NeedleWord]) -> int:
        """The mask of the row groups that may hold all of some words."""
        return reduce(and_, map(self._with, needles), ANYWHERE)

    def _with(self, needle: NeedleWord) -> int:
        longest = max(self.hashed, default=0)
        if longest > len(needle.text) and not needle.is_whole:
            return ANYWHERE
        here = (
            pl.col("word") == needle.text if needle.is_whole else pl.col("word").str.contains(needle.text, literal=True)
        )
        found = pl.read_ipc(io.BytesIO(self.words)).filter(here)["groups"].to_list()
        filtered = self._hashed_with(needle.text) if len(needle.text) in self.hashed else 0
        return reduce(or_, found, filtered)

    def _hashed_with(self, word: str) -> int:
        if self.version != pl.__version__:
            return ANYWHERE
        keys = pl.DataFrame({"group": range(self.groups), "word": word}, schema=_KEY_SCHEMA)
        bits = _bits(keys, 8 * len(self.filter))
        return sum(
            1 << group
            for group, row in enumerate(bits.iter_rows())
            if all(self.filter[bit >> 3] >> (bit & 7) & 1 for bit in row)
        )


_KEY_SCHEMA: Final = {"group": pl.UInt8(), "word": pl.String()}


def word_masks(records: pl.DataFrame, groups: Sequence[int]) -> WordMasks | None:
    """Find the words of a segment.

    Args:
        records: Its records, and the column `head`.
        groups: Rows of its row groups.

    Returns:
        The words; None if there are too many row groups.
    """
    if len(groups) > _MOST_GROUPS:
        return None
    numbers = pl.Series("group", range(len(groups)), dtype=pl.UInt8)
    group = pl.select(numbers.repeat_by(pl.Series(groups)).explode()).to_series()
    columns = [name for name, dtype in records.schema.items() if dtype == pl.String and name not in _NOT_TOLD]
    plain = [name for name in columns if not records[name].str.contains("\\", literal=True).any()]
    frame = records.with_columns(group).lazy()
    lengths = pl.col("word").str.len_bytes().alias("length")
    texts = [frame.select("group", text=text) for text in _texts()]
    values = [frame.select("group", text=name).unique() for name in plain]
    keys = pl.concat(pl.collect_all(_found_words(each.drop_nulls()) for each in (*texts, *values))).unique()
    common = keys.group_by(lengths).agg(pl.col("word").n_unique().alias("count")).filter(pl.col("count") > _MOST_WORDS)
    is_hashed = lengths.is_in(common["length"].implode())
    bit = pl.lit(1, pl.UInt64) * pl.lit(2, pl.UInt64).pow(pl.col("group"))
    words = keys.filter(~is_hashed).group_by("word").agg(bit.sum().alias("groups").cast(pl.UInt64)).sort("word")
    target = io.BytesIO()
    words.write_ipc(target, compression="zstd")
    hashed = tuple(sorted(common["length"].to_list()))
    filled = _filter(keys.filter(is_hashed)) if hashed else b""
    return WordMasks(len(groups), tuple(plain), target.getvalue(), hashed, filled, pl.__version__)


def _texts() -> list[pl.Expr]:
    """Where a term may be looked for: the message; the raw text, of which the message is a part where it has a head."""
    is_split = pl.col(HEAD).is_not_null()
    is_searched = ~pl.col("format").is_in(STRUCTURED_FORMATS) | pl.col("message").is_null()
    return [
        pl.when(is_split & is_searched).then(pl.col("raw")).otherwise(pl.col("message")),
        pl.when(~is_split & is_searched).then(pl.col("raw")),
    ]


def _found_words(texts: pl.LazyFrame) -> pl.LazyFrame:
    """The distinct words in each group of `text`s."""
    words = texts.select("group", pl.col("text").str.extract_all(WORD).alias("word")).explode(
        "word", empty_as_null=False
    )
    distinct = words.filter(pl.col("word").str.len_bytes() >= SHORTEST_WORD).unique()
    return distinct.with_columns(folded(pl.col("word")))


def _bits(keys: pl.DataFrame, size: int) -> pl.DataFrame:
    """The places of keys in a filter of so many bits."""
    return keys.select((pl.struct("group", "word").hash(seed) % size).alias(str(seed)) for seed in range(_HASHES))


def _filter(keys: pl.DataFrame) -> bytes:
    size = -(-keys.height * _BITS_PER_WORD // 8)
    bits = pl.concat(_bits(keys, 8 * size).get_columns()).alias("bit").unique().to_frame()
    value = pl.lit(2, pl.UInt8).pow(pl.col("bit") % 8).sum().cast(pl.UInt8)
    filled = bits.group_by(pl.col("bit") // 8).agg(value.alias("value"))
    return bytes(pl.zeros(size, pl.UInt8, eager=True).scatter(filled["bit"], filled["value"]).to_list())
