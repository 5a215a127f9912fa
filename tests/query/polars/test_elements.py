"""A condition on the elements of arrays holds for the cells that have such an element."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.query.polars.elements import any_element, cells_with_element

CELLS = pl.Series("@tags", ['["db","slow"]', '[{"name":"db"}]', '{"a":{"b":["db"]}}', "db", "[]", None, '["db'])
IS_DB = pl.col("@tags") == "db"


@pytest.mark.parametrize(
    ("path", "deep", "expected"),
    [
        ((), False, [True, False, False, False, False, False, False]),
        ((), True, [True, True, False, False, False, False, False]),
        (("a", "b"), False, [False, False, True, False, False, False, False]),
        (("name",), False, [False, True, False, False, False, False, False]),
        ((0,), False, [True, False, False, False, False, False, False]),
        ((1,), False, [False] * 7),
    ],
)
def test_cells_with_an_element_that_meets_the_condition(
    path: tuple[str | int, ...], deep: bool, expected: list[bool]
) -> None:
    assert cells_with_element(CELLS, IS_DB, path, deep=deep).to_list() == expected
    asked = any_element("@tags", IS_DB, path, deep=deep)
    assert CELLS.to_frame().select(asked.alias("has")).to_series().to_list() == expected


def test_cells_without_arrays_are_not_looked_into() -> None:
    plain = pl.Series("@tags", ["db", None, '{"a":"db"}'])
    assert cells_with_element(plain, IS_DB).to_list() == [False, False, False]
