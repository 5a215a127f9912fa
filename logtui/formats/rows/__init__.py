"""lines -> records, row by row: a second reader of the same format declarations, which needs no Polars.

It reads in little memory and starts at once. Its records equal those of the column readers, with these exceptions:

- Of a key that one JSON object repeats, the last value is kept, not the first. Inside arrays, numbers with an
  exponent keep Python's spelling and backslashes in strings stay escaped.
- An object is read whatever its neighbours hold, even if one key holds an array here and an object there.
- Objects are flattened up to 256 fields each and messages give up to 256 pairs each, where the column readers count
  the columns of a block.
- What a block decides for all its rows is decided for each record: a JSON message beside an envelope is opened, and
  of two spellings of one field the record's own first one is kept.
- A time that could be read day first or month first is read as most of the source's first lines are.
- The last line of a Python traceback is recognised by the line above it, also if that was in another block.
- If a pipe pauses before its first 64 KiB, its formats are detected from what has come until then.
"""

from logtui.formats.rows.cascade import RowCascade
from logtui.formats.rows.detection import detect_rows
from logtui.formats.rows.reader import RowReader
from logtui.formats.rows.reading import Reading
from logtui.formats.rows.record import Record
from logtui.formats.rows.records import RowAssembler
from logtui.formats.rows.registry import ROW_FORMATS, declared_rows, row_format_named
from logtui.formats.rows.sieve import RowSieve
from logtui.formats.rows.tally import Tally
from logtui.formats.rows.times import TimeReader

__all__ = [
    "ROW_FORMATS",
    "Reading",
    "Record",
    "RowAssembler",
    "RowCascade",
    "RowReader",
    "RowSieve",
    "Tally",
    "TimeReader",
    "declared_rows",
    "detect_rows",
    "row_format_named",
]
