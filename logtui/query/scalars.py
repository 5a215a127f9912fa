"""Finds scalars in the JSON text of a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.query.names import Step


def scalars_in(cell: str, path: Sequence[Step] = (), *, deep: bool = False) -> list[str]:
    """Find the scalars that a path leads to; a path without an index goes through all elements of an array.

    Args:
        cell: JSON text.
        path: Keys and indices.
        deep: Whether to look into objects behind the path.

    Returns:
        Their original texts, `true` and `false` for booleans, without nulls. If `cell` is not JSON, it is itself the
        only scalar of an empty path.
    """
    try:
        value = json.loads(cell, parse_int=str, parse_float=str, parse_constant=str)
        return list(_reached(value, tuple(path), deep=deep))
    except (ValueError, RecursionError):
        return [] if path else [cell]


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
