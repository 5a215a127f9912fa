"""Every example in the help page is a query."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from logtui.query import notation, parse
from tests.query.frames import record_frame, rows

PAGE = (files("logtui") / "help" / "query.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```query\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_of_the_help_page_parses_and_runs(query: str) -> None:
    assert notation(parse(query)).startswith("(")
    assert rows(query, record_frame([{"message": "a"}])) in ([], [1])


def test_the_help_page_has_examples() -> None:
    assert len(EXAMPLES) > 40
