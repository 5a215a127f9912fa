"""A folder of ClickHouse belongs to one process, keeps what is put there, and answers as a server does.

chdb knows one folder in a process, so that each test runs in one of its own.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from logtui.errors import StoreBusyError, StoreError
from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.inserts import Inserts
from logtui.store.clickhouse.rows import records_of
from logtui.store.clickhouse.schema import migrate
from logtui.store.seq_range import SeqRange
from tests.store.records import frame_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

P = ParamSpec("P")
T = TypeVar("T")

pytestmark = pytest.mark.slow


def test_records_are_in_the_folder_for_the_next_process(tmp_path: Path) -> None:
    address = f"chdb://{tmp_path}/made"
    _alone(_store, address)
    assert _alone(_messages, address) == ["it's", "\\"]


def test_a_folder_is_closed_and_opened_again(tmp_path: Path) -> None:
    assert _alone(_store_and_read, f"chdb://{tmp_path}") == ["it's", "\\"]


def test_values_are_bound_and_blocks_are_streamed(tmp_path: Path) -> None:
    text = "it's\\n\n'"
    assert _alone(_echo, f"chdb://{tmp_path}", text) == (text, [text])
    assert _alone(_heights, f"chdb://{tmp_path}") == (300_000, True)


def test_a_folder_that_another_process_has_open_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    address = f"chdb://{tmp_path}"
    assert _alone(_refusal_elsewhere, address) == ("StoreBusyError", f"{address}: another process has this store open")
    assert capfd.readouterr().err == ""


def test_a_second_folder_in_one_process_is_refused(tmp_path: Path) -> None:
    said = _alone(_refusal_of_second, f"chdb://{tmp_path}/a", f"chdb://{tmp_path}/b")
    assert said.startswith(f"chdb://{tmp_path}/b: ")
    assert "different path" in said
    assert "\n" not in said


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/x: cannot be made: Not a directory$"):
        opened(f"chdb://{tmp_path}/file/x")


def test_what_is_refused_is_told_in_one_line(tmp_path: Path) -> None:
    said = _alone(_refusals, f"chdb://{tmp_path}")
    assert len(said) == 4
    assert all(text.startswith(f"chdb://{tmp_path}: ") and "\n" not in text for text in said)


def _alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args, **kwargs).result()


def _store(address: str) -> None:
    with opened(address) as connection:
        migrate(connection)
        for _ in range(2):
            inserts = Inserts(connection, "j")
            inserts.insert(frame_of([{"message": "it's"}, {"message": "\\"}]), SeqRange(1, 2))


def _messages(address: str) -> list[str]:
    with opened(address) as connection:
        return records_of(connection.query_arrow("SELECT * FROM logs ORDER BY seq"))["message"].to_list()


def _store_and_read(address: str) -> list[str]:
    _store(address)
    return _messages(address)


def _echo(address: str, text: str) -> tuple[object, ...]:
    with opened(address) as connection:
        return connection.query_arrow("SELECT {a:String} AS a, {b:Array(String)} AS b", {"a": text, "b": [text]}).row(0)


def _heights(address: str) -> tuple[int, bool]:
    with opened(address) as connection:
        heights = [
            block.height for block in connection.stream("SELECT number FROM numbers({n:UInt64})", {"n": 300_000})
        ]
    return sum(heights), len(heights) > 1


def _refusal_elsewhere(address: str) -> tuple[str, str]:
    with opened(address):
        return _alone(_refusal, address)


def _refusal(address: str) -> tuple[str, str]:
    try:
        opened(address).close()
    except StoreBusyError as error:
        return type(error).__name__, str(error)
    return "", ""


def _refusal_of_second(first: str, second: str) -> str:
    with opened(first), pytest.raises(StoreError) as refused:
        opened(second)
    return str(refused.value)


def _refusals(address: str) -> list[str]:
    said = []
    with opened(address) as connection:
        for ask in (
            lambda: connection.query_arrow("SELEC 1"),
            lambda: [*connection.stream("SELECT nothing")],
            lambda: connection.command("DROP TABLE nothing"),
            lambda: connection.insert("nothing", frame_of([{}]).select("seq")),
        ):
            with pytest.raises(StoreError) as refused:
                ask()
            said.append(str(refused.value))
    return said
