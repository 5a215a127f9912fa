"""Which blocks of a segment, parts of its row groups, hold which words with a digit in them.

Words of a length of which there are few are kept themselves, with their row groups; those of a length of which there
are many, such as trace ids, are kept with their blocks in a Bloom filter (B. H. Bloom, "Space/time trade-offs in hash
coding with allowable errors", 1970). Polars' hashes hold for one version of it only; a filter of another one tells
nothing.
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
"""The mask of all blocks."""

_NOT_TOLD: Final = frozenset({"raw", "message", HEAD, "source", "format"})
"""Texts, which are searched whole, and names that another opening may change."""

_MOST_GROUPS: Final = 64
_MOST_WORDS: Final = 16_384
_BITS_PER_WORD: Final = 10
_HASHES: Final = 4
_BLOCKS: Final = 16
"""Blocks of a row group, at most: an id is in few records, so that more of them take hardly more room in the filter."""

_FILTER_VERSION: Final = f"polars {pl.__version__}, by block"


class WordMasks(msgspec.Struct, frozen=True, array_like=True):
    """The words of a segment.

    Attributes:
        groups: Row groups of the segment.
        columns: Columns, besides those of texts, all of whose words are here.
        words: Arrow IPC of `word` and `groups`, the mask (UInt64) of the row groups with it.
        hashed: The lengths of the words that are in the filter instead.
        filter: The filter's bits.
        version: What made the filter.
        per_group: Blocks of a row group.
        block_rows: Records of a block, less in the last one of a row group; 0 if it is the row group.
    """

    groups: int
    columns: tuple[str, ...]
    words: bytes
    hashed: tuple[int, ...]
    filter: bytes
    version: str
    per_group: int = 1
    block_rows: int = 0

    def blocks(self, needles: Iterable[NeedleWord]) -> int:
        """The mask of the blocks that may hold all of some words."""
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
        return self._blocks_in(reduce(or_, found, 0)) | filtered

    def has_blocks(self, group: int, mask: int) -> bool:
        """Whether some block of a row group is in a mask."""
        return mask >> group * self.per_group & self._whole_group != 0

    def _blocks_in(self, groups: int) -> int:
        """The mask of the blocks of some row groups."""
        return sum(self._whole_group << group * self.per_group for group in range(self.groups) if groups >> group & 1)

    @property
    def _whole_group(self) -> int:
        return (1 << self.per_group) - 1

    def _hashed_with(self, word: str) -> int:
        if self.version != _FILTER_VERSION:
            return ANYWHERE
        blocks = range(self.groups * self.per_group)
        keys = pl.DataFrame({"block": blocks, "word": word}, schema=_KEY_SCHEMA)
        bits = _bits(keys, 8 * len(self.filter))
        return sum(
            1 << block
            for block, row in enumerate(bits.iter_rows())
            if all(self.filter[bit >> 3] >> (bit & 7) & 1 for bit in row)
        )


_KEY_SCHEMA: Final = {"block": pl.UInt16(), "word": pl.String()}


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
    block_rows = -(-max(groups) // _BLOCKS)
    per_group = -(-max(groups) // block_rows)
    block = _block_numbers(groups, block_rows, per_group)
    columns = [name for name, dtype in records.schema.items() if dtype == pl.String and name not in _NOT_TOLD]
    plain = [name for name in columns if not records[name].str.contains("\\", literal=True).any()]
    frame = records.with_columns(block).lazy()
    lengths = pl.col("word").str.len_bytes().alias("length")
    texts = [frame.select("block", text=text) for text in _texts()]
    values = [frame.select("block", text=name).unique() for name in plain]
    keys = pl.concat(pl.collect_all(_found_words(each.drop_nulls()) for each in (*texts, *values))).unique()
    common = keys.group_by(lengths).agg(pl.col("word").n_unique().alias("count")).filter(pl.col("count") > _MOST_WORDS)
    is_hashed = lengths.is_in(common["length"].implode())
    bit = pl.lit(1, pl.UInt64) * pl.lit(2, pl.UInt64).pow(pl.col("group"))
    kept = keys.filter(~is_hashed).select("word", group=pl.col("block") // per_group).unique()
    words = kept.group_by("word").agg(bit.sum().alias("groups").cast(pl.UInt64)).sort("word")
    target = io.BytesIO()
    words.write_ipc(target, compression="zstd")
    hashed = tuple(sorted(common["length"].to_list()))
    filled = _filter(keys.filter(is_hashed)) if hashed else b""
    return WordMasks(
        len(groups), tuple(plain), target.getvalue(), hashed, filled, _FILTER_VERSION, per_group, block_rows
    )


def _block_numbers(groups: Sequence[int], block_rows: int, per_group: int) -> pl.Series:
    """The number of each record's block."""
    in_groups = [pl.int_range(rows, eager=True) // block_rows + group * per_group for group, rows in enumerate(groups)]
    return pl.concat(in_groups).cast(pl.UInt16).alias("block")


def _texts() -> list[pl.Expr]:
    """Where a term may be looked for: the message; the raw text, of which the message is a part where it has a head."""
    is_split = pl.col(HEAD).is_not_null()
    is_searched = ~pl.col("format").is_in(STRUCTURED_FORMATS) | pl.col("message").is_null()
    return [
        pl.when(is_split & is_searched).then(pl.col("raw")).otherwise(pl.col("message")),
        pl.when(~is_split & is_searched).then(pl.col("raw")),
    ]


def _found_words(texts: pl.LazyFrame) -> pl.LazyFrame:
    """The distinct words in each block of `text`s."""
    words = texts.select("block", pl.col("text").str.extract_all(WORD).alias("word")).explode(
        "word", empty_as_null=False
    )
    distinct = words.filter(pl.col("word").str.len_bytes() >= SHORTEST_WORD).unique()
    return distinct.with_columns(folded(pl.col("word")))


def _bits(keys: pl.DataFrame, size: int) -> pl.DataFrame:
    """The places of keys in a filter of so many bits."""
    return keys.select((pl.struct("block", "word").hash(seed) % size).alias(str(seed)) for seed in range(_HASHES))


def _filter(keys: pl.DataFrame) -> bytes:
    size = -(-keys.height * _BITS_PER_WORD // 8)
    bits = pl.concat(_bits(keys, 8 * size).get_columns()).alias("bit").unique().to_frame()
    value = pl.lit(2, pl.UInt8).pow(pl.col("bit") % 8).sum().cast(pl.UInt8)
    filled = bits.group_by(pl.col("bit") // 8).agg(value.alias("value"))
    return bytes(pl.zeros(size, pl.UInt8, eager=True).scatter(filled["bit"], filled["value"]).to_list())
