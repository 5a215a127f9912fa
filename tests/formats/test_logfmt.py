"""Lines of pairs give the same fields whether many or few share their keys."""

from __future__ import annotations

from itertools import permutations

import polars as pl

from logtui.formats.logfmt import Logfmt

PAIRS = ("level=info", 'msg="a \\"b\\" c"', "x=", "x=7", "y='q'", "flag", 'z=""', "path=/a(b)[1],2")


def test_lines_of_many_shapes_are_read_as_each_is_alone() -> None:
    lines = [" ".join(tokens) for tokens in permutations(PAIRS, 4) if "level=info" in tokens][::9]
    together = Logfmt().read(pl.Series(lines))
    for place, line in enumerate(lines):
        alone = Logfmt().read(pl.Series([line]))
        assert texts(together, place) == texts(alone, 0)


def texts(reading: pl.DataFrame, row: int) -> dict[str, str]:
    return {name: value for name, value in reading.row(row, named=True).items() if value is not None}
