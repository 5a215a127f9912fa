"""Patterns are counted part by part, within a bound of memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.datasets import dataset_of_runs
from logtui.engine.search.request import Request
from logtui.engine.summaries.pattern_counts import PatternCounts, pattern_counts
from logtui.model.masks import masked, shown
from tests.engine.search.test_conformance import placed

MESSAGES: Final = st.lists(st.sampled_from(["user 1", "user 22", "got 5", "ok", "bad 7 ms", "bad"]), min_size=1)


def counted(
    parts: list[list[dict[str, object]]], request: Request | None = None, size: int = 100, kept: int = 100
) -> PatternCounts:
    request = request or Request.everything()
    dataset = dataset_of_runs([[Chunk(placed(records)) for records in parts]])
    return pattern_counts(request, dataset.pieces(request), size, kept)


@given(st.lists(MESSAGES, min_size=1, max_size=4), st.integers(1, 4))
def test_parts_together_count_as_all_messages_do(parts: list[list[str]], size: int) -> None:
    messages = pl.Series("message", [text for part in parts for text in part])
    patterns = messages.to_frame().select(shown(masked(pl.col("message")))).to_series()
    expected = sorted(Counter(patterns).items(), key=lambda item: (-item[1], item[0]))
    found = counted([[{"message": text} for text in part] for part in parts], size=size)
    assert {(each.pattern, each.count) for each in found.patterns} <= set(expected)
    assert [each.count for each in found.patterns] == [count for _, count in expected[:size]]
    assert found.other == len(messages) - sum(each.count for each in found.patterns)
    assert all(each.sample in set(messages) for each in found.patterns)


def test_a_pattern_has_its_most_severe_level_its_times_and_a_message_as_sample() -> None:
    (found,) = counted(
        [
            [{"message": "user 1", "level": "warn", "timestamp": "2026-01-15T10:00:00Z"}],
            [{"message": "user 2", "level": "info", "timestamp": "2026-01-15T09:00:00Z"}, {"message": "user 3"}],
        ]
    ).patterns
    assert (found.pattern, found.count, found.level) == ("user <*>", 3, "warn")
    assert (found.first, found.last) == ("2026-01-15T09:00:00Z", "2026-01-15T10:00:00Z")
    assert found.sample in ("user 1", "user 2", "user 3")


def test_records_without_level_and_time_have_none() -> None:
    (found,) = counted([[{"message": "ok"}]]).patterns
    assert (found.level, found.first, found.last, found.sample) == (None, None, None, "ok")


def test_beyond_the_bound_rare_patterns_are_dropped_and_it_is_said() -> None:
    parts: list[list[dict[str, object]]] = [
        [{"message": text} for text in ("one", "one", "two", "three")],
        [{"message": "one"}],
    ]
    found = counted(parts, kept=2)
    assert (found.patterns[0].pattern, found.patterns[0].count) == ("one", 3)
    assert not found.is_exact
    assert found.other + sum(each.count for each in found.patterns) == 5
    assert counted(parts).is_exact


def test_it_ends_when_it_is_cancelled() -> None:
    request = replace(Request.everything(), cancelled=lambda: True)
    assert counted([[{"message": "ok"}]], request) == PatternCounts((), 0, is_exact=True, is_partial=True)
