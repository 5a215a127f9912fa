"""lines -> records.

Owns the formats, their detection, the times and levels they write, and records that span lines. A format is a
declaration, from which a column reader and, in `rows`, a row reader of single lines are made. The names of the column
readers are loaded when they are first used, because they import Polars.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.formats.cascade import Cascade
    from logtui.formats.clock import SourceClock
    from logtui.formats.continuation import heads_of
    from logtui.formats.detection import Detection, Score, detect
    from logtui.formats.key_values import with_message_fields
    from logtui.formats.normalised import normalise
    from logtui.formats.records import RecordAssembler
    from logtui.formats.registry import FORMATS, PLAIN, format_named
    from logtui.formats.scoring import SAMPLE_LINES

__all__ = [
    "FORMATS",
    "PLAIN",
    "SAMPLE_LINES",
    "Cascade",
    "Detection",
    "RecordAssembler",
    "Score",
    "SourceClock",
    "detect",
    "format_named",
    "heads_of",
    "normalise",
    "with_message_fields",
]

_HOMES: Final = {
    "FORMATS": "registry",
    "PLAIN": "registry",
    "SAMPLE_LINES": "judgement",
    "Cascade": "cascade",
    "Detection": "detection",
    "RecordAssembler": "records",
    "Score": "detection",
    "SourceClock": "clock",
    "detect": "detection",
    "format_named": "registry",
    "heads_of": "continuation",
    "normalise": "normalised",
    "with_message_fields": "key_values",
}


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
