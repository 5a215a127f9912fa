"""Puts late records, which one of several followed files has held back as its last, where their times are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.live.snapshot import PACK_ROWS, Chunk

if TYPE_CHECKING:
    from collections.abc import Sequence


def merged_at_end(chunks: Sequence[Chunk], frame: pl.DataFrame) -> tuple[list[Chunk], pl.DataFrame]:
    """Merge records by time with those at the end of some chunks that are later than the earliest of them.

    Chunks that are packed stay as they are: among more than 32,768 later records a late one is not looked for.

    Args:
        chunks: Chunks in display order.
        frame: The records that were read next, at least one, with late ones anywhere among them.

    Returns:
        The chunks without the later records, and these with the new ones, in display order.
    """
    kept, parts, first = list(chunks), [frame], frame["order_time"].min()
    while kept and kept[-1].rows < PACK_ROWS and _is_later(kept[-1], frame):
        records = kept.pop().read()
        place: int = records.select(pl.col("order_time").search_sorted(first, side="right")).item()
        parts.insert(0, records[place:])
        if place:
            kept.append(Chunk(records[:place]))
    if len(parts) == 1 and frame["order_time"].is_sorted():
        return kept, frame
    return kept, pl.concat(parts, how="diagonal_relaxed").sort("order_time", maintain_order=True)


def _is_later(chunk: Chunk, frame: pl.DataFrame) -> bool:
    """Whether the last record of a chunk is later than the earliest of a frame."""
    earliest: int = frame.select(pl.col("order_time").min().cast(pl.Int64)).item()
    return chunk.fences[-1].last > earliest
