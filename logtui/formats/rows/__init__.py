"""lines -> records, row by row: a second reader of the same declarations, which needs no Polars.

It is for reading in little memory. The records equal those of the column readers, except that

- numbers are read one by one, so that of a repeated key in one object the last value is kept, not the first;
- a block's own decisions (see `rows.records`) are made per record;
- a time that could be read day first or month first is read as most of the source's first lines are, and a time of
  a shape that its source's times do not have must fit its shape exactly.
"""

from logtui.formats.rows.cascade import RowCascade
from logtui.formats.rows.detection import detect_rows
from logtui.formats.rows.reading import Reading
from logtui.formats.rows.records import Record, RowAssembler
from logtui.formats.rows.registry import ROW_FORMATS, row_format_named
from logtui.formats.rows.times import TimeReader

__all__ = [
    "ROW_FORMATS",
    "Reading",
    "Record",
    "RowAssembler",
    "RowCascade",
    "TimeReader",
    "detect_rows",
    "row_format_named",
]
