"""The registry of outputs, and writing records to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import ExportError
from logtui.export.csv import CsvWriter
from logtui.export.files import complete_or_absent
from logtui.export.json import JsonWriter
from logtui.export.jsonl import JsonlWriter
from logtui.export.parquet import ParquetWriter
from logtui.export.raw import RawWriter
from logtui.export.table import TableWriter
from logtui.export.text import TextWriter
from logtui.model.written_columns import with_written

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Sequence

    import polars as pl

    from logtui.export.writer import Writer

WRITERS: Final[dict[str, type[Writer]]] = {
    "table": TableWriter,
    "text": TextWriter,
    "raw": RawWriter,
    "jsonl": JsonlWriter,
    "json": JsonWriter,
    "csv": CsvWriter,
    "parquet": ParquetWriter,
}
"""Output name -> its writer, in the order that help lists them."""

KIND_OF_SUFFIX: Final = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".txt": "text",
    ".log": "raw",
}
"""Suffix of a file name -> output."""


def writer_named(kind: str) -> type[Writer]:
    """The writer class of an output.

    Args:
        kind: A key of `WRITERS`.

    Raises:
        ExportError: If there is no such output.
    """
    if kind not in WRITERS:
        raise ExportError(f"expected an output, got {kind!r}", hint=f"one of {', '.join(WRITERS)}")
    return WRITERS[kind]


def kind_of(path: pathlib.Path) -> str:
    """The output that a file name such as `slow.csv` asks for, a key of `WRITERS`.

    Raises:
        ExportError: If the suffix belongs to no output.
    """
    kind = KIND_OF_SUFFIX.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(KIND_OF_SUFFIX)
        raise ExportError(f"expected a file name with a known ending, got {path.name!r}", hint=f"one of {known}")
    return kind


def with_fields(frames: Iterable[pl.DataFrame], fields: Sequence[str] | None) -> Iterable[pl.DataFrame]:
    """Add the columns by which writers find the fields that logs write under other names, such as `app`.

    Args:
        frames: Record frames.
        fields: The columns, as the user typed them; None for all, which adds nothing.
    """
    return frames if fields is None else (with_written(frame, fields) for frame in frames)


def write_frames(frames: Iterable[pl.DataFrame], writer: Writer) -> int:
    """Write all batches and close the writer.

    Args:
        frames: Record frames.
        writer: A fresh writer.

    Returns:
        The number of records.
    """
    count = 0
    for records in frames:
        writer.write(records)
        count += records.height
    writer.close()
    return count


def write_file(
    frames: Iterable[pl.DataFrame], path: pathlib.Path, kind: str, fields: Sequence[str] | None = None
) -> int:
    """Write records to a file that appears complete or not at all.

    Args:
        frames: Record frames.
        path: The file; an older one is replaced once the new one is complete.
        kind: A key of `WRITERS`.
        fields: The columns, as the user typed them; None for all.

    Returns:
        The number of records.

    Raises:
        ExportError: If the output is unknown or the file cannot be written.
    """
    writer = writer_named(kind)
    with complete_or_absent(path) as stream:
        return write_frames(with_fields(frames, fields), writer(stream, fields))
