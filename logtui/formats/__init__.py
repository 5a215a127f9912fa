"""lines -> records.

Owns the formats, their detection, the times and levels they write, and what a record is when it spans lines.
"""

from logtui.formats.cascade import Cascade
from logtui.formats.detect import SAMPLE_LINES, Detection, Score, detect
from logtui.formats.key_values import with_message_fields
from logtui.formats.normalise import normalise
from logtui.formats.records import RecordAssembler
from logtui.formats.registry import FORMATS, PLAIN, format_named

__all__ = [
    "FORMATS",
    "PLAIN",
    "SAMPLE_LINES",
    "Cascade",
    "Detection",
    "RecordAssembler",
    "Score",
    "detect",
    "format_named",
    "normalise",
    "with_message_fields",
]
