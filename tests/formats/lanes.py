"""Blocks of lines, and their records as lanes read them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats import RecordAssembler, SourceClock
from logtui.formats.head_lane import Heads
from logtui.formats.lanes import lane_of
from logtui.lines import LineSplitter
from logtui.model.record import CORE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from logtui.formats.line_reader import LineReader
    from logtui.formats.sieve import Sieve

FREE: Final = ("raw", "source", "line", "offset", "bytes", "seq", "ingest_time", "format")


def with_others(lines: list[str], others: Sequence[tuple[int, str]]) -> list[str]:
    for place, other in others:
        lines.insert(place, other)
    return lines


def lines_of(texts: Sequence[str]) -> pl.DataFrame:
    return LineSplitter().feed("".join(f"{text}\n" for text in texts).encode())


def frames_of(
    reader: LineReader,
    blocks: Sequence[pl.DataFrame],
    columns: Collection[str] | None,
    sieve: Sieve | None = None,
) -> list[pl.DataFrame]:
    """The records of blocks of lines, of which some columns are read, or all."""
    lane = reader if columns is None and sieve is None else lane_of(reader, columns, sieve)
    assembler = RecordAssembler("memory", SourceClock(datetime(2025, 12, 1, tzinfo=UTC)), reader)
    frames = []
    for lines in blocks:
        block = lane.read(lines)
        frames.append(assembler.feed_heads(block) if isinstance(block, Heads) else assembler.feed(block))
    return [*frames, assembler.finish()]


def blocks_of(texts: Sequence[str], borders: Collection[int]) -> list[pl.DataFrame]:
    whole = lines_of(texts)
    places = sorted({0, len(whole), *(place for place in borders if place < len(whole))})
    return [whole[start:end] for start, end in itertools.pairwise(places)]


def wanted_of(frames: Sequence[pl.DataFrame], columns: Collection[str] | None, sieve: Sieve) -> pl.DataFrame:
    """The records that meet a sieve: the columns that were asked for, or all that are not empty."""
    found = pl.concat(frames, how="diagonal").filter(pl.all_horizontal(*sieve.texts, *sieve.heads))
    if columns is not None:
        return found.select(name for name in CORE_SCHEMA if name in columns or name in FREE)
    return found.select(each.name for each in found if each.null_count() < len(found))
