"""Fields whose values are numbers are kept as numbers, too; where that could change an answer they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import polars as pl
import pytest

from logtui.model.twins import Twin
from logtui.store import Facts, Store
from logtui.store.twins import numeric_twins
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from pathlib import Path


def twin_of(*values: str | None, group_rows: int = 2) -> tuple[pl.Series, Twin] | None:
    columns, known = numeric_twins(pl.DataFrame({"@n": values}, schema={"@n": pl.String}), group_rows)
    return (columns[0], known["@n"]) if known else None


def test_integers_are_kept_as_small_as_they_fit_with_their_extents_by_row_group() -> None:
    found = twin_of("5", "-7", None, "n/a", "120", "0")
    assert found is not None
    column, twin = found
    assert (column.name, str(column.dtype), column.to_list()) == ("#@n", "Int8", [5, -7, None, None, 120, 0])
    assert twin == Twin(is_whole=True, groups=((-7, 5), None, (0, 120)))


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (("1.5", "2"), [1.5, 2.0]),
        (("1e3", "2", "inf"), [1000.0, 2.0, None]),
        (("-0", "1", "NaN"), [0.0, 1.0, None]),
        (("9007199254740993", "1"), [9007199254740992.0, 1.0]),
        (("1000000000000000", "1"), [1e15, 1.0]),
    ],
)
def test_numbers_that_are_not_all_small_integers_are_kept_as_floats(
    values: tuple[str, ...], numbers: list[float | None]
) -> None:
    found = twin_of(*values)
    assert found is not None
    assert (found[0].to_list(), str(found[0].dtype), found[1].is_whole) == (numbers, "Float64", False)


@pytest.mark.parametrize(
    "odd", ["007", "1.5s", "1,500", "12 kB", "+5", "[5]", '{"a":5}', "2026-11-30", "10.0.0.1", "1_000", "0x1f", " 5"]
)
def test_a_field_with_a_value_that_may_be_a_number_in_another_spelling_has_no_twin(odd: str) -> None:
    assert twin_of("1", "2", "3", odd) is None


@pytest.mark.parametrize("values", [(None, None), ("a", "b", "5"), ("", "x")])
def test_a_field_that_is_mostly_no_number_has_no_twin(values: tuple[str | None, ...]) -> None:
    assert twin_of(*values) is None


def test_a_segment_keeps_its_twins_beside_its_columns(tmp_path: Path) -> None:
    rows = [{"timestamp": START, "message": "m", "raw": "{}", "@code": str(code)} for code in range(500, 510)]
    with Store(tmp_path, writable=True, group_rows=4) as store:
        store.seal(frame_of(rows), {})
    with Store(tmp_path) as store:
        (segment,) = store.segments()
        assert segment.facts.twins == {"@code": Twin(is_whole=True, groups=((500, 503), (504, 507), (508, 509)))}
        assert "#@code" not in segment.columns
        assert segment.lazy().select("#@code").collect().to_series().to_list() == list(range(500, 510))
        assert segment.read([(2, 3), (8, 1)], ["@code", "#@code"]).rows() == [(str(n), n) for n in (502, 503, 504, 508)]


def test_the_facts_of_an_older_segment_have_no_twins() -> None:
    older = {"rows": 1, "size": 1, "raw_bytes": 1, "undated": 0, "columns": {}, "levels": {}, "formats": {}}
    packed = msgspec.msgpack.encode({**older, "sources": {}, "groups": []})
    assert msgspec.msgpack.decode(packed, type=Facts).twins == {}
