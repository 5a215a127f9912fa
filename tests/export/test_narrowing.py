"""Records with fields of their own are formatted in parts, and come out as they would one by one."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl

from logtui.export.csv import CsvWriter
from logtui.export.jsonl import JsonlWriter
from logtui.export.narrowing import narrow_parts
from logtui.export.parquet import ParquetWriter
from logtui.model.record import field_columns
from tests.export.frames import frame

if TYPE_CHECKING:
    from logtui.export.writer import Writer

MANY = 400
OWN = frame(*({"message": f"m{number}", f"@key{number}": str(number)} for number in range(MANY)))
ALIKE = frame(*({"message": "m"} | {f"@key{key}": "v" for key in range(MANY)} for _ in range(MANY)))
FIELDS = [{f"key{number}": number} for number in range(MANY)]


def written(kind: type[Writer]) -> bytes:
    stream = io.BytesIO()
    writer = kind(stream)
    for records in (OWN, frame({"message": "last"})):
        writer.write(records)
    writer.close()
    return stream.getvalue()


def test_records_with_keys_of_their_own_come_in_parts_with_few_empty_cells() -> None:
    parts = list(narrow_parts(OWN))
    assert pl.concat(parts, how="diagonal").select(OWN.columns).equals(OWN)
    assert sum(len(part) * len(field_columns(part)) for part in parts) <= OWN.height * len(field_columns(OWN)) / 2


def test_records_with_the_same_fields_and_few_records_stay_together() -> None:
    assert [part.shape for part in narrow_parts(ALIKE)] == [ALIKE.shape]
    assert [part.shape for part in narrow_parts(OWN[:9])] == [OWN[:9].shape]
    assert [part.shape for part in narrow_parts(OWN[:0])] == [OWN[:0].shape]


def test_one_record_of_many_fields_is_parted_from_its_neighbours() -> None:
    wide = frame({"message": "wide"} | {f"@key{key}": "v" for key in range(40_000)}, *[{"message": "m"}] * 99)
    parts = list(narrow_parts(wide))
    assert [len(field_columns(part)) for part in parts if "wide" in part["message"]] == [40_000]
    assert all(not field_columns(part) for part in parts if "wide" not in part["message"])
    assert sum(len(part) for part in parts) == 100


def test_each_output_has_every_record_with_its_own_field() -> None:
    lines = [json.loads(line)["fields"] for line in written(JsonlWriter).splitlines()]
    rows = pl.read_csv(written(CsvWriter), infer_schema=False)
    table = pl.read_parquet(written(ParquetWriter))
    assert lines == [*FIELDS, {}]
    assert [json.loads(text) for text in rows["fields"]] == [*FIELDS, {}]
    assert [json.loads(text) for text in table["fields"]] == [*FIELDS, {}]
