"""The word index: for words with a digit in them, the blocks (parts of row groups) of a segment that hold them.

If a segment has few words of a length, these are stored with their row groups. If it has many, such as trace ids, they
are stored with their blocks in a Bloom filter (B. H. Bloom, "Space/time trade-offs in hash coding with allowable
errors", 1970). Polars' hashes may differ between versions, so a filter that another version made is not used.
"""

from __future__ import annotations

from functools import reduce
from itertools import accumulate
from operator import and_, or_
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.model.masks import folded, long_word
from logtui.model.names import SEARCHED
from logtui.model.needle_words import SHORTEST_WORD
from logtui.store.encoding import HEAD, is_raw_searched
from logtui.store.frames import from_bytes, to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.model.needle_words import NeedleWord

ANYWHERE: Final = -1
"""The mask that selects all blocks."""

_NOT_INDEXED: Final = frozenset({"raw", "message", HEAD, "source", "format"})
"""Columns that are not indexed by name: the texts, which `_texts` covers, and names that may change on reopening."""

_MOST_GROUPS: Final = 64
_MOST_WORDS: Final = 16_384
_BITS_PER_WORD: Final = 10
_HASHES: Final = 4
_LONG_WORD: Final = long_word(SHORTEST_WORD)
_BLOCKS: Final = 16
"""Most blocks of a row group; since an id is in few records, more blocks hardly make the filter larger."""

_FILTER_VERSION: Final = f"polars {pl.__version__}, by block"


class WordMasks(msgspec.Struct, frozen=True, array_like=True):
    """The word index of one segment.

    Attributes:
        groups: The number of row groups.
        columns: The columns, besides the texts, whose words are all in the index.
        words: Arrow IPC of the stored words: `word`, and `groups`, the UInt64 mask of the row groups that hold it.
        hashed: The lengths of words that are in the Bloom filter instead.
        filter: The bits of the Bloom filter.
        version: The version that made the filter.
        per_group: The number of blocks per row group.
        block_rows: Records per block, fewer in the last block of a row group; 0 if each row group is one block.
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
        """Compute the mask of the blocks that may hold all of some words."""
        return reduce(and_, map(self._with, needles), ANYWHERE)

    def _with(self, needle: NeedleWord) -> int:
        longest = max(self.hashed, default=0)
        if longest > len(needle.text) and not needle.is_whole:
            return ANYWHERE
        here = (
            pl.col("word") == needle.text if needle.is_whole else pl.col("word").str.contains(needle.text, literal=True)
        )
        found = from_bytes(self.words).filter(here)["groups"].to_list()
        filtered = self._hashed_with(needle.text) if len(needle.text) in self.hashed else 0
        return self._blocks_in(reduce(or_, found, 0)) | filtered

    def has_blocks(self, group: int, mask: int) -> bool:
        """Whether a mask selects any block of a row group."""
        return mask >> group * self.per_group & self._whole_group != 0

    def _blocks_in(self, groups: int) -> int:
        """Convert a mask of row groups to the mask of their blocks."""
        return sum(self._whole_group << group * self.per_group for group in range(self.groups) if groups >> group & 1)

    @property
    def _whole_group(self) -> int:
        return (1 << self.per_group) - 1

    def _hashed_with(self, word: str) -> int:
        if self.version != _FILTER_VERSION:
            return ANYWHERE
        blocks = range(self.groups * self.per_group)
        keys = pl.DataFrame({"block": blocks, "word": word}, schema=_KEY_SCHEMA)
        bits = pl.DataFrame({str(seed): _bits(keys, 8 * len(self.filter), seed) for seed in range(_HASHES)})
        return sum(
            1 << block
            for block, row in enumerate(bits.iter_rows())
            if all(self.filter[bit >> 3] >> (bit & 7) & 1 for bit in row)
        )


_KEY_SCHEMA: Final = {"block": pl.UInt16(), "word": pl.String()}


def word_masks(records: pl.DataFrame, groups: Sequence[int]) -> WordMasks | None:
    """Build the word index of a segment.

    Args:
        records: The records, with the column `head`; of `raw`, `searched_raw` is enough.
        groups: The number of rows in each row group.

    Returns:
        The index; None if there are too many row groups.
    """
    if len(groups) > _MOST_GROUPS:
        return None
    block_rows = -(-max(groups) // _BLOCKS)
    per_group = -(-max(groups) // block_rows)
    block = _block_numbers(groups, block_rows, per_group)
    columns = [name for name, dtype in records.schema.items() if dtype == pl.String and name not in _NOT_INDEXED]
    plain = [name for name in columns if not records[name].str.contains("\\", literal=True).any()]
    lengths = pl.col("word").str.len_bytes().alias("length")
    # No block is in two row groups, and all groups at once would take nine times the memory.
    keys = pl.concat(_keys_in(group, plain) for group in _row_groups(records.with_columns(block), groups))
    bit = pl.lit(1, pl.UInt64) * pl.lit(2, pl.UInt64).pow(pl.col("group"))
    in_groups = _exploded(_listed(keys.lazy().select("word", group=pl.col("block") // per_group), "group"))
    masks = in_groups.group_by("word").agg(bit.sum().alias("groups").cast(pl.UInt64)).collect()
    common = masks.group_by(lengths).len("count").filter(pl.col("count") > _MOST_WORDS)
    is_hashed = lengths.is_in(common["length"].implode())
    words = masks.filter(~is_hashed).sort("word")
    hashed = tuple(sorted(common["length"].to_list()))
    filled = _filter(keys.filter(is_hashed)) if hashed else b""
    return WordMasks(len(groups), tuple(plain), to_bytes(words), hashed, filled, _FILTER_VERSION, per_group, block_rows)


def _block_numbers(groups: Sequence[int], block_rows: int, per_group: int) -> pl.Series:
    """Compute the number of each record's block."""
    in_groups = [pl.int_range(rows, eager=True) // block_rows + group * per_group for group, rows in enumerate(groups)]
    return pl.concat(in_groups).cast(pl.UInt16).alias("block")


def _row_groups(records: pl.DataFrame, groups: Sequence[int]) -> Iterator[pl.DataFrame]:
    """Split records by row groups."""
    for rows, end in zip(groups, accumulate(groups), strict=True):
        yield records.slice(end - rows, rows)


def _keys_in(group: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The blocks and words of a row group; a word that is written in several ways may be there several times.

    Args:
        group: The records, with the column `block`.
        columns: The columns whose words are wanted besides those of the texts.
    """
    frame = group.lazy()
    is_long = pl.col("word").str.len_bytes() >= SHORTEST_WORD
    texts = [frame.select("block", word=text).drop_nulls() for text in _texts()]
    values = [_exploded(_listed(frame.select("block", word=name).filter(is_long), "block")) for name in columns]
    found = pl.concat(pl.collect_all(_listed(_found_words(each), "block") for each in (*texts, *values)))
    words = _exploded(_listed(_exploded(found.lazy().sort("block")), "block"))
    return words.with_columns(folded(pl.col("word"))).collect()


def _texts() -> list[pl.Expr]:
    """The texts in which terms are searched: message and raw text, or only the raw text if it contains the message."""
    is_split = pl.col(HEAD).is_not_null()
    return [
        pl.when(is_split & is_raw_searched()).then(pl.col("raw")).otherwise(pl.col("message")),
        pl.when(~is_split & is_raw_searched()).then(pl.col("raw")),
    ]


def searched_raw() -> pl.Expr:
    """The raw text if terms are searched in it, else null: it would be half of the memory of structured records."""
    return pl.when(is_raw_searched()).then(pl.col(SEARCHED)).alias("raw")


def _found_words(texts: pl.LazyFrame) -> pl.LazyFrame:
    """Find the words of the texts in the column `word`."""
    return _exploded(texts.select("block", pl.col("word").str.extract_all(_LONG_WORD)))


def _listed(words: pl.LazyFrame, place: str) -> pl.LazyFrame:
    """List the distinct words of each place; the places must be in order."""
    # `unique`, which encodes each row as a key, takes five times as long.
    return words.with_columns(pl.col(place).set_sorted()).group_by(place).agg(pl.col("word").unique())


def _exploded(words: pl.LazyFrame) -> pl.LazyFrame:
    return words.explode("word", empty_as_null=False)


def _bits(keys: pl.DataFrame, size: int, seed: int) -> pl.Series:
    """Compute the bits that keys set in a filter of `size` bits, by one of its hashes."""
    return keys.select((pl.struct("block", "word").hash(seed) % size).cast(pl.UInt32)).to_series()


def _filter(keys: pl.DataFrame) -> bytes:
    size = -(-keys.height * _BITS_PER_WORD // 8)
    bits = pl.repeat(False, 8 * size, dtype=pl.Boolean, eager=True)
    for seed in range(_HASHES):
        bits = bits.scatter(_bits(keys, 8 * size, seed), True)
    places = (bits.gather_every(8, place).cast(pl.UInt8) * (1 << place) for place in range(8))
    return bytes(reduce(or_, places).to_list())
