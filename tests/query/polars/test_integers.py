"""Integer columns are compared with integers where these are exact, else with floats."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.query.meaning.integers import IntegerBounds
from logtui.query.polars.integers import integer_bounds

NUMBERS = pl.Series("seq", [0, 1, 2**53, 2**53 + 1, 2**63], dtype=pl.UInt64)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (((">", 0),), [1, 2**53, 2**53 + 1, 2**63]),
        (((">", 2**53),), [2**53 + 1, 2**63]),
        (((">=", 0.5), ("<", 2**53)), [1]),
        (((">", -1.0),), [0, 1, 2**53, 2**53 + 1, 2**63]),
        ((("<", 1e30),), [0, 1, 2**53, 2**53 + 1, 2**63]),
    ],
)
def test_integers_between_bounds(bounds: tuple[tuple[str, float], ...], expected: list[int]) -> None:
    wanted = integer_bounds(IntegerBounds(bounds), pl.col("seq"))
    assert NUMBERS.to_frame().filter(wanted).to_series().to_list() == expected
