"""records -> sealed segments on disk, with their catalogue, rollups and text outlines."""

from logtui.store.archive import archive_segments, is_archive, opened_archive, restore
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
    "restore",
]
