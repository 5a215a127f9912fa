"""Segments are joined in batches that later segments do not change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl

from logtui.engine.search import group_tables
from logtui.engine.search.group_tables import SEGMENT, GroupTables, batches
from logtui.store import Store
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.store import Segment


def frame(*messages: str) -> pl.DataFrame:
    return frame_of(
        [{"format": "json", "timestamp": START, "message": text, "raw": text, "@id": "7"} for text in messages]
    )


def numbers(found: list[list[Segment]]) -> list[list[int]]:
    return [[segment.number for segment in batch] for batch in found]


def test_a_new_segment_changes_no_batch_but_the_last(tmp_path: Path) -> None:
    with patch.object(group_tables, "_BATCH", 3), Store(tmp_path, writable=True) as store:
        for _ in range(6):
            store.seal(frame("started"), {})
        before = numbers(batches(store.segments(), frozenset(), tuple))
        store.seal(frame("stopped"), {})
        after = numbers(batches(store.segments(), frozenset(), tuple))
    assert before == [[1, 2], [3, 4, 5], [6]]
    assert after == [[1, 2], [3, 4, 5], [6, 7]]


def test_segments_with_other_columns_or_without_outlines_are_joined_apart(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(frame("started"), {})
        store.seal(frame("started").with_columns(pl.lit("7").alias("@other")), {})
        store.seal(frame("started"), {})
        found = numbers(batches(store.segments(), frozenset({1, 2}), tuple))
    assert found == [[1], [2], [3]]


def test_segments_are_joined_whatever_other_columns_they_have_than_those_that_are_read(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        for name in ("@a", "@b", "@c"):
            store.seal(frame("started").with_columns(pl.lit("7").alias(name)), {})
        found = numbers(batches(store.segments(), frozenset(), lambda columns: "@b" in columns))
    assert found == [[1, 3], [2]]


def test_patterns_are_numbered_for_all_segments_together(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(frame("login of user1", "login of user2", "started"), {})
        store.seal(frame("started", "started", "login of user3"), {})
        table = GroupTables(store).of(store.segments(), by_pattern=True)
    named = table.outlines.groups.select(
        table.segments,
        pl.col("pattern").replace_strict(range(len(table.outlines.patterns)), table.outlines.patterns),
        table.counts,
    )
    counts = {(number, text.split()[0]): count for number, text, count in named.iter_rows()}
    assert counts == {(1, "login"): 2, (1, "started"): 1, (2, "login"): 1, (2, "started"): 2}
    assert table.segments.name == SEGMENT


def test_a_table_is_joined_once_until_outlines_are_known(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        segment = store.seal(frame("login of user1"), {})
        tables = GroupTables(store)
        first = tables.of([segment], by_pattern=True)
        assert tables.of([segment], by_pattern=True) is first
        assert first.outlines.letters is None
        store.outline(segment)
        assert tables.of([segment], by_pattern=True).outlines.letters is not None
