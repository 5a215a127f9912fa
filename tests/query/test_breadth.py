"""Names with wildcards may not stand for so many columns that a filter takes seconds to compile."""

from __future__ import annotations

import pytest

from logtui.query import parse
from logtui.query.breadth import MOST_COMPARISONS, check_breadth
from logtui.query.syntax.leaf_error import LeafError

COLUMNS = ["message", *(f"@f{number}" for number in range(100))]


def check(text: str) -> None:
    check_breadth(parse(text).filter, COLUMNS)


def test_few_names_with_wildcards_pass() -> None:
    check(" OR ".join(["f*:x"] * (MOST_COMPARISONS // 100)))


def test_too_many_are_refused_at_the_first_that_is_too_much() -> None:
    text = " OR ".join(["f*:x"] * (MOST_COMPARISONS // 100 + 1))
    with pytest.raises(LeafError, match="stand for more than 1,024 columns in all") as refused:
        check(text)
    assert refused.value.span[1] == len(text)


def test_names_without_wildcards_are_not_counted() -> None:
    check(" OR ".join(["f1:x"] * MOST_COMPARISONS))
