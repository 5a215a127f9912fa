"""What only a database does: several processes, versions, errors of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event, text

from logtui.alerts.keeping.base import HistoryEntry, HistoryEvent, Look, PostingState
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.keeping.tables import METADATA
from logtui.errors import AlertError, LogtuiError
from tests.alerts.keeping.examples import SECOND, firing, leased, posting, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from logtui.alerts.keeping.base import KeptRule

DAY = 86_400 * SECOND
_PROGRAM = """
import sys
from logtui.alerts.keeping.sql import SqlStore
from tests.alerts.keeping.examples import firing, keep, posting, rule

store = SqlStore(sys.argv[1])
for number in range(100_000):
    kept = store.add(rule(f"rule {number}"), number)
    keep(store, kept, states=[firing()], postings=[posting(f"{number}", episode=f"{number}")])
    print(number, flush=True)
"""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield made
    made.dispose()


def _open_and_add(url: str, name: str) -> None:
    with closing(SqlStore(url)) as store:
        store.add(rule(name), 1)


@pytest.mark.slow
def test_processes_that_open_an_empty_database_at_once_make_its_tables_once(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open_and_add, args=(url, f"rule {number}")) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    with closing(SqlStore(url)) as store:
        assert sorted(kept.rule.name for kept in store.rules()) == ["rule 0", "rule 1", "rule 2"]


def test_a_killed_process_leaves_whole_transactions_that_the_next_one_reads(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", _PROGRAM, url], stdout=subprocess.PIPE) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    finished = len([line for line in said if line.endswith(b"\n")])
    with closing(SqlStore(url)) as store:
        rules = store.rules()
        looked = [kept.id for kept in rules if kept.evaluated is not None]
        assert finished <= len(looked) <= len(rules) <= finished + 1
        assert sorted(store.states()) == sorted(looked)
        assert store.backlog()[PostingState.WAITING] == len(looked)
        assert len(store.history(limit=1_000_000)) == len(rules)


def test_the_migrations_make_the_tables_that_the_code_uses(url: str, engine: Engine) -> None:
    SqlStore(url).close()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_of_a_newer_logtui_is_left_alone(url: str, engine: Engine) -> None:
    SqlStore(url).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(AlertError, match=r"a newer logtui has made these tables \(version 9999\)"):
        SqlStore(url)


def test_a_transaction_that_others_keep_waiting_too_long_is_an_error_in_a_line(url: str, engine: Engine) -> None:
    with closing(SqlStore(url, busy_seconds=0.2)) as store, engine.connect() as other:
        kept = store.add(rule(), 1)
        if engine.dialect.name == "sqlite":
            other.exec_driver_sql("BEGIN IMMEDIATE")
        other.execute(text("UPDATE rules SET late = 1"))
        with pytest.raises(AlertError, match="another process writes to it for a long time") as caught:
            store.delete(kept.id, 2)
        assert "\n" not in str(caught.value)
        assert store.rules() == [kept]
        other.rollback()
        store.delete(kept.id, 2)


def test_a_hundred_looks_are_kept_by_as_many_statements_as_two(url: str) -> None:
    with closing(SqlStore(url)) as store:
        rules = [store.add(rule(f"rule {number}"), number) for number in range(100)]
        few, many = _statements(store, rules[:2]), _statements(store, rules)
        assert few == many
        assert len(few) < 15
        assert len(store.states()) == len(store.waiting(0, limit=1_000)) == 100


def _statements(store: SqlStore, rules: Sequence[KeptRule]) -> list[str]:
    """The statements by which a look at each rule is kept."""
    lease, found = leased(store), list[str]()
    looks = [
        Look(
            kept,
            1,
            states=[firing()],
            gone=[(("service", "old"),)],
            history=[HistoryEntry(1, kept.id, HistoryEvent.FIRING)],
            postings=[posting(kept.id)],
            values={"ann": 1},
        )
        for kept in rules
    ]

    def note(*arguments: object) -> None:
        found.append(str(arguments[2]))

    event.listen(store._database._engine, "before_cursor_execute", note)
    store.keep(looks, lease)
    event.remove(store._database._engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("ahead", [-DAY, DAY])
def test_a_lease_ends_alike_for_keepers_whose_clocks_differ_by_a_day(url: str, ahead: int) -> None:
    with closing(SqlStore(url)) as right, closing(SqlStore(url)) as wrong:
        with own_clock(ahead):
            first = leased(wrong, "wrong")
        assert right.lease("right", 30) is None
        with own_clock(ahead):
            assert leased(wrong, "wrong", 0) == first
        second = leased(right, "right")
        with own_clock(ahead):
            assert wrong.lease("wrong", 30) is None
        assert second.number > first.number


@contextmanager
def own_clock(ahead: int) -> Iterator[None]:
    """Have the clock of this process differ by nanoseconds."""
    moment = time.time_ns() + ahead
    with patch("time.time_ns", return_value=moment), patch("time.time", return_value=moment / SECOND):
        yield


def test_the_clock_of_a_database_runs_in_a_transaction(url: str) -> None:
    with closing(SqlStore(url)) as store, store._database.writing() as connection:
        before, first = time.time_ns(), store._database.now(connection)
        time.sleep(0.05)
        assert abs(first - before) < SECOND
        assert store._database.now(connection) - first >= 0.04 * SECOND


def test_a_file_that_is_no_database_is_an_error_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "alerts.sqlite"
    path.write_text("no database at all, only a text that is longer than a header")
    with pytest.raises(AlertError, match=r"alerts\.sqlite: file is not a database"):
        SqlStore(f"sqlite:///{path}")
    with pytest.raises(AlertError, match="unable to open database file"):
        SqlStore(f"sqlite:///{tmp_path / 'missing' / 'alerts.sqlite'}")


def test_a_server_that_cannot_be_reached_is_an_error_in_a_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(AlertError) as caught:
        SqlStore(f"postgresql://ann:s3cret@/alerts?host={tmp_path}")
    assert "No such file or directory" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("alerts.sqlite", "expected the URL of a database"),
        ("mysql://localhost/alerts", "in SQLite or PostgreSQL, not in mysql"),
        ("", "expected the URL of a database"),
    ],
)
def test_a_url_of_something_else_is_refused(url: str, problem: str) -> None:
    with pytest.raises(LogtuiError, match=problem):
        SqlStore(url)


def test_sqlite_writes_ahead_and_waits_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "alerts.sqlite"
    with closing(SqlStore(f"sqlite:///{path}")) as store:
        store.add(rule(), 1)
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        with store._database.reading() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
