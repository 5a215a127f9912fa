"""What a segment file holds gives the records back, to the last bit."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.model.names import SEARCHED
from logtui.store.encoding import HEAD, PATTERN, ROW, is_raw_searched, scanned, stored
from tests.examples import examples
from tests.store.records import ROWS, frame_of

BESIDE = (HEAD, PATTERN, ROW, SEARCHED)


@settings(max_examples=examples(40), deadline=None)
@given(rows=ROWS, first=st.integers(0, 2**40), data=st.data())
def test_stored_records_come_back(rows: list[dict[str, Any]], first: int, data: st.DataObject) -> None:
    frame = frame_of(rows).with_columns(seq=pl.col("seq") + first, line=pl.col("line") * 3)
    kept = stored(frame).with_columns(pl.lit(0, pl.UInt32).alias(PATTERN))
    wanted = data.draw(st.lists(st.sampled_from(range(frame.height)), unique=True).map(sorted))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "segment.parquet")
        kept.write_parquet(path, row_group_size=7)
        everything = scanned(path, kept.columns).drop(*BESIDE).collect()
        some = scanned(path, kept.columns, pl.Series(wanted, dtype=pl.UInt32)).drop(*BESIDE).collect()
        page = scanned(path, kept.columns).slice(frame.height // 2, 5).drop(*BESIDE).collect()
        searched = scanned(path, kept.columns).filter(is_raw_searched()).select("raw", SEARCHED).collect()
    assert searched[SEARCHED].equals(searched["raw"].alias(SEARCHED))
    columns = everything.columns
    assert {name for name in frame.columns if frame[name].null_count() < frame.height} <= set(columns)
    assert_frame_equal(everything, frame.select(columns))
    assert_frame_equal(some, frame.select(columns)[wanted])
    assert_frame_equal(page, frame.select(columns).slice(frame.height // 2, 5))


def test_raw_texts_in_which_no_term_is_looked_for_are_not_read_for_terms(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"message": "started", "raw": '{"message":"started"}', "format": "json"},
        {"message": None, "raw": '{"code":7}', "format": "json"},
        {"message": "started", "raw": "a started b", "format": "plain"},
    ]
    kept = stored(frame_of(rows)).with_columns(pl.lit(0, pl.UInt32).alias(PATTERN))
    path = tmp_path / "segment.parquet"
    kept.write_parquet(path)
    found = scanned(path, kept.columns).select("raw", SEARCHED).collect()
    assert found["raw"].to_list() == [row["raw"] for row in rows]
    assert found[SEARCHED].to_list() == [None, '{"code":7}', "a started b"]
