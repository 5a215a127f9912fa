"""Chooses what reads a source: in full, or only what a request asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from logtui.formats.head_lane import HeadLane, simple_main
from logtui.formats.line_reader import LineReader
from logtui.formats.needle_lane import NeedleLane, searchable
from logtui.formats.normalised import TIMES
from logtui.formats.object_lane import READ_IN_FULL, ObjectLane, is_of_objects

if TYPE_CHECKING:
    from collections.abc import Collection

    from logtui.formats.sieve import Sieve

Lane: TypeAlias = HeadLane | ObjectLane | LineReader
"""What reads lines."""


def lane_of(reader: LineReader, columns: Collection[str] | None, sieve: Sieve | None) -> Lane:
    """Choose what reads the lines of a source.

    Args:
        reader: The reader of all columns.
        columns: The record columns that are asked for; None for all.
        sieve: What every wanted record meets; None if all records are wanted.

    Returns:
        The reader itself if no pattern reads most lines of the source.
    """
    times = TIMES if columns is None else TIMES & set(columns)
    if is_of_objects(reader.cascade):
        return _object_lane(reader, columns, sieve, times)
    main = simple_main(reader.cascade)
    if main is None:
        return _partial(reader, columns)
    lane = None if columns is None else HeadLane(reader, main, columns)
    if sieve is None:
        return lane or reader
    return HeadLane(reader, main, times | sieve.columns, sieve, lane)


def _partial(reader: LineReader, columns: Collection[str] | None) -> LineReader:
    """A reader that leaves out the fields of tables unless they are asked for."""
    if columns is None or not READ_IN_FULL.isdisjoint(columns):
        return reader
    return replace(reader, cascade=reader.cascade.without_fields())


def _object_lane(
    reader: LineReader, columns: Collection[str] | None, sieve: Sieve | None, times: frozenset[str]
) -> ObjectLane | LineReader:
    is_partial = columns is not None and READ_IN_FULL.isdisjoint(columns)
    lane = ObjectLane(reader, columns) if is_partial and columns is not None else None
    if sieve is None:
        return lane or reader
    return ObjectLane(reader, times | sieve.columns, sieve, lane)


def needle_lane_of(
    reader: LineReader, lane: Lane, columns: Collection[str] | None, sieve: Sieve | None
) -> NeedleLane | None:
    """Choose what searches blocks before they are split into lines.

    Args:
        reader: The reader of all columns.
        lane: As `lane_of` returns it.
        columns: The record columns that are asked for; None for all.
        sieve: What every wanted record meets; None if all records are wanted.

    Returns:
        None if the sieve has no text that bytes can be searched for.
    """
    needles = [] if sieve is None else searchable(sieve)
    if isinstance(lane, LineReader) or not needles:
        return None
    return NeedleLane(reader, needles, lane, has_times=columns is None or not TIMES.isdisjoint(columns))
