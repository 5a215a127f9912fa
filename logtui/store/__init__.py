"""records -> sealed segments on disk, with their catalogue, rollups and text outlines.

Names are imported when they are first used, because looking for an index needs nothing that reads one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.store.archive import archive_segments, is_archive, opened_archive
    from logtui.store.cache import Cache, Entry
    from logtui.store.compaction import Budget, compact, compact_once
    from logtui.store.encoding import HEAD, PATTERN, ROW, has_pattern
    from logtui.store.leases import Lease
    from logtui.store.retention import Expiry, Retention, drop_archived, expire
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
    "Budget",
    "Cache",
    "Entry",
    "Expiry",
    "Facts",
    "Group",
    "Lease",
    "Retention",
    "Rollup",
    "Segment",
    "Store",
    "TextOutlines",
    "WordMasks",
    "archive_segments",
    "compact",
    "compact_once",
    "drop_archived",
    "expire",
    "has_pattern",
    "is_archive",
    "opened_archive",
    "peek",
    "remove_store",
]

_MODULES: Final = {
    "archive": "archive_segments is_archive opened_archive",
    "cache": "Cache Entry",
    "compaction": "Budget compact compact_once",
    "encoding": "HEAD PATTERN ROW has_pattern",
    "leases": "Lease",
    "retention": "Expiry Retention drop_archived expire",
    "rollup": "HOUR MINUTE OTHER ROLLUP_SCHEMA Rollup TextOutlines",
    "segment": "GROUP_ROWS SEGMENT_BYTES SEGMENT_ROWS Facts Group Segment",
    "store": "Store peek remove_store",
    "word_index": "WordMasks",
}
_MODULE_OF: Final = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value
