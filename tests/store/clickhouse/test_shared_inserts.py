"""Processes that share a journal store each of its records once, whichever of them is given a range, and how often."""

from __future__ import annotations

import itertools
from threading import Thread
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import StoreConnectionError
from logtui.model.record import CORE_SCHEMA, NO_RECORDS
from logtui.store.clickhouse.claim import position_in, reached_in
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.shared_inserts import SharedInserts
from logtui.store.seq_range import SeqRange
from tests.store.clickhouse.test_inserts import START, numbered, stored

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection
    from tests.clickhouse_server import ClickHouse

_LOGS = "INSERT INTO logs"
RANGES = [SeqRange(1, 3), SeqRange(4, 4), SeqRange(5, 9)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_ranges_come_in_any_order_from_any_process(connection: Connection, order: tuple[int, ...]) -> None:
    both = [SharedInserts(connection, "j") for _ in range(2)]
    for number in (*order, *reversed(order)):
        both[number % 2].insert(numbered(*RANGES[number]), RANGES[number])
        both[1 - number % 2].insert(numbered(*RANGES[number]), RANGES[number])
    assert stored(connection) == [*range(1, 10)]
    assert (position_in(connection), reached_in(connection)) == (0, 9)


def test_the_position_is_what_anybody_has_noted(connection: Connection) -> None:
    first, second = SharedInserts(connection, "j"), SharedInserts(connection, "j")
    first.advance(9)
    second.advance(3)
    assert (first.position, second.position) == (9, 3)
    assert (position_in(connection), SharedInserts(connection, "j").position) == (9, 9)


def test_what_others_have_stored_is_not_sent_again_however_much_came_between(connection: Connection) -> None:
    connection.command("ALTER TABLE logs MODIFY SETTING non_replicated_deduplication_window = 2")
    late = SharedInserts(connection, "j")
    for first in range(1, 30, 3):
        SharedInserts(connection, "j").insert(numbered(first, first + 2), SeqRange(first, first + 2))
    late.insert(numbered(1, 3), SeqRange(1, 3))
    assert stored(connection) == [*range(1, 31)]


def test_two_that_store_a_range_at_the_same_time_store_it_once(server: ClickHouse, connection: Connection) -> None:
    server.fault("slow", 1, _LOGS)  # both have asked before one of them has stored
    both = [
        Thread(target=SharedInserts(connection, "j").insert, args=(numbered(1, 3), SeqRange(1, 3))) for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert stored(connection) == [1, 2, 3]


@pytest.mark.parametrize("kind", ["fail", "drop"])
def test_a_range_that_one_gives_up_is_stored_by_another(server: ClickHouse, connection: Connection, kind: str) -> None:
    server.fault(kind, 10, _LOGS)
    with pytest.raises(StoreConnectionError):
        SharedInserts(connection, "j").insert(numbered(1, 3), SeqRange(1, 3))
    server.mend()
    SharedInserts(connection, "j").insert(numbered(1, 3), SeqRange(1, 3))
    assert stored(connection) == [1, 2, 3]


def test_a_range_is_stored_though_nobody_answers(server: ClickHouse, connection: Connection) -> None:
    server.fault("lose", 20, _LOGS)
    SharedInserts(connection, "j").insert(numbered(1, 3), SeqRange(1, 3))  # the table is asked, and has it
    server.mend()
    assert stored(connection) == [1, 2, 3]


def test_a_range_of_which_some_days_are_stored_is_completed(connection: Connection) -> None:
    days = pl.lit(START).cast(CORE_SCHEMA["order_time"]) + pl.duration(days=pl.col("seq"))
    records = numbered(1, 6).with_columns(order_time=days)
    connection.insert("logs", rows_of(records.head(4)), "j:1-6")
    SharedInserts(connection, "j").insert(records, SeqRange(1, 6))
    assert stored(connection) == [1, 2, 3, 4, 5, 6]


def test_a_range_without_records_leaves_nothing(connection: Connection) -> None:
    SharedInserts(connection, "j").insert(NO_RECORDS, SeqRange(1, 3))
    assert (stored(connection), reached_in(connection)) == ([], 0)
