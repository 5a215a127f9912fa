"""bytes -> lines.

Owns what a physical line is: its end, its number, its bytes, its encoding. The lines of a source do not depend
on where its blocks were cut. The names of the column splitter are loaded when they are first used, since Polars
comes with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.lines.cutter import MAX_LINE_BYTES, Place
from logtui.lines.encoding import GUESSED, codec_named
from logtui.lines.row_splitter import Line, RowSplitter

if TYPE_CHECKING:
    from logtui.lines.splitter import LINE_SCHEMA, LineBlock, LineSplitter

__all__ = [
    "GUESSED",
    "LINE_SCHEMA",
    "MAX_LINE_BYTES",
    "Line",
    "LineBlock",
    "LineSplitter",
    "Place",
    "RowSplitter",
    "codec_named",
]


def __getattr__(name: str) -> object:
    """Load a public name of the column splitter."""
    if name not in {"LINE_SCHEMA", "LineBlock", "LineSplitter"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from logtui.lines import splitter

    value: object = getattr(splitter, name)
    globals()[name] = value
    return value
