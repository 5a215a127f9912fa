"""The registry of field operators is all that knows them: each is read, printed, meant and cased by its own files."""

from __future__ import annotations

import ast
import inspect
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import logtui.query
from logtui.errors import QueryError
from logtui.query import canonical, notation, parse, parse_filter
from logtui.query.operators import registry
from logtui.query.operators.registry import OPERATORS
from logtui.query.rows import predicate
from tests.query.frames import NOW, mask, record_frame
from tests.query.operators import TABLES, leaf_of
from tests.query.test_rows import record

if TYPE_CHECKING:
    from logtui.query.meaning.columns import ColumnClass
    from logtui.query.syntax.tree import FieldOperator

QUERY = Path(logtui.query.__file__).parent
BY_NAME: dict[str, type[FieldOperator]] = {operator.name: operator for operator in OPERATORS}


def names_in(path: Path) -> set[str]:
    """The names that a module's code has in it, those of its imports included."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.name for node in nodes if isinstance(node, ast.alias)
    }


def found_cases() -> list[Any]:
    return [
        pytest.param(value, text, is_found, id=f"{value} {text}")
        for table in TABLES.values()
        for value, texts in table["fields"].items()
        for is_found, key in ((True, "found"), (False, "missed"))
        for text in texts[key]
    ]


def test_every_operator_has_a_case_table() -> None:
    assert set(TABLES) == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_only_its_own_file_and_the_registry_know_an_operator(name: str) -> None:
    knowing = {path for path in QUERY.rglob("*.py") if BY_NAME[name].__name__ in names_in(path)}
    assert knowing == {Path(inspect.getfile(BY_NAME[name])), Path(inspect.getfile(registry))}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in TABLES for value in TABLES[name]["values"]])
def test_a_value_is_read_as_its_operator_and_printed_as_it_was_typed(name: str, value: str) -> None:
    query = parse(f"a:{value}")
    assert type(query.filter) is BY_NAME[name]
    assert parse(canonical(query)) == query


@pytest.mark.parametrize("name", TABLES)
def test_the_notation_names_the_operator(name: str) -> None:
    assert notation(parse(f"a:{TABLES[name]['values'][0]}")) == TABLES[name]["notation"]


@pytest.mark.parametrize("word", [word for table in TABLES.values() for word in table["refused"]])
def test_a_word_that_looks_like_a_value_and_is_none_is_an_error(word: str) -> None:
    with pytest.raises(QueryError, match=word):
        parse(f"a:{word}")


@pytest.mark.parametrize(("value", "text", "is_found"), found_cases())
def test_columns_and_single_records_are_found_as_the_table_says(value: str, text: str, *, is_found: bool) -> None:
    tree = parse_filter(f"a:{value}")
    assert mask(tree, record_frame([{"a": text}])) == [is_found]
    assert predicate(tree, now=NOW, zone=UTC)(record({"a": text})) == is_found


@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name, table in TABLES.items() for column in table["columns"]]
)
def test_core_columns_are_asked_as_the_table_says(name: str, column: ColumnClass) -> None:
    leaf = leaf_of(TABLES[name]["values"][0], "a")
    assert repr(leaf.meaning(column)) == TABLES[name]["columns"][column]
