"""The parser made of saved tables reads and refuses queries as the one made of the grammar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.errors import QueryError
from logtui.query.syntax import grammar
from logtui.query.syntax.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERIES = (
    "",
    "timeout level:>=warn -path:/health*",
    '("a b"* OR host:(x, "y")) NOT status:[400 TO 499]',
    "level:error | stats count(), p99(duration_ms) as slow by service | sort -slow | limit 5",
    "a AND",
    "level:error | stats",
    "level:error | top 5 by",
    "OR a",
)


@pytest.fixture(autouse=True)
def _made_of_grammar() -> Iterator[None]:
    grammar._known.clear()
    yield
    grammar._known.clear()


def _answer(text: str) -> object:
    try:
        return parse(text)
    except QueryError as error:
        return error.message, error.start, error.end, error.hint


@pytest.mark.parametrize("text", QUERIES)
def test_saved_tables_read_and_refuse_the_same_queries(text: str) -> None:
    expected = _answer(text)
    assert grammar.load_tables(grammar.tables())
    assert _answer(text) == expected


@pytest.mark.parametrize("damage", [lambda _: b"", lambda data: data[:-1], lambda data: b"\0" + data[1:]])
def test_damaged_and_foreign_tables_are_not_used(damage: object) -> None:
    assert callable(damage)
    made = grammar.parser()
    assert not grammar.load_tables(damage(grammar.tables()))
    assert grammar.parser() is made
