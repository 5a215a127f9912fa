"""A cache that is bounded by the size of what it holds: the least recently used values go first."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")


class Lru(Generic[Key, Value]):
    """A bounded cache that several threads may use.

    Args:
        limit: The sum of sizes that the values may have; a single larger value is kept until the next one comes.
        size: The size of a value, which must not change; by default values are counted.
    """

    def __init__(self, limit: int, size: Callable[[Value], int] = lambda _value: 1) -> None:
        self._limit: Final = limit
        self._size: Final = size
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._total = 0
        # Even a look-up changes the order of use, so it needs the lock as much as a change does.
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._values)

    @property
    def total(self) -> int:
        """The sum of the sizes of all values."""
        return self._total

    def get(self, key: Key) -> Value | None:
        """The value under a key, which counts as its use; None if there is none."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value, at the expense of those that have not been used for longest."""
        with self._lock:
            if key in self._values:
                self._total -= self._size(self._values.pop(key))
            self._values[key] = value
            self._total += self._size(value)
            while self._total > self._limit and len(self._values) > 1:
                self._total -= self._size(self._values.popitem(last=False)[1])

    def drop(self, is_stale: Callable[[Key], bool]) -> None:
        """Drop the values whose keys nobody will look up again."""
        with self._lock:
            for key in [key for key in self._values if is_stale(key)]:
                self._total -= self._size(self._values.pop(key))
