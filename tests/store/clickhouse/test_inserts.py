"""Each record of a journal is stored exactly once, whatever breaks between the two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import StoreConnectionError, StoreError
from logtui.model.record import CORE_SCHEMA, NO_RECORDS
from logtui.store.clickhouse.inserts import Inserts
from logtui.store.clickhouse.rows import rows_of
from logtui.store.seq_range import SeqRange
from tests.store.records import frame_of

if TYPE_CHECKING:
    from logtui.store.clickhouse.connection import Connection
    from tests.clickhouse_server import ClickHouse

START = datetime(2025, 1, 1, tzinfo=UTC)
_LOGS = "INSERT INTO logs"
_POSITIONS = "INSERT INTO positions"


def test_batches_are_stored_and_the_position_follows_them(connection: Connection) -> None:
    inserts = Inserts(connection, "j")
    assert (inserts.position, inserts.pending) == (0, None)
    for first, last in ((1, 3), (4, 4), (5, 9)):
        inserts.insert(numbered(first, last), SeqRange(first, last))
        assert (inserts.position, inserts.pending) == (last, None)
    assert stored(connection) == [*range(1, 10)]
    again = Inserts(connection, "j")
    assert (again.position, again.pending) == (9, None)


def test_a_batch_that_is_stored_already_is_passed_over(connection: Connection) -> None:
    for inserts in (Inserts(connection, "j"), Inserts(connection, "j")):
        inserts.insert(numbered(1, 3), SeqRange(1, 3))
    assert stored(connection) == [1, 2, 3]


def test_a_batch_whose_records_are_all_lost_moves_the_position(connection: Connection) -> None:
    inserts = Inserts(connection, "j")
    inserts.insert(NO_RECORDS, SeqRange(1, 3))
    assert Inserts(connection, "j").position == 3
    assert stored(connection) == []


def test_journals_have_positions_of_their_own(connection: Connection) -> None:
    Inserts(connection, "it's").insert(numbered(1, 3), SeqRange(1, 3))
    assert Inserts(connection, "other").position == 0
    Inserts(connection, "other").insert(numbered(1, 3), SeqRange(1, 3))
    assert stored(connection) == [1, 1, 2, 2, 3, 3]


def test_rows_with_the_token_of_others_are_not_inserted_again(connection: Connection) -> None:
    for _ in range(2):
        connection.insert("logs", rows_of(numbered(1, 3)), "token")
    connection.insert("logs", rows_of(numbered(4, 4)), "another")
    assert stored(connection) == [1, 2, 3, 4]


def test_two_inserts_of_a_batch_at_the_same_time_store_it_once(server: ClickHouse, connection: Connection) -> None:
    server.fault("slow", 1, _LOGS)
    both = [Thread(target=connection.insert, args=("logs", rows_of(numbered(1, 3)), "token")) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert stored(connection) == [1, 2, 3]


@pytest.mark.parametrize("table", [_LOGS, _POSITIONS])
@pytest.mark.parametrize("kind", ["fail", "drop", "lose"])
def test_a_connection_that_fails_for_a_moment_does_no_harm(
    server: ClickHouse, connection: Connection, kind: str, table: str
) -> None:
    inserts = Inserts(connection, "j")
    server.fault(kind, 3, table)
    inserts.insert(numbered(1, 3), SeqRange(1, 3))
    assert server.faults_due() == 0
    assert inserts.position == 3
    assert stored(connection) == [1, 2, 3]


@pytest.mark.parametrize("kind", ["fail", "drop", "lose"])
def test_a_batch_that_is_given_up_is_pending_for_whoever_comes_next(
    server: ClickHouse, connection: Connection, kind: str
) -> None:
    server.fault(kind, 10, _LOGS)
    inserts = Inserts(connection, "j")
    with pytest.raises(StoreConnectionError):
        inserts.insert(numbered(1, 3), SeqRange(1, 3))
    server.mend()
    assert (inserts.position, inserts.pending) == (0, SeqRange(1, 3))
    successor = Inserts(connection, "j")
    assert (successor.position, successor.pending) == (0, SeqRange(1, 3))
    with pytest.raises(StoreError, match="records 1 to 3 are to be stored before records 1 to 5"):
        successor.insert(numbered(1, 5), SeqRange(1, 5))
    successor.insert(numbered(1, 3), SeqRange(1, 3))
    successor.insert(numbered(4, 5), SeqRange(4, 5))
    assert stored(connection) == [1, 2, 3, 4, 5]


def test_a_batch_of_which_some_days_are_stored_is_completed(server: ClickHouse, connection: Connection) -> None:
    days = pl.lit(START).cast(CORE_SCHEMA["order_time"]) + pl.duration(days=pl.col("seq"))
    records = numbered(1, 6).with_columns(order_time=days)
    server.fault("drop", 10, _LOGS)
    with pytest.raises(StoreConnectionError):
        Inserts(connection, "j").insert(records, SeqRange(1, 6))
    server.mend()
    connection.insert("logs", rows_of(records.head(4)), "j:1-6")
    Inserts(connection, "j").insert(records, SeqRange(1, 6))
    assert stored(connection) == [1, 2, 3, 4, 5, 6]


def test_what_is_refused_is_told_at_once(connection: Connection) -> None:
    connection.command("DROP TABLE logs")
    inserts = Inserts(connection, "j")
    with pytest.raises(StoreError, match=r"logs does not exist.*UNKNOWN_TABLE") as refused:
        inserts.insert(numbered(1, 3), SeqRange(1, 3))
    assert not isinstance(refused.value, StoreConnectionError)
    assert "\n" not in str(refused.value)


def test_a_server_that_is_killed_again_and_again_stores_each_record_once(
    server: ClickHouse, connection: Connection
) -> None:
    inserts = Inserts(connection, "j")
    for number in range(6):
        batch = SeqRange(100 * number + 1, 100 * number + 100)
        # A slow server is killed while it has the batch, a quick one after it has stored it.
        server.fault("slow" if number % 2 else "lose", 1, _LOGS)
        thread = Thread(target=_insert_until_stored, args=(inserts, batch))
        thread.start()
        thread.join(0.3)
        server.kill()
        server.start()
        thread.join()
    assert stored(connection) == [*range(1, 601)]
    assert Inserts(connection, "j").position == 600


def _insert_until_stored(inserts: Inserts, batch: SeqRange) -> None:
    while inserts.position < batch.last_seq:
        try:
            inserts.insert(numbered(*batch), batch)
        except StoreConnectionError:
            continue


def numbered(first: int, last: int) -> pl.DataFrame:
    rows = [{"message": f"m{seq}", "timestamp": START + timedelta(seconds=seq)} for seq in range(first, last + 1)]
    return frame_of(rows).with_columns(seq=pl.col("seq") + first)


def stored(connection: Connection) -> list[int]:
    return connection.query_arrow("SELECT seq FROM logs ORDER BY seq")["seq"].to_list()
