"""Row groups and blocks of a segment as places that are read together."""

from __future__ import annotations

from pathlib import Path

from logtui.engine.search.places import Place, blocks_of, doubling, places_of, stepwise
from logtui.store import Facts, Group, Segment, WordMasks


def segment_of(*rows: int) -> Segment:
    groups = tuple(Group(each, 0, 0, None, None, None, None) for each in rows)
    facts = Facts(sum(rows), 0, 0, 0, {}, {}, {}, {}, groups)
    return Segment(1, Path("absent"), facts)


def test_neighbouring_row_groups_are_one_place() -> None:
    assert places_of(segment_of(10, 10, 10, 5), [0, 1, 3]) == [(0, 20), (30, 5)]
    assert places_of(segment_of(10), []) == []


def test_blocks_end_with_their_row_group_and_join_their_neighbours() -> None:
    words = WordMasks(2, (), b"", (), b"", "", per_group=3, block_rows=4)
    segment = segment_of(10, 9)
    assert blocks_of(segment, [0, 1], words, -1) == [(0, 19)]
    assert blocks_of(segment, [0, 1], words, 0b100_101) == [(0, 4), (8, 2), (18, 1)]
    assert blocks_of(segment, [0, 1], words, 0b001_100) == [(8, 6)]
    assert blocks_of(segment, [1], words, 0b001_100) == [(10, 4)]


def test_words_that_know_no_blocks_lead_to_whole_row_groups() -> None:
    words = WordMasks(2, (), b"", (), b"", "")
    assert blocks_of(segment_of(10, 9), [0, 1], words, 0b10) == [(10, 9)]


def test_row_groups_come_from_either_end_twice_as_many_each_time() -> None:
    assert [list(groups) for groups in doubling(range(9), from_last=True)] == [[8], [6, 7], [2, 3, 4, 5], [0, 1]]
    assert [list(groups) for groups in doubling(range(9), from_last=False)] == [[0], [1, 2], [3, 4, 5, 6], [7, 8]]


def test_places_are_cut_into_steps_that_cover_them() -> None:
    assert list(stepwise([Place(0, 5), Place(9, 2)], 2)) == [(0, 2), (2, 2), (4, 1), (9, 2)]
