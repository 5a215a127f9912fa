"""A bounded cache keeps what was used last, and never more than its bound."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from logtui.model.lru import Lru


@given(used=st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=60), limit=st.integers(1, 5))
def test_it_holds_the_values_that_were_used_last(used: list[tuple[bool, int]], limit: int) -> None:
    cache, expected = Lru[int, str](limit), OrderedDict[int, str]()
    for is_put, key in used:
        if is_put:
            cache.put(key, str(key))
            expected[key] = str(key)
        assert cache.get(key) == expected.get(key)
        if key in expected:
            expected.move_to_end(key)
        while len(expected) > limit:
            expected.popitem(last=False)
    assert [cache.get(key) for key in range(7)] == [expected.get(key) for key in range(7)]


def test_sizes_are_summed_and_a_value_put_again_counts_once() -> None:
    cache = Lru[str, bytes](10, len)
    cache.put("a", b"1234")
    cache.put("b", b"1234")
    cache.put("a", b"123456")
    assert (cache.total, len(cache)) == (10, 2)
    cache.put("c", b"1")
    assert cache.get("b") is None
    assert (cache.total, len(cache)) == (7, 2)


def test_values_that_nobody_will_look_up_again_can_be_dropped() -> None:
    cache = Lru[int, bytes](10, len)
    for key in range(3):
        cache.put(key, b"12")
    cache.drop(lambda key: key < 2)
    assert (cache.total, len(cache), cache.get(0), cache.get(2)) == (2, 1, None, b"12")


def test_a_value_larger_than_the_bound_is_kept_until_the_next_one() -> None:
    cache = Lru[str, bytes](3, len)
    cache.put("small", b"1")
    cache.put("large", b"12345")
    assert (cache.get("small"), cache.get("large")) == (None, b"12345")
    cache.put("small", b"1")
    assert (cache.get("large"), cache.total) == (None, 1)


def test_threads_do_not_break_the_sum_of_sizes() -> None:
    cache = Lru[int, bytes](500, len)

    def use(seed: int) -> None:
        for step in range(2_000):
            key = (seed * 31 + step * 7) % 97
            if cache.get(key) is None:
                cache.put(key, bytes(key))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(4)))
    held = [value for key in range(97) if (value := cache.get(key)) is not None]
    assert cache.total == sum(map(len, held)) <= 500
