"""Dead letters are kept with their reasons, within bounds, and counted whatever becomes of them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.errors import StoreError, StoreVersionError
from logtui.store.dead_letters import DeadLetter, DeadLetters, Totals
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECOND = 10**9


def letter(raw: bytes = b"{", arrival: int = 1_000 * SECOND, reason: str = "no message") -> DeadLetter:
    return DeadLetter(
        arrival=arrival, protocol="http", peer="10.0.0.7", tenant="acme", position=3, reason=reason, raw=raw
    )


def test_a_letter_is_kept_as_it_came(tmp_path: Path) -> None:
    DeadLetters(tmp_path / "dead").add([letter(b"\x00\xff{", reason="message: expected a text, got 7")], now=0)
    opened = DeadLetters(tmp_path / "dead")
    (found,) = opened.page()
    assert found.letter == letter(b"\x00\xff{", reason="message: expected a text, got 7")
    assert opened.find(found.number) == found
    assert opened.find(found.number + 1) is None


def test_pages_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead")
    letters.add([letter(str(number).encode()) for number in range(7)], now=0)
    first = letters.page(limit=3)
    second = letters.page(after=first[-1].number, limit=10)
    assert [each.letter.raw for each in (*first, *second)] == [b"0", b"1", b"2", b"3", b"4", b"5", b"6"]


def test_the_newest_letter_of_a_protocol_is_found_behind_those_of_others(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead")
    journal = replace(letter(b"second"), protocol="journal")
    letters.add([replace(letter(b"first"), protocol="journal"), journal, letter()], now=0)
    assert letters.newest("journal") == journal
    assert letters.newest("syslog") is None


def test_a_removed_letter_is_gone_and_its_number_is_not_given_again(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead")
    letters.add([letter(), letter()], now=0)
    last = letters.page()[-1].number
    assert letters.remove([last, last, 99]) == 1
    letters.add([letter()], now=0)
    assert letters.page()[-1].number > last
    assert letters.totals.letters == 2


def test_old_letters_go(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead", max_age_seconds=60)
    letters.add([letter(b"old", arrival=0), letter(b"new", arrival=50 * SECOND)], now=50 * SECOND)
    letters.add([], now=61 * SECOND)
    assert [each.letter.raw for each in letters.page()] == [b"new"]
    assert letters.totals.dropped == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(15))
@given(batches=st.lists(st.lists(st.binary(max_size=400), max_size=6), max_size=8))
def test_the_oldest_make_room_and_everything_is_counted(
    tmp_path_factory: pytest.TempPathFactory, batches: Sequence[Sequence[bytes]]
) -> None:
    letters = DeadLetters(tmp_path_factory.mktemp("dead") / "dead", max_bytes=2_000)
    sent = [raw for batch in batches for raw in batch]
    for batch in batches:
        letters.add([letter(raw) for raw in batch], now=0)
    kept = [each.letter.raw for each in letters.page(limit=1_000)]
    totals = letters.totals
    assert kept == sent[len(sent) - len(kept) :]
    assert totals.letters == len(kept)
    assert totals.letters + totals.dropped == len(sent)
    assert totals.bytes <= 2_000
    assert not sent or len(kept) >= min(len(sent), 3)


def test_threads_and_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "dead"
    DeadLetters(path)
    code = (
        "import sys; from pathlib import Path; from logtui.store.dead_letters import *;"
        "d = DeadLetters(Path(sys.argv[1]));"
        "[d.add([DeadLetter(arrival=1, protocol='tcp', peer='', tenant='', position=0, reason='r', raw=b'p')], now=1)"
        " for _ in range(20)]"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(path)])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: DeadLetters(path).add([letter()], now=0), range(20)))
    assert process.wait(60) == 0
    assert DeadLetters(path).totals.letters == 40


def test_a_file_of_a_newer_program_or_of_another_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dead"
    DeadLetters(path)
    data = bytearray(path.read_bytes())
    data[60:64] = (99).to_bytes(4, "big")  # SQLite's user_version
    path.write_bytes(data)
    with pytest.raises(StoreVersionError, match="a newer logtui"):
        DeadLetters(path)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="dead"):
        DeadLetters(path)


def test_a_letter_of_a_batch_that_is_sent_again_within_an_hour_is_kept_once(tmp_path: Path) -> None:
    letters, sent = DeadLetters(tmp_path / "dead"), replace(letter(), key="batch")
    later = replace(sent, arrival=sent.arrival + 3_601 * SECOND)
    letters.add([sent, sent, replace(sent, position=4), replace(sent, raw=b"[")], now=sent.arrival)
    letters.add([sent, letter()], now=sent.arrival)
    assert [kept.letter.raw for kept in letters.page()] == [b"{", b"{", b"[", b"{"]
    letters.add([later], now=later.arrival)
    assert letters.totals.letters == 5


def test_nothing_is_kept_where_the_disk_refuses(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead")
    letters.add([letter()], now=0)
    (tmp_path / "dead").rename(tmp_path / "away")
    (tmp_path / "dead").mkdir()
    with pytest.raises(StoreError):
        letters.add([letter()], now=0)
    (tmp_path / "dead").rmdir()
    (tmp_path / "away").rename(tmp_path / "dead")
    assert letters.totals == Totals(1, letters.totals.bytes, 0)


def test_letters_are_wanted_until_they_are_removed_or_refused(tmp_path: Path) -> None:
    dead = DeadLetters(tmp_path / "dead")
    dead.add([letter(b"a"), letter(b"b"), letter(b"c")], now=0)
    assert (dead.last, list(dead.numbers(upto=2))) == (3, [[1, 2]])
    assert list(dead.numbers(upto=3, size=2)) == [[1, 2], [3]]
    dead.want([1, 3, 3, 9])
    assert [kept.letter.raw for kept in DeadLetters(tmp_path / "dead").wanted()] == [b"a", b"c"]
    assert [kept.number for kept in dead.wanted(1)] == [1]
    dead.remove([1])
    dead.refuse(3, "still no message")
    assert dead.wanted() == []
    found = dead.find(3)
    assert found
    assert found.letter == letter(b"c", reason="still no message")
