"""Lazy frames of the library read only what is asked for, and have the columns of all records from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from logtui import LogParser

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def parser(tmp_path: Path) -> LogParser:
    log = tmp_path / "app.jsonl"
    log.write_text(
        "".join(
            f'{{"timestamp": "2025-07-22T12:00:{number:02}Z", "level": "{level}", "message": "m{number}"{more}}}\n'
            for number, (level, more) in enumerate(
                [("error", ', "user": "al"'), ("info", ""), ("error", ', "code": 7'), ("info", ', "user": "bo"')]
            )
        )
        + '{"timestamp": "2025-07-22T12:\n'
    )
    return LogParser.from_file(log)


def test_a_lazy_frame_is_that_of_all_records(parser: LogParser) -> None:
    whole = parser.to_polars()
    assert whole["message"].to_list() == ["m0", "m1", "m2", "m3"]
    assert_frame_equal(parser.lazy().collect(), whole, check_column_order=False)


def test_columns_that_some_records_lack_are_known_before_reading(parser: LogParser) -> None:
    schema = parser.lazy().collect_schema()
    assert {"timestamp", "level", "message", "user", "code"} <= set(schema)
    assert schema["user"] == pl.String


def test_only_the_columns_and_rows_that_are_asked_for_come(parser: LogParser) -> None:
    frame = parser.lazy().filter(pl.col("user").is_not_null()).select("message", "code").collect()
    assert frame.rows() == [("m0", None), ("m3", None)]
    assert parser.lazy().select("message").head(2).collect()["message"].to_list() == ["m0", "m1"]
    assert parser.lazy().head(0).collect().is_empty()
    assert parser.lazy().filter(pl.col("code") == "7").select(pl.len()).collect().item() == 1


def test_a_filter_of_the_library_holds_in_the_frame(parser: LogParser) -> None:
    assert parser.filter(level="ERROR").lazy().select("message").collect()["message"].to_list() == ["m0", "m2"]


def test_a_scan_gives_the_columns_and_rows_that_polars_asks_for(parser: LogParser) -> None:
    # Polars calls it in a thread of its own, in which coverage does not see it.
    scan = parser._frames()._scan
    assert [frame.rows() for frame in scan(["message", "code"], None, 2, None)] == [[("m0", None), ("m1", None)]]
    with_user = pl.concat(scan(["message", "none"], pl.col("user").is_not_null(), None, None))
    assert with_user.rows() == [("m0", None), ("m3", None)]
    assert set(pl.concat(scan(None, None, None, None), how="diagonal").columns) == set(parser.lazy().collect_schema())
    assert pl.concat(scan(["message"], pl.col("none") == "x", None, None)).is_empty()
