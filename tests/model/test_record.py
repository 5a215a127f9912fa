"""The record schema has the core names in their order, and every other column is a field."""

from __future__ import annotations

import polars as pl

from logtui.model.names import CORE_NAMES
from logtui.model.record import CORE_SCHEMA, NO_RECORDS, TIME_DTYPE, field_columns


def test_the_schema_has_the_core_names_in_their_order() -> None:
    assert tuple(CORE_SCHEMA) == CORE_NAMES
    assert {name for name, dtype in CORE_SCHEMA.items() if dtype == TIME_DTYPE} == {
        "timestamp",
        "order_time",
        "ingest_time",
    }


def test_a_frame_without_records_has_all_core_columns() -> None:
    assert (NO_RECORDS.height, dict(NO_RECORDS.schema)) == (0, CORE_SCHEMA)


def test_field_columns_keep_the_order_of_the_frame() -> None:
    frame = NO_RECORDS.with_columns(pl.lit("x").alias("@user"), pl.lit("y").alias("@level"))
    assert field_columns(frame) == ["@user", "@level"]
    assert field_columns(NO_RECORDS) == []
