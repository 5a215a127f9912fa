"""Chooses what reads the blocks of a source: in full, or only what a request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from logtui.formats.head_lane import TIMES, HeadLane, simple_main
from logtui.formats.line_reader import LineReader
from logtui.formats.object_lane import ObjectLane, is_of_objects

if TYPE_CHECKING:
    from collections.abc import Collection

    from logtui.formats.sieve import Sieve

Lane: TypeAlias = HeadLane | ObjectLane | LineReader
"""What reads blocks of lines."""


def lane_of(reader: LineReader, columns: Collection[str] | None, sieve: Sieve | None) -> Lane:
    """Choose what reads the blocks of a source.

    Args:
        reader: The reader of all columns.
        columns: The record columns that are asked for; None for all.
        sieve: What every wanted record meets; None if all records are wanted.

    Returns:
        The reader itself if no pattern reads most lines of the source.
    """
    times = TIMES if columns is None else TIMES & set(columns)
    if sieve is not None and sieve.texts and is_of_objects(reader.cascade):
        return ObjectLane(reader, sieve, has_times=bool(times))
    main = simple_main(reader.cascade)
    if main is None:
        return reader
    lane = None if columns is None else HeadLane(reader, main, columns)
    if sieve is None:
        return lane or reader
    return HeadLane(reader, main, times | sieve.columns, sieve, lane)
