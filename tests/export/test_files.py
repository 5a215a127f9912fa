"""Files that appear whole or not at all, and what Parquet keeps."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import ExportError
from logtui.export.writers import WRITERS, kind_of, write_file, write_frames
from logtui.model.record import CORE_SCHEMA
from tests.export.frames import SLOW, TRACE, frame

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("kind", WRITERS)
def test_write_file_counts_records_and_leaves_only_the_file(kind: str, tmp_path: Path) -> None:
    assert write_file([frame(SLOW), frame(TRACE)], tmp_path / "out", kind) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out").stat().st_size > 0


def test_a_failed_export_keeps_the_older_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")

    def breaking() -> Iterator[pl.DataFrame]:
        yield frame(SLOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_file(breaking(), target, "jsonl")
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_file([frame(SLOW)], tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").is_file()


def test_a_device_is_written_and_not_replaced() -> None:
    write_file([frame(SLOW)], Path(os.devnull), "csv")
    assert Path(os.devnull).is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_explained(kind: str) -> None:
    with pytest.raises(ExportError, match=r"^cannot write /dev/full: "):
        write_file([frame(SLOW)], Path("/dev/full"), kind)


@pytest.mark.parametrize("kind", WRITERS)
def test_a_reader_that_goes_away_is_told_apart(kind: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as stream:
        write_frames([frame(SLOW)], WRITERS[kind](stream))


@pytest.mark.parametrize("where", ["missing/out.csv", "file/out.csv", "folder"])
def test_an_unwritable_place_is_explained_in_a_line(where: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match=r"^cannot write .*/(out\.csv|folder): \w[^\n]+$"):
        write_file([frame(SLOW)], tmp_path / where, "csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_an_unknown_output_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"got 'xml' \(one of table, text, raw, jsonl, json, csv, parquet\)"):
        write_file([], tmp_path / "out", "xml")
    with pytest.raises(ExportError, match=r"got 'out\.xml' \(one of \.csv, "):
        kind_of(Path("out.xml"))


def test_kind_follows_the_file_name() -> None:
    names = ["a.csv", "a.JSON", "a.jsonl", "a.ndjson", "a.parquet", "a.txt", "a.log"]
    assert [kind_of(Path(name)) for name in names] == [
        "csv",
        "json",
        "jsonl",
        "jsonl",
        "parquet",
        "text",
        "raw",
    ]


def test_parquet_keeps_all_columns_when_batches_agree(tmp_path: Path) -> None:
    write_file([frame(SLOW), frame(SLOW)], tmp_path / "out", "parquet")
    assert pl.read_parquet(tmp_path / "out").equals(pl.concat([frame(SLOW), frame(SLOW)]))


def test_parquet_holds_fields_as_json_when_batches_differ(tmp_path: Path) -> None:
    write_file([frame(SLOW), frame(TRACE)], tmp_path / "out", "parquet")
    result = pl.read_parquet(tmp_path / "out")
    assert result.columns == [*CORE_SCHEMA, "fields"]
    assert result.drop("fields").equals(frame(SLOW, TRACE).select(*CORE_SCHEMA))
    assert json.loads(result["fields"][0])["duration_ms"] == 1520.5
    assert result["fields"][1] == "{}"


def test_parquet_selection_is_typed_and_total(tmp_path: Path) -> None:
    write_file([frame(SLOW), frame(TRACE)], tmp_path / "out", "parquet", ["timestamp", "line", "duration_ms"])
    result = pl.read_parquet(tmp_path / "out")
    assert result.schema == {
        "timestamp": CORE_SCHEMA["timestamp"],
        "line": pl.UInt64,
        "duration_ms": pl.String,
    }
    assert result["duration_ms"].to_list() == ["1520.5", None]


def test_parquet_selection_that_means_two_types_becomes_text(tmp_path: Path) -> None:
    write_file([frame({"line": 7}), frame({"line": 7, "@Line": "x"})], tmp_path / "out", "parquet", ["Line"])
    assert pl.read_parquet(tmp_path / "out")["Line"].to_list() == ["7", "x"]


def test_parquet_without_records_has_the_schema(tmp_path: Path) -> None:
    write_file([], tmp_path / "out", "parquet")
    assert pl.read_parquet(tmp_path / "out").schema == CORE_SCHEMA
