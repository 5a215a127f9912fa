"""Arrays and objects in cells: a leaf matches an array by any element, and a path reaches into JSON text.

Field columns hold the original text of a scalar. If the log has an array, or an object in an array, the cell holds its
JSON text, and every scalar in it is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.query.scalars import scalars_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.query.names import Step


def any_element(column: str, condition: pl.Expr, path: Sequence[Step] = (), *, deep: bool = False) -> pl.Expr:
    """Whether any scalar inside a cell's JSON text meets a condition.

    Args:
        column: A String column.
        condition: A Boolean expression over that column.
        path: Keys and indices that lead from the cell to the scalars; every element of an array is tried
            where no index is given.
        deep: Whether scalars inside the objects of an array count too.

    Returns:
        Boolean, never null; False for cells that do not hold an array (or an object, if there is a path).
    """

    def matching(cells: pl.Series) -> pl.Series:
        return cells_with_element(cells.rename(column), condition, path, deep=deep)

    return pl.col(column).map_batches(matching, return_dtype=pl.Boolean, is_elementwise=True)


def cells_with_element(
    cells: pl.Series, condition: pl.Expr, path: Sequence[Step] = (), *, deep: bool = False
) -> pl.Series:
    """Whether each cell holds a scalar inside its JSON text that meets a condition.

    Args:
        cells: String.
        condition: As `any_element` takes it; its column is named as the cells are.
        path: As `any_element` takes it.
        deep: As `any_element` takes it.

    Returns:
        Boolean, same height.
    """
    nested = cells.str.starts_with("[")
    if path:
        nested = nested | cells.str.starts_with("{")
    if not nested.any():
        return pl.repeat(False, len(cells), dtype=pl.Boolean, eager=True)
    distinct = cells.filter(nested).unique().to_list()
    pairs = [(place, text) for place, cell in enumerate(distinct) for text in scalars_in(cell, path, deep=deep)]
    found = pl.DataFrame(pairs, schema={"cell": pl.UInt32, cells.name: pl.String}, orient="row").filter(condition)
    wanted = [distinct[place] for place in found["cell"].unique()]
    return cells.is_in(wanted).fill_null(False)
