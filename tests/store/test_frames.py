from __future__ import annotations

import io

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.model.levels import LEVEL_DTYPE
from logtui.store.frames import from_bytes, to_bytes

ROWS = st.lists(
    st.tuples(st.integers(-(2**63), 2**63 - 1) | st.none(), st.sampled_from(["info", None]), st.text() | st.none())
)


def frame_of(rows: list[tuple[int | None, str | None, str | None]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"start": pl.Int64, "level": LEVEL_DTYPE, "text": pl.String}, orient="row")


@given(ROWS)
def test_a_frame_is_read_as_it_was_written(rows: list[tuple[int | None, str | None, str | None]]) -> None:
    assert_frame_equal(from_bytes(to_bytes(frame_of(rows))), frame_of(rows))


def test_a_frame_of_an_older_version_is_read() -> None:
    frame, written = frame_of([(1, "info", "a")]), io.BytesIO()
    frame.write_ipc(written, compression="zstd")
    assert_frame_equal(from_bytes(written.getvalue()), frame)
