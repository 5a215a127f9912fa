"""Every file of a folder read by columns and by rows gives the same records."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
import pytest

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.row_reader import read_rows
from logtui.engine.read.source_reader import SourceReader
from logtui.model.names import FIELD_PREFIX
from logtui.sources import resolve
from tests.formats.helpers import pool
from tests.formats.test_rows import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROJECT: Final = Path(__file__).parent.parent.parent
_FOLDER: Final = Path(os.environ.get("LOGTUI_DIFFERENTIAL_FOLDER", _PROJECT / "sample_data"))
_MOST_BYTES: Final = 200_000


def files() -> list[Path]:
    """The files of the folder that are neither empty nor large, but those of the program itself."""
    found = sorted(path for path in _FOLDER.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc"))
    return [path for path in found if 0 < path.stat().st_size <= _MOST_BYTES]


def by_columns(path: Path) -> Iterator[dict[str, Any]]:
    source = resolve([str(path)]).sources[0]
    for frame in final_frames(SourceReader(source, ReadOptions(message_fields=True), pool()).batches()):
        records = frame.with_columns(timestamp_ns=pl.col("timestamp").dt.timestamp("ns"))
        for row in records.iter_rows(named=True):
            fields = {k[1:]: v for k, v in row.items() if k.startswith(FIELD_PREFIX) and v is not None}
            yield {name: row[name] for name in CORE} | {"fields": fields}


def by_rows(path: Path) -> Iterator[dict[str, Any]]:
    for record in read_rows(path):
        yield {name: getattr(record, name) for name in (*CORE, "fields")}


@pytest.mark.slow
@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(_FOLDER)))
def test_a_file_gives_the_same_records(path: Path) -> None:
    assert list(by_rows(path)) == list(by_columns(path))
