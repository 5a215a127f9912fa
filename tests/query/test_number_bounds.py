"""Row groups whose numbers cannot keep the bounds of a filter are told apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.model.twins import Twin
from logtui.query import Scope, numbers_located, parse_filter

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = ["timestamp", "message", "@took_ms", "@size", "@Size"]
TWINS = {
    "@took_ms": Twin(is_whole=True, groups=((0, 9), (10, 19), None)),
    "@size": Twin(is_whole=False, groups=((2.0**53, 2.0**53), (0.5, 1.5), (1e300, float("inf")))),
}


def scope(twins: Mapping[str, Twin]) -> Scope:
    return Scope(dict.fromkeys(COLUMNS, pl.String()), datetime.now(UTC), UTC, twins=twins)


@pytest.mark.parametrize(
    ("query", "mask"),
    [
        ("took_ms:>9", 0b010),
        ("took_ms:>=9", 0b011),
        ("took_ms:<10", 0b001),
        ("took_ms:[5 TO 12]", 0b011),
        ("took_ms:15", 0b010),
        ("took_ms:15.5", 0),
        ("took_ms:>15ms", 0b010),
        ("took_ms:>1h", 0),
        ("@size:>9007199254740992", 0b101),
        ("@size:<1k", 0b010),
        ("@size:0.5", -1),
        ("took_ms:>9 took_ms:<5", 0),
        ("took_ms:>15 OR took_ms:<5", 0b011),
        ("took_ms:>15 OR message:x", -1),
        ("NOT took_ms:>15", -1),
        ("*:>15", -1),
        ("SIZE:>15", -1),
        ("absent:>15", -1),
        ('took_ms:>"15"', -1),
        ("took_ms:1*", -1),
    ],
)
def test_only_row_groups_that_may_hold_such_numbers_remain(query: str, mask: int) -> None:
    assert numbers_located(parse_filter(query), scope(TWINS)) == mask


def test_without_twins_every_row_group_remains() -> None:
    assert numbers_located(parse_filter("took_ms:>9"), scope({})) == -1
