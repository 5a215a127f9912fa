"""records -> sealed segments, their catalogue, rollups and outlines: what is kept on disk, and found again.

A name is loaded when it is first used: to look for an index takes none of what reads one.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.store.cache import Cache, Entry
    from logtui.store.encoding import HEAD, PATTERN, ROW
    from logtui.store.leases import Lease
    from logtui.store.rollup import HOUR, MINUTE, OTHER, ROLLUP_SCHEMA, Rollup, TextOutlines
    from logtui.store.segment import GROUP_ROWS, SEGMENT_BYTES, SEGMENT_ROWS, Facts, Group, Segment
    from logtui.store.store import Store, peek, remove_store
    from logtui.store.word_index import WordMasks

__all__ = [
    "GROUP_ROWS",
    "HEAD",
    "HOUR",
    "MINUTE",
    "OTHER",
    "PATTERN",
    "ROLLUP_SCHEMA",
    "ROW",
    "SEGMENT_BYTES",
    "SEGMENT_ROWS",
    "Cache",
    "Entry",
    "Facts",
    "Group",
    "Lease",
    "Rollup",
    "Segment",
    "Store",
    "TextOutlines",
    "WordMasks",
    "peek",
    "remove_store",
]

_HOMES: Final = {
    "GROUP_ROWS": "segment",
    "HEAD": "encoding",
    "HOUR": "rollup",
    "MINUTE": "rollup",
    "OTHER": "rollup",
    "PATTERN": "encoding",
    "ROLLUP_SCHEMA": "rollup",
    "ROW": "encoding",
    "SEGMENT_BYTES": "segment",
    "SEGMENT_ROWS": "segment",
    "Cache": "cache",
    "Entry": "cache",
    "Facts": "segment",
    "Group": "segment",
    "Lease": "leases",
    "Rollup": "rollup",
    "Segment": "segment",
    "Store": "store",
    "TextOutlines": "rollup",
    "WordMasks": "word_index",
    "peek": "store",
    "remove_store": "store",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
