"""The number before a key."""

from __future__ import annotations

from logtui.tui.list.count import Count


def typed(digits: str) -> Count:
    count = Count()
    for digit in digits:
        count.add(digit)
    return count


def test_the_number_is_taken_once() -> None:
    count = typed("42")
    assert count.is_typed
    assert (count.take(), count.take()) == (42, 1)
    assert not count.is_typed


def test_digits_beyond_the_ninth_are_ignored() -> None:
    assert typed("1234567890").take() == 123_456_789


def test_what_is_cleared_is_not_taken() -> None:
    count = typed("7")
    count.clear()
    assert count.take() == 1
