"""Arrays and objects in cells: a leaf matches an array by any element, and a path reaches into JSON text.

Field columns hold the scalar's original text. Where the log has an array, or an object in an array, the cell
holds its JSON text; what the leaf says is then asked of every scalar in it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        Boolean, never null; False for cells that hold no array (or no object, if there is a path).
    """

    def matching(cells: pl.Series) -> pl.Series:
        return _matching(cells.rename(column), condition, path, deep=deep)

    return pl.col(column).map_batches(matching, return_dtype=pl.Boolean, is_elementwise=True)


def _matching(cells: pl.Series, condition: pl.Expr, path: Sequence[Step], *, deep: bool) -> pl.Series:
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


def scalars_in(cell: str, path: Sequence[Step] = (), *, deep: bool = False) -> list[str]:
    """The scalars that a path leads to.

    Args:
        cell: JSON text.
        path: Keys and indices.
        deep: Whether to look into objects behind the path.

    Returns:
        Their original texts, `true` and `false` for booleans, without nulls; empty if the text is no JSON.
    """
    try:
        value = json.loads(cell, parse_int=str, parse_float=str, parse_constant=str)
        return list(_reached(value, tuple(path), deep=deep))
    except (ValueError, RecursionError):
        return []


def _reached(value: object, path: tuple[Step, ...], *, deep: bool) -> Iterator[str]:
    if isinstance(value, list):
        yield from _in_array(value, path, deep=deep)
    elif isinstance(value, dict):
        for cut in range(1, len(path) + 1):
            key = ".".join(map(str, path[:cut]))
            if key in value:
                yield from _reached(value[key], path[cut:], deep=deep)
        if deep and not path:
            yield from _in_array(list(value.values()), (), deep=deep)
    elif value is not None and not path:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def _in_array(values: list[object], path: tuple[Step, ...], *, deep: bool) -> Iterator[str]:
    index = path[0] if path else None
    if isinstance(index, int):
        values, path = values[index : index + 1], path[1:]
    for one in values:
        yield from _reached(one, path, deep=deep)
