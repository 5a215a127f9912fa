"""bytes -> lines.

Owns what a physical line is: its end, its number, its bytes, its encoding. The lines of a source do not depend
on where its blocks were cut.
"""

from logtui.lines.splitter import LINE_SCHEMA, MAX_LINE_BYTES, LineSplitter

__all__ = ["LINE_SCHEMA", "MAX_LINE_BYTES", "LineSplitter"]
