"""The story that fills a server."""

from __future__ import annotations

from collections import Counter

from logtui.server.story import tell

END = 1_767_225_600 * 10**9
"""2026-01-01T00:00:00Z."""


def test_a_story_is_the_same_each_time_and_in_the_order_of_time() -> None:
    story = list(tell(2_000, END, 6))
    assert story == list(tell(2_000, END, 6))
    times = [record["timestamp"] for record in story]
    assert len(story) == 2_000
    assert times[0].startswith("2025-12-31T18:")
    assert times[-1].startswith("2025-12-31T23:")


def test_errors_gather_in_an_incident_and_at_the_end() -> None:
    errors = Counter(
        record["timestamp"][11:13] for record in tell(20_000, END, 6) if record["level"] in ("error", "fatal")
    )
    assert min(errors["21"], errors["23"]) > 3 * max(errors["18"], errors["19"], errors["20"])
