"""Of every filter, SQL has a condition that all matching records meet, and one that no other record meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.model.record import CORE_SCHEMA
from logtui.query import Scope, approximate, parse_filter
from logtui.query.clickhouse.filter import FIELD_VALUES
from logtui.query.clickhouse.sql import FALSE, TRUE, Sql, integer, listed, negated, sql, text
from logtui.query.syntax.escapes import escape
from logtui.query.syntax.tree import EqualsLiteral, Exact, Prefix, Text
from logtui.store.clickhouse import schema
from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, migrate
from tests.examples import examples
from tests.query.frames import BERLIN, NOW, mask, record_frame
from tests.query.samples import RECORDS, TREES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from logtui.query import Approximation, Node
    from logtui.store.clickhouse.connection import Connection

ODD: Final = "'; DROP TABLE logs; -- \\' \\\\ ? {v0:String} %_ \0 \t\r\n \b\f ᛥ\u2028 \\N"
ODD_TEXTS: Final = st.text(st.sampled_from([*"'\"\\?{}%_\0\t\n\r\b\x1aNaK:v0", "é", "\u2028", "😀"]), max_size=12)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    folder: Path = tmp_path_factory.mktemp("clickhouse")
    with opened(f"chdb://{folder}") as connection:
        migrate(connection)
        yield connection


def stored(database: Connection, frame: pl.DataFrame) -> pl.DataFrame:
    """Put the records of a frame into the table, in place of all others."""
    numbered = frame.with_columns(
        seq=pl.int_range(pl.len(), dtype=pl.UInt64),
        order_time=pl.coalesce("order_time", pl.lit(NOW).cast(pl.Datetime("ns", "UTC"))),
    )
    database.command(f"TRUNCATE TABLE {LOGS}")
    database.insert(LOGS, rows_of(numbered))
    return numbered


def approximated(node: Node, columns: Sequence[str]) -> Approximation:
    return approximate(node, Scope(dict.fromkeys(columns, pl.String()), NOW, BERLIN))


def answers(database: Connection, conditions: Sequence[Sql]) -> list[list[bool]]:
    """Which records meet each condition, in the order of the records; null counts as false."""
    cells = [sql(f"ifNull({{}}, 0) AS c{number}", one) for number, one in enumerate(conditions)]
    asked = sql(f"SELECT {{}} FROM {LOGS} ORDER BY seq", listed(cells))
    frame = database.query_arrow(*asked.bound())
    return [frame[f"c{number}"].cast(pl.Boolean).to_list() for number in range(len(conditions))]


@given(records=RECORDS, trees=st.lists(TREES, min_size=1, max_size=8))
@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_matches_lie_between_the_two_conditions(
    database: Connection, records: list[dict[str, object]], trees: list[Node]
) -> None:
    frame = stored(database, record_frame(records))
    enclosed = [approximated(tree, frame.columns) for tree in trees]
    found = iter(answers(database, [one for each in enclosed for one in (each.necessary, each.sufficient)]))
    for tree, approximation in zip(trees, enclosed, strict=True):
        exact, necessary, sufficient = mask(tree, frame, BERLIN), next(found), next(found)
        assert [a <= b for a, b in zip(exact, necessary, strict=True)] == [True] * len(exact), tree
        assert [a <= b for a, b in zip(sufficient, exact, strict=True)] == [True] * len(exact), tree
        assert not approximation.is_exact or necessary == exact, tree


@pytest.mark.parametrize(
    "query",
    [
        "",
        "needle",
        "ski",
        'service:"two words"',
        "service:api*",
        "service:=API",
        "service:*",
        "service:>m",
        "service:10.0.0.0/8",
        "level:error",
        "level:>=warn",
        "level:/^e/",
        "line:>=7",
        "timestamp:>=2026-11-23",
        "message:refused",
        "message:/a.b[0-9]+/i",
        "-service:api",
        "absent:x",
        "a:*",
    ],
)
def test_sql_decides_a_leaf(query: str) -> None:
    assert approximated(parse_filter(query), [*CORE_SCHEMA, "@a"]).is_exact


@pytest.mark.parametrize(
    "query",
    [
        "a:x",
        "a:500",
        "a:>=5",
        "é",
        "service:É*",
        r"/\d+/",
        "service:fe80::1",
        "service:>5s",
        "service:>2026-11-23",
        "timestamp:2026*",
        "a.b:x",
        "-a:x",
    ],
)
def test_sql_leaves_some_records_of_a_leaf_undecided(query: str) -> None:
    approximation = approximated(parse_filter(query), [*CORE_SCHEMA, "@a"])
    assert not approximation.is_exact
    assert approximation.necessary not in (TRUE, FALSE)


def test_sql_says_nothing_of_an_expression_that_its_engine_may_read_otherwise() -> None:
    assert approximated(parse_filter(r"service:/\bapi\b/"), [*CORE_SCHEMA]).necessary == TRUE


@given(value=st.one_of(st.just(ODD), ODD_TEXTS))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_reaches_clickhouse_as_it_is(database: Connection, value: str) -> None:
    asked = sql("SELECT {} = {} AS same, {} AS value", text(value), text(value), text(value))
    assert database.query_arrow(*asked.bound()).row(0) == (True, value)


@pytest.mark.parametrize(
    "value", [ODD, "it's", "back\\slash", 'quote"', "a\0b", "%", "_", "\\", "?", "{v0:String}", "é"]
)
def test_odd_values_and_names_are_found_and_harm_nothing(database: Connection, value: str) -> None:
    frame = stored(
        database, record_frame([{"message": value, "raw": value, "service": value, value: value}, {"message": ""}])
    )
    name = escape(f"@{value}")
    nodes: list[Node] = [
        Text(value),
        EqualsLiteral("service", value),
        Exact(name, value),
        Prefix("message", value),
        Exact("message", value),
    ]
    enclosed = [approximated(node, frame.columns) for node in nodes]
    for found in answers(database, [one.necessary for one in enclosed]):
        assert found == [True, False]
    for node in nodes:
        assert mask(node, frame, BERLIN) == [True, False]


def test_the_indexed_texts_of_fields_are_those_of_the_table() -> None:
    assert FIELD_VALUES == schema.FIELD_VALUES
    approximation = approximated(parse_filter("message:x"), [*CORE_SCHEMA])
    assert schema.TEXTS["message"] in approximation.necessary.text


def test_no_value_is_in_the_text_of_the_sql() -> None:
    approximation = approximated(
        parse_filter('message:"o\'clock" @odd:7 seq:>5 timestamp:>2026-11-23'), [*CORE_SCHEMA, "@odd"]
    )
    statement, values = approximation.necessary.bound()
    assert "clock" not in statement
    assert "odd" not in statement
    assert {"%o'cloc_%", "odd", 5} <= set(values.values())


def test_a_piece_of_sql_names_its_values_in_order() -> None:
    condition = sql("{} AND {}", sql("a = {}", text("x")), sql("b > {}", integer(7)))
    assert condition.bound() == ("a = {v0:String} AND b > {v1:Int64}", {"v0": "x", "v1": 7})


def test_what_is_always_true_is_never_false() -> None:
    assert (negated(TRUE), negated(FALSE)) == (FALSE, TRUE)
