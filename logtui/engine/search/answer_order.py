"""The order of the records of an answer."""

from __future__ import annotations

from enum import StrEnum


class Order(StrEnum):
    """The order of the records of an answer."""

    AS_READ = "as_read"
    """One source in its own order, several merged by `order_time`."""

    NEWEST_FIRST = "newest_first"
    """By descending `timestamp`, then by descending key; records without a time come last."""

    OLDEST_FIRST = "oldest_first"
    """By ascending `timestamp`, then by ascending key; records without a time come last."""

    ANY = "any"
    """Whichever is the quickest to read: one source after the other, so that a few records need not all sources."""
